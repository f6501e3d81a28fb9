/// The names of the channels that calls travel on.
package enum ChannelName {
    /// Where servers of a method hear requests.
    package static func request(service: String, method: String, topic: String) -> String {
        join(service, method, topic, "REQ")
    }

    /// Where servers of a method hear which of them was chosen.
    package static func claimAnswer(service: String, method: String, topic: String) -> String {
        join(service, method, topic, "RCLAIM")
    }

    /// Where a client hears which servers offer to take its call.
    package static func claim(service: String, client: String) -> String { join(service, client, "CLAIM") }

    /// Where a client hears answers.
    package static func response(service: String, client: String) -> String { join(service, client, "RES") }

    private static func join(_ parts: String...) -> String {
        parts.filter { !$0.isEmpty }.map(sanitized).joined(separator: "|")
    }

    /// A part with everything escaped that is no ASCII letter, digit or underscore.
    static func sanitized(_ part: String) -> String {
        var result = ""
        for scalar in part.unicodeScalars {
            switch scalar {
            case "0"..."9", "A"..."Z", "a"..."z", "_": result.unicodeScalars.append(scalar)
            default: result += scalar.value < 0x10000 ? "u+" + hex(scalar, 4) : "U+" + hex(scalar, 8)
            }
        }
        return result
    }

    private static func hex(_ scalar: Unicode.Scalar, _ digits: Int) -> String {
        let text = String(scalar.value, radix: 16)
        return String(repeating: "0", count: digits - text.count) + text
    }
}
