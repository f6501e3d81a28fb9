import FoundationEssentials

/// The recorder's own metadata in its room, by which a service tells it another layout: `{"layout":"speaker"}`.
struct LayoutMetadata: Codable, Hashable {
    private let layout: String?

    init(layout: String) {
        self.layout = layout
    }

    /// As text.
    var json: String {
        guard let data = try? JSONEncoder().encode(self) else { preconditionFailure("strings always encode") }
        return String(decoding: data, as: UTF8.self)
    }

    /// The layout that `metadata` names; nil if it names none or is something else.
    static func layout(in metadata: String) -> String? {
        guard metadata.utf8.count <= maximumLength else { return nil }
        return (try? JSONDecoder().decode(LayoutMetadata.self, from: Data(metadata.utf8)))?.layout
    }

    /// Far more than any layout's name.
    private static let maximumLength = 4096
}
