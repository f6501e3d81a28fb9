/// A label of a series and its value.
public struct MetricLabel: Sendable, Hashable {
    /// The name, as Prometheus takes it; other characters become underscores.
    public let name: String
    /// The value, any text.
    public let value: String

    /// A label.
    public init(_ name: String, _ value: String) {
        self.name = MetricName(sanitizing: name).rawValue.replacing(":", with: "_")
        self.value = value
    }
}
