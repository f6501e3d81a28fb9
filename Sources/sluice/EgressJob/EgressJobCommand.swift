import ArgumentParser
import Egress

/// One recording; started by a worker, which tells it over a socket what to record.
struct EgressJobCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "egress-job",
        abstract: "One recording, started by a worker.",
        shouldDisplay: false
    )

    func run() async throws {
        throw ExitCode(await EgressJobProcess.run())
    }
}
