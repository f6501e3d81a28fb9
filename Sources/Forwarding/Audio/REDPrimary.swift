/// Takes the primary block out of a redundant audio payload (RFC 2198), for subscribers that cannot take RED.
package enum REDPrimary {
    /// Blocks one packet may announce; senders use two or three, and a header is four bytes.
    private static let maximumBlocks = 16

    /// The primary encoding's bytes, or nil when the payload is malformed.
    package static func extract(from payload: [UInt8]) -> [UInt8]? {
        var index = 0
        var redundant = 0
        for _ in 0..<maximumBlocks {
            guard index < payload.count else { return nil }
            if payload[index] & 0x80 == 0 {
                let start = index + 1 + redundant
                return start <= payload.count ? Array(payload[start...]) : nil
            }
            guard index + 4 <= payload.count else { return nil }
            redundant += Int(payload[index + 2] & 0x03) << 8 | Int(payload[index + 3])
            index += 4
        }
        return nil
    }
}
