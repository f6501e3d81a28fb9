import ArgumentParser
import Egress

/// An egress worker alone: takes jobs from Redis, beside any room server that speaks LiveKit's protocols.
struct EgressCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "egress",
        abstract: "Run an egress worker that takes jobs from Redis.",
        discussion: """
            The configuration file has the keys of LiveKit's egress. It is named by --config or EGRESS_CONFIG_FILE, or is the \
            content of EGRESS_CONFIG_BODY. SIGTERM lets running egresses finish, however long they take; SIGINT ends them; \
            a second signal is more urgent than the first.
            """
    )

    @OptionGroup var options: WorkerOptions

    func run() async throws {
        try await options.run("egress") { configuration, bus, logger in
            try EgressWorker(configuration: configuration, bus: bus, logger: logger)
        }
    }
}
