import ArgumentParser

/// Makes the load that the benchmarks measure.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Make load for measurements (see Benchmarks/).",
        subcommands: [BenchPublishCommand.self]
    )
}
