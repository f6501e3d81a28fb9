import Glibc

/// Why a process could not be started.
package struct LaunchError: Error, Sendable, CustomStringConvertible {
    /// For logs and reports.
    package let description: String

    /// What could not be done, and the system's number for why.
    package init(_ text: String, _ code: Int32) {
        description = "\(text): \(String(cString: strerror(code)))"
    }
}
