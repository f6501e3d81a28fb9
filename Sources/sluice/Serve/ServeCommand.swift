import ArgumentParser
import LiveKitProtocol
import RoomServer
import Settings

/// Runs a room server and an egress worker in one process: a whole system on one machine.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run rooms and recordings in one process.",
        discussion: "Clients join with LiveKit's SDKs; recordings are started over LiveKit's egress API."
    )

    @OptionGroup var options: ServeOptions

    func run() async throws {
        let stack: ServeStack
        do {
            stack = try await ServeStack.start(options)
        } catch let error as ConfigurationError {
            throw ValidationError("\(error)")
        }
        print("serving at \(stack.url), recordings in \(stack.recordings)")
        if options.dev { print("API key \(stack.keys.key), secret \(stack.keys.secret): for development only") }
        try await stack.runUntilSignal()
    }
}
