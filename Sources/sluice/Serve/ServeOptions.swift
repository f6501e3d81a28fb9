public import ArgumentParser
import LiveKitProtocol
public import Logging

/// The flags that say how a server runs and which keys it trusts; shared by the commands that start or use one.
struct ServeOptions: ParsableArguments {
    @Flag(help: "Development: the key devkey with the secret secret, bound to 127.0.0.1.")
    var dev = false

    @Option(help: "TCP port of signalling and APIs (default 7880).")
    var port: Int?

    @Option(help: "Address to listen on (default 127.0.0.1 with --dev, else every address).")
    var bind: String?

    @Option(help: "Folder for recordings.")
    var recordings = "./recordings"

    @Option(help: "Configuration file: LiveKit's server keys, in YAML.")
    var config: String?

    @Option(name: .customLong("keys"), help: "A key and its secret as KEY:SECRET, instead of those of the file.")
    var keyPair: String?

    @Option(name: .customLong("log-level"), help: "trace, debug, info, notice, warning or error.")
    var logLevel = Logger.Level.info

    func validate() throws {
        if let port, !(0...65_535).contains(port) { throw ValidationError("--port must be 0 to 65535, not \(port)") }
        if let keyPair, keyPair.split(separator: ":", maxSplits: 1).count != 2 {
            throw ValidationError("--keys must be KEY:SECRET")
        }
    }

    /// The key pair for calling the server: `--keys`, else the development keys.
    func keys() throws -> APIKeys.Pair {
        guard let keyPair else {
            return APIKeys.Pair(key: DevelopmentKeys.key, secret: DevelopmentKeys.secret)
        }
        let parts = keyPair.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { throw ValidationError("--keys must be KEY:SECRET") }
        return APIKeys.Pair(key: parts[0], secret: parts[1])
    }

    /// A logger at the level asked for, writing to standard error.
    func logger(label: String) -> Logger {
        var logger = Logger(label: label) { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = logLevel
        return logger
    }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
