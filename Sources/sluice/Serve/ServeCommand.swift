import ArgumentParser
import LiveKitProtocol
import RoomServer
import Settings

/// Runs a room server and its workers in one process: a whole system on one machine.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run rooms, recordings and ingress in one process.",
        discussion: """
            Clients join with LiveKit's SDKs; recordings are started over LiveKit's egress API, and ingresses are made over its \
            ingress API. A usual port of ingress that is taken is left out, with a warning.
            """
    )

    @OptionGroup var options: ServeOptions
    @OptionGroup var ingress: IngressOptions

    func run() async throws {
        let stack: ServeStack
        do {
            stack = try await ServeStack.start(options, ingress: ingress)
        } catch let error as ConfigurationError {
            throw ValidationError("\(error)")
        }
        print("serving at \(stack.url), recordings in \(stack.recordings)")
        for opening in stack.openings { print("publishers come in at \(opening)") }
        if options.dev { print("API key \(stack.keys.key), secret \(stack.keys.secret): for development only") }
        try await stack.runUntilSignal()
    }
}
