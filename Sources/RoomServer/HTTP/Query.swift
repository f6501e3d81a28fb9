/// The query of a URL: names with their values, decoded.
struct Query {
    private var values: [String: String] = [:]

    /// Takes `a=1&b=2` apart; of a name that comes twice the first value counts.
    init(parsing text: some StringProtocol) {
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = Self.decode(parts[0])
            if values[name] == nil { values[name] = parts.count == 2 ? Self.decode(parts[1]) : "" }
        }
    }

    /// The value of a name; nil when it is missing.
    subscript(name: String) -> String? { values[name] }

    /// A flag: `1` and `true` are true, a missing one is `fallback`, anything else is false.
    func flag(_ name: String, default fallback: Bool) -> Bool {
        guard let value = values[name] else { return fallback }
        return ["1", "t", "true"].contains(value.lowercased())
    }

    /// A number; nil when it is missing or none.
    func integer(_ name: String) -> Int32? { values[name].flatMap { Int32($0) } }

    /// Undoes the encoding of RFC 3986 §2.1 and `+` for a space; what is no valid escape stays as it is.
    private static func decode(_ text: some StringProtocol) -> String {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
            return String(text)
        }
        var bytes = [UInt8]()
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let high = rest.first?.hexDigit, let low = rest.dropFirst().first?.hexDigit {
                bytes.append(high << 4 | low)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension UInt8 {
    fileprivate var hexDigit: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
