import ArgumentParser
import AsyncHTTPClient
import Foundation
import LiveKitProtocol
import Logging
import NIOPosix
import PeerTransportNIO

/// Fills a room with synthetic participants and records it.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Publish a few synthetic participants, record the room, say what came of it."
    )

    @Option(help: "Seconds to record.")
    var duration = 15.0

    @Option(help: "A media file whose pictures the participants show instead of test pictures.")
    var media: String?

    @Option(help: "The layout to record with.")
    var layout = "grid"

    @Option(help: "The room to use.")
    var room = "demo"

    @Flag(help: "Start a server for the demo (otherwise one must be running at --url).")
    var serve = false

    @Flag(help: "With --serve: leave the server running afterwards.")
    var keepServing = false

    @Option(help: "The server to use, without --serve.")
    var url: String?

    @Flag(help: "End with the summary as one line of JSON.")
    var json = false

    @OptionGroup var options: ServeOptions

    func validate() throws {
        guard duration >= 1, duration <= 3600 else {
            throw ValidationError("--duration must be 1 to 3600 seconds, not \(duration)")
        }
        if keepServing && !serve { throw ValidationError("--keep-serving goes with --serve") }
        if serve && url != nil {
            throw ValidationError("--url names a running server; --serve starts one: give one of them")
        }
        if let media, !FileManager.default.isReadableFile(atPath: media) {
            throw ValidationError("--media: \(media) cannot be read")
        }
    }

    func run() async throws {
        guard serve else {
            let pair = try options.keys()
            try await record(at: url ?? "http://127.0.0.1:\(options.port ?? 7880)", keys: pair, isOurs: false)
            return
        }
        var options = options
        options.dev = true
        let stack = try await ServeStack.start(options)
        do {
            try await record(at: stack.url, keys: stack.keys, isOurs: true)
            if keepServing {
                print(
                    "\nthe server runs at \(stack.url) with the key \(stack.keys.key) and the secret \(stack.keys.secret); ^C ends it"
                )
                try await stack.runUntilSignal()
            }
        } catch {
            await stack.shutdown()
            throw error
        }
        await stack.shutdown()
    }

    private func record(at url: String, keys: APIKeys.Pair, isOurs: Bool) async throws {
        let logger = options.logger(label: "demo")
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let hub = try await PeerHub.start(
            configuration: PeerHubConfiguration(
                bindAddress: "0.0.0.0",
                udpPort: 0,
                tcpPort: nil,
                advertisedAddresses: []
            ),
            on: loop
        )
        let gate = DemoGate(expected: DemoScript.roles.count)
        let http = HTTPClient(eventLoopGroupProvider: .singleton)
        defer { http.shutdown { _ in } }
        let recording = DemoRecording(api: TwirpClient(url: url, keys: keys, http: http), room: room, layout: layout)
        let before = Self.childrenCPU()
        let info = try await withThrowingTaskGroup(of: Livekit_EgressInfo?.self) { group in
            for (number, role) in DemoScript.roles.enumerated() {
                let participant = SyntheticParticipant(
                    role: role,
                    place: (number, of: DemoScript.roles.count),
                    media: media,
                    url: url,
                    token: token(for: role, keys: keys),
                    hub: hub,
                    logger: logger
                )
                group.addTask { [duration] in
                    try await participant.run(
                        joined: { gate.joined() },
                        seconds: duration,
                        recording: { await gate.recordingBegan() }
                    )
                    return nil
                }
            }
            group.addTask { [duration] in
                await gate.allJoined()
                print("\(DemoScript.roles.count) participants are in the room '\(room)'")
                return try await recording.run(seconds: duration, began: { gate.beginRecording() }) { elapsed in
                    FileHandle.standardError.write(
                        Data(String(format: "recording %4.0f of %.0f s\r", elapsed, duration).utf8)
                    )
                }
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
        await hub.shutdown()
        try report(info, cpuSeconds: isOurs ? Self.childrenCPU() - before : nil)
    }

    private func report(_ info: Livekit_EgressInfo, cpuSeconds: Double?) throws {
        guard info.status == .egressComplete, let file = info.fileResults.first else {
            throw TwirpError(.internal, "the recording ended as \(info.status): \(info.error)")
        }
        let summary = try DemoSummary(
            path: file.location.isEmpty ? file.filename : file.location,
            cpuSeconds: cpuSeconds,
            details: info.details
        )
        print("\n" + summary.text)
        if json { print(try summary.json()) }
    }

    private func token(for role: DemoScript.Role, keys: APIKeys.Pair) -> String {
        var grants = ClaimGrants()
        grants.identity = role.identity
        grants.name = role.name
        grants.video = .join(room)
        return AccessToken(grants: grants).signed(with: keys)
    }

    /// Processor seconds of all child processes that have ended: the recording's process among them.
    private static func childrenCPU() -> Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }
}
