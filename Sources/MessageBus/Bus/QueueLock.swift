import Crypto
import FoundationEssentials

/// The lock that lets exactly one of many subscribers handle a message of a queue method.
package enum QueueLock {
    /// How long a lock holds, in seconds: the time within which all subscribers see the same message.
    package static let seconds = 5

    /// The key of a message's lock: SHA-256 over its bytes, in standard Base64 with padding.
    package static func key(of payload: [UInt8]) -> String {
        Data(SHA256.hash(data: payload)).base64EncodedString()
    }
}
