/// Jobs as shell scripts: descriptor 3 is their end of the socket.
///
/// What comes there is bytes: in a locale with UTF-8 sed would leave those of the length that are no text.
enum FakeJob {
    /// Reads what to record, says that it is there, and reports that it records.
    static let start = """
        say() { printf "$1" >&3; }
        info() { say "\\\\000\\\\000\\\\000\\\\024\\\\020\\\\012\\\\017$id\\\\030\\\\00$1"; }
        hear() { dd bs=65536 count=1 <&3 2>/dev/null | tr -d '\\000'; }
        id=$(hear | LC_ALL=C sed 's/.*\\(EG_[A-Za-z0-9]\\{12\\}\\).*/\\1/')
        say '\\000\\000\\000\\001\\025'

        """

    /// Records until it is told anything, or until the worker is gone, and ends as it should.
    static let faithful = start + "info 1; hear >/dev/null; info 2; info 3"
    /// Does not heed anything; a sleep that is killed with its group.
    static let deaf = start + "info 1; sleep 60"
    /// Says that another worker has the egress.
    static let superseded = start + "info 1; say '\\000\\000\\000\\001\\024'"
    /// Never says a word.
    static let mute = "sleep 60"

    /// Dies like this, every time.
    static func dying(_ death: String) -> String { start + "info 1; echo about to die >&2; \(death)" }

    /// Refuses the first request to stream elsewhere, carries out the second, and then ends.
    static let streaming =
        start + """
            info 1
            hear >/dev/null; say '\\000\\000\\000\\053\\022\\000\\000\\000\\001{"text":"stream not found","code":404}'
            hear >/dev/null; say '\\000\\000\\000\\005\\022\\000\\000\\000\\002'
            hear >/dev/null; info 3
            """
}
