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

    private static func isValid(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
            || scalar == "_" || scalar == ":"
    }
}
