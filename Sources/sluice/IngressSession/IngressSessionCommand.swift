import ArgumentParser
import Ingress

/// One transcoding ingest; started by a worker, which tells it over a socket what to publish.
struct IngressSessionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingress-session",
        abstract: "One transcoding ingest, started by a worker.",
        shouldDisplay: false
    )

    func run() async throws {
        throw ExitCode(await IngressSessionProcess.run())
    }
}
