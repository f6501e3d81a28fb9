import FoundationEssentials

/// The recorder's own metadata, by which a server changes the layout: `{"layout":"speaker"}`.
struct LayoutMetadata: Codable {
    private let layout: String?

    /// The layout that `metadata` names; nil if it names none or is something else.
    static func layout(in metadata: String) -> String? {
        guard metadata.utf8.count <= maximumLength else { return nil }
        return (try? JSONDecoder().decode(LayoutMetadata.self, from: Data(metadata.utf8)))?.layout
    }

    /// Far more than any layout's name.
    private static let maximumLength = 4096
}
