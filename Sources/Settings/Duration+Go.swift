extension Duration {
    /// Reads a span of time as Go writes it: numbers with the units `h`, `m`, `s`, `ms`, `us`, `ns`, or a plain `0`.
    ///
    /// Nil for anything else, for negative spans and for those over 100 years.
    public init?(goText text: String) {
        if text == "0" {
            self = .zero
            return
        }
        var rest = text[...]
        var seconds = 0.0
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard let number = Double(digits), let scale = Self.goUnits[String(unit)] else { return nil }
            seconds += number * scale
        }
        guard seconds <= Self.longest else { return nil }
        self = .nanoseconds(Int64((seconds * 1e9).rounded()))
    }

    private static let goUnits = ["h": 3600.0, "m": 60, "s": 1, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9]
    /// Within 64 bits of nanoseconds.
    private static let longest = 100.0 * 365 * 24 * 3600
}
