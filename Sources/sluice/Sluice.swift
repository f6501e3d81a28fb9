import ArgumentParser
@preconcurrency import Foundation

/// The one executable: its subcommands are the roles of a deployment and the tools for people.
@main
struct Sluice: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sluice",
        abstract: "Media in and out of real-time rooms: rooms, recordings, restreams.",
        subcommands: [
            ServeCommand.self, RoomCommand.self, EgressCommand.self, IngressCommand.self, DemoCommand.self,
            TokenCommand.self, EgressJobCommand.self, IngressSessionCommand.self, BenchCommand.self,
        ]
    )

    static func main() async {
        // Whoever reads a pipe of ours waits for lines, not for a full buffer.
        setvbuf(stdout, nil, _IOLBF, 0)
        await main(nil)
    }
}
