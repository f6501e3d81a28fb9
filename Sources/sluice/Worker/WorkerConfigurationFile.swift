import Foundation
import Settings

/// Where a worker's configuration comes from: a flag, or LiveKit's environment variables.
struct WorkerConfigurationFile {
    /// `--config`.
    var path: String?
    /// `--config-body`.
    var body: String?
    /// What the environment's variables begin with, such as `EGRESS`.
    var prefix: String

    /// The configuration's text.
    func text(_ environment: [String: String]) throws(ConfigurationError) -> String {
        if let body { return body }
        if let path = path ?? environment["\(prefix)_CONFIG_FILE"], !path.isEmpty {
            guard let data = FileManager.default.contents(atPath: path) else {
                throw ConfigurationError(path: "", problem: "the configuration file \(path) cannot be read")
            }
            return String(decoding: data, as: UTF8.self)
        }
        if let body = environment["\(prefix)_CONFIG_BODY"], !body.isEmpty { return body }
        throw ConfigurationError(
            path: "",
            problem: "no configuration: give --config FILE, \(prefix)_CONFIG_FILE or \(prefix)_CONFIG_BODY"
        )
    }
}

/// The program itself, absolute: what jobs' processes run.
func ownExecutable() -> String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
}
