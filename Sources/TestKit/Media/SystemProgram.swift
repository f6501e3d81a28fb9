import Foundation

/// Runs programs of the system that tests compare with.
public enum SystemProgram {
    /// A program that could not be run or failed.
    public struct Failure: Error, CustomStringConvertible {
        /// What was run and what it said.
        public let description: String
    }

    /// Runs a program found on the search path and returns what it wrote to its standard output.
    @discardableResult
    public static func run(_ name: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [name] + arguments
        let output = Pipe()
        let errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        // Short texts: neither pipe can fill up while the other is read.
        let text = output.fileHandleForReading.readDataToEndOfFile()
        let complaint = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let said = String(decoding: complaint, as: UTF8.self)
            throw Failure(description: "\(name) ended with \(process.terminationStatus): \(said)")
        }
        return String(decoding: text, as: UTF8.self)
    }
}
