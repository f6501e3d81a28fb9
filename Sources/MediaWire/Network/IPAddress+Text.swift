extension IPAddress {
    /// The address written as `text`: dotted decimal, or IPv6 with or without `::` and a dotted tail (RFC 4291 §2.2).
    ///
    /// `nil` for anything else: host names, zones, brackets, leading zeros in dotted parts.
    public init?(_ text: String) {
        // The longest form is eight groups with a dotted tail, 45 characters.
        guard text.utf8.count <= 45 else { return nil }
        if text.utf8.contains(UInt8(ascii: ":")) {
            guard let words = Self.parseV6(text) else { return nil }
            let high = words.prefix(4).reduce(0) { $0 << 16 | UInt64($1) }
            let low = words.suffix(4).reduce(0) { $0 << 16 | UInt64($1) }
            self = .v6(high, low)
        } else {
            guard let number = Self.parseV4(text) else { return nil }
            self = .v4(number)
        }
    }

    private static func parseV4(_ text: some StringProtocol) -> UInt32? {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var number: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.count), part.count == 1 || part.first != UInt8(ascii: "0") else { return nil }
            var value: UInt32 = 0
            for digit in part {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
                value = value * 10 + UInt32(digit - UInt8(ascii: "0"))
            }
            guard value <= 255 else { return nil }
            number = number << 8 | value
        }
        return number
    }

    /// Eight 16-bit words, or `nil`.
    private static func parseV6(_ text: String) -> [UInt16]? {
        guard let gap = gap(in: text) else { return groups(of: text).flatMap { $0.count == 8 ? $0 : nil } }
        let tail = text[gap.upperBound...]
        guard let front = groups(of: text[..<gap.lowerBound], allowingDottedTail: false), let back = groups(of: tail),
            front.count + back.count <= 7
        else { return nil }
        return front + [UInt16](repeating: 0, count: 8 - front.count - back.count) + back
    }

    /// Where `::` stands.
    private static func gap(in text: String) -> Range<String.Index>? {
        var previous: String.Index?
        for index in text.indices {
            if text[index] == ":", let start = previous, text[start] == ":" {
                return start..<text.index(after: index)
            }
            previous = index
        }
        return nil
    }

    /// The groups of a part of an address without `::`; a dotted tail makes two.
    private static func groups(of text: some StringProtocol, allowingDottedTail: Bool = true) -> [UInt16]? {
        guard !text.isEmpty else { return [] }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        var words: [UInt16] = []
        for (index, part) in parts.enumerated() {
            if allowingDottedTail, index == parts.count - 1, part.contains(".") {
                guard let number = parseV4(part) else { return nil }
                words.append(UInt16(number >> 16))
                words.append(UInt16(truncatingIfNeeded: number))
            } else {
                guard (1...4).contains(part.utf8.count), part.utf8.first != UInt8(ascii: "+"),
                    let word = UInt16(part, radix: 16)
                else { return nil }
                words.append(word)
            }
        }
        return words
    }
}

extension IPAddress: CustomStringConvertible {
    /// Dotted decimal, or the canonical text of RFC 5952.
    public var description: String {
        switch self {
        case .v4(let number):
            "\(number >> 24).\(number >> 16 & 255).\(number >> 8 & 255).\(number & 255)"
        case .v6(let high, let low):
            Self.canonicalText([high, low].flatMap { half in (0..<4).map { UInt16(half >> (48 - 16 * $0) & 0xFFFF) } })
        }
    }

    private static func canonicalText(_ words: [UInt16]) -> String {
        let text = { (part: ArraySlice<UInt16>) in part.map { String($0, radix: 16) }.joined(separator: ":") }
        let run = longestZeroRun(words)
        guard run.count >= 2 else { return text(words[...]) }
        return "\(text(words[..<run.lowerBound]))::\(text(words[run.upperBound...]))"
    }

    /// The first of the longest runs of zero words.
    private static func longestZeroRun(_ words: [UInt16]) -> Range<Int> {
        var longest = 0..<0
        var start = 0
        for index in 0...words.count where index == words.count || words[index] != 0 {
            if index - start > longest.count { longest = start..<index }
            start = index + 1
        }
        return longest
    }
}
