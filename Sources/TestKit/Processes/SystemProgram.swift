import Foundation

/// Runs programs of the system that tests compare with.
public enum SystemProgram {
    /// A program that could not be run or failed.
    public struct Failure: Error, CustomStringConvertible {
        /// What was run and what it said.
        public let description: String
    }

    /// Runs a program found on the search path to its end and returns what it wrote to its standard output.
    @discardableResult
    public static func run(_ name: String, _ arguments: [String]) throws -> String {
        let files = FileManager.default.temporaryDirectory.appending(path: "program-\(UUID().uuidString)").path()
        let output = files + ".output"
        let errors = files + ".errors"
        defer { for file in [output, errors] { try? FileManager.default.removeItem(atPath: file) } }
        let code = try Spawned(name, arguments, output: output, errors: errors).exitCode()
        guard code == 0 else {
            throw Failure(description: "\(name) ended with \(code): \(try text(errors))")
        }
        return try text(output)
    }

    private static func text(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
    }
}
