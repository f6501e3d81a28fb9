/// Sessions' processes as shell scripts: descriptor 3 is their end of the socket.
enum FakeSession {
    /// Has the words of a session's process; says that it is there when it is told what to publish.
    static let start = """
        report() {
            json="{\\"phase\\":$1,\\"isSourceAway\\":false,\\"roomID\\":\\"RM_1\\",\\"tracks\\":[]}"
            length=$((${#json} + 1))
            printf "\\\\000\\\\000\\\\$(printf %03o $((length / 256)))\\\\$(printf %03o $((length % 256)))\\\\021%s" "$json" >&3
        }
        hear() { dd bs=65536 count=1 <&3 2>/dev/null | od -An -v -tx1 | tr -d ' \\n'; }
        publishing() { report '{"publishing":{}}'; }
        completed() { report '{"ended":{"_0":{"completed":{}}}}'; exit 0; }
        stopped() { report '{"ended":{"_0":{"stopped":{"_0":"requested"}}}}'; exit 0; }
        failed() { report "{\\"ended\\":{\\"_0\\":{\\"failed\\":{\\"_0\\":{\\"code\\":\\"$1\\",\\"message\\":\\"$2\\"}}}}}"; exit 0; }
        heed() {
            while :; do
                # What it is told first may have come together with more.
                heard=${first:-$(hear)}
                first=
                case "$heard" in
                    '') exit 0 ;;
                    *0000000105*) completed ;;
                    *000000??0272*|*000000??0264*|*000000??0273*) stopped ;;
                esac
                case "$heard" in *0000000106*) echo lost >>"$notes" ;; esac
                case "$heard" in *0000000107*) echo resumed >>"$notes" ;; esac
            done
        }
        notes=$0.notes
        first=$(hear)
        printf '\\000\\000\\000\\001\\020' >&3

        """

    /// Publishes until it is told to end, or until the worker is gone.
    static let faithful = start + "publishing; heed"
    /// Publishes, and dies like this, every time.
    static func dying(_ death: String) -> String { start + "publishing; \(death)" }
    /// Dies twice, and then does what it should.
    static let recovering =
        start + """
            echo begun >>"$notes"
            publishing
            [ "$(wc -l <"$notes")" -gt 2 ] || kill -SEGV $$
            heed
            """
    /// Is told to leave the room.
    static let kicked = start + "publishing; failed roomDisconnected 'room disconnected'"
    /// Is through with what there was.
    static let finishing = start + "publishing; completed"
}
