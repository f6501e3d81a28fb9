import FoundationEssentials

/// The metadata by which a recorder is told its layout: `{"layout":"<name>"}`.
struct LayoutMetadata: Codable, Hashable {
    var layout: String

    init(layout: String) {
        self.layout = layout
    }

    /// As text.
    var json: String {
        guard let data = try? JSONEncoder().encode(self) else { preconditionFailure("strings always encode") }
        return String(decoding: data, as: UTF8.self)
    }
}
