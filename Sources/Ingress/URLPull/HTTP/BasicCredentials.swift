/// A name and a password as HTTP's basic scheme sends them (RFC 7617).
enum BasicCredentials {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// Base64 of the pair, which a URL holds percent-encoded.
    static func encoded(_ pair: String) -> String {
        var bytes = percentDecoded(pair.contains(":") ? pair : pair + ":")
        let padding = (3 - bytes.count % 3) % 3
        bytes += [UInt8](repeating: 0, count: padding)
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let word = Int(bytes[start]) << 16 | Int(bytes[start + 1]) << 8 | Int(bytes[start + 2])
            text += [18, 12, 6, 0].map { alphabet[word >> $0 & 63] }
        }
        text.replaceSubrange((text.count - padding)..., with: [UInt8](repeating: UInt8(ascii: "="), count: padding))
        return String(decoding: text, as: UTF8.self)
    }

    /// `%41` as `A`; what is no such sequence stays.
    static func percentDecoded(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2)
            if byte == UInt8(ascii: "%"), digits.count == 2,
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16), digits.first != 0x2B
            {
                rest = rest.dropFirst(2)
                bytes.append(value)
            } else {
                bytes.append(byte)
            }
        }
        return bytes
    }
}
