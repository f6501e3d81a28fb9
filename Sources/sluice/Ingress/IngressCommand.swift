import ArgumentParser
import Ingress

/// An ingress worker alone: takes RTMP, WHIP and URLs into the rooms of any room server that speaks LiveKit's protocols.
struct IngressCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingress",
        abstract: "Run an ingress worker: RTMP, WHIP and URLs become participants.",
        discussion: """
            The configuration file has the keys of LiveKit's ingress. It is named by --config or INGRESS_CONFIG_FILE, or is the \
            content of INGRESS_CONFIG_BODY. SIGTERM lets running sessions finish, however long they take; SIGINT ends them; \
            a second signal is more urgent than the first.
            """
    )

    @OptionGroup var options: WorkerOptions

    func run() async throws {
        try await options.run("ingress") { configuration, bus, logger in
            try IngressWorker(configuration: configuration, bus: bus, logger: logger)
        }
    }
}
