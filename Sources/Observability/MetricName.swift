/// The name of a metric, as Prometheus takes it: `[a-zA-Z_:][a-zA-Z0-9_:]*`.
public struct MetricName: Sendable, Hashable {
    /// The name.
    public let rawValue: String

    /// A name; nil if Prometheus would refuse it.
    public init?(_ name: String) {
        guard let first = name.unicodeScalars.first, Self.isValid(first), !("0"..."9").contains(first),
            name.unicodeScalars.allSatisfy(Self.isValid)
        else { return nil }
        rawValue = name
    }

    /// A name made of any text: what Prometheus would refuse becomes an underscore.
    public init(sanitizing text: String) {
        var name = String(String.UnicodeScalarView(text.unicodeScalars.map { Self.isValid($0) ? $0 : "_" }))
        if name.unicodeScalars.first.map({ ("0"..."9").contains($0) }) ?? true { name = "_" + name }
        rawValue = name
    }

    private static func isValid(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
            || scalar == "_" || scalar == ":"
    }
}
