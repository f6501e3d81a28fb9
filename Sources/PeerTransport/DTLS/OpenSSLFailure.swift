internal import COpenSSL

/// A call into OpenSSL that failed, with what its error queue says.
package struct OpenSSLFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was attempted, and the library's reason.
    package let description: String

    /// Empties this thread's error queue into the description.
    init(_ attempt: String) {
        var reasons: [String] = []
        while case let code = ERR_get_error(), code != 0 {
            if let text = ERR_reason_error_string(code) { reasons.append(String(cString: text)) }
        }
        description = reasons.isEmpty ? "\(attempt) failed" : "\(attempt) failed: \(reasons.joined(separator: "; "))"
    }
}
