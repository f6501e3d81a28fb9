package import LiveKitProtocol

/// A change of a participant's name, metadata and attributes, and the limits it is held to.
package struct ProfileUpdate: Sendable, Hashable {
    /// The longest name, in bytes.
    package static let maximumName = 256
    /// The most metadata, in bytes.
    package static let maximumMetadata = 512 * 1024
    /// The most attributes, keys and values together, in bytes.
    package static let maximumAttributes = 64 * 1024

    /// A change that is over a limit.
    package struct Refusal: Error, Sendable, Hashable {
        /// What is too large; clients show it.
        package let message: String
    }

    /// The new name; empty for no change.
    package var name: String
    /// The new metadata; empty for no change.
    package var metadata: String
    /// Attributes to set; an empty value removes one.
    package var attributes: [String: String]

    /// A change.
    package init(name: String = "", metadata: String = "", attributes: [String: String] = [:]) {
        self.name = name
        self.metadata = metadata
        self.attributes = attributes
    }

    /// Applies the change; nothing changes when it is refused.
    package func apply(to info: inout Livekit_ParticipantInfo) throws(Refusal) {
        guard name.utf8.count <= Self.maximumName else { throw Refusal(message: "exceeds name length limit") }
        guard metadata.utf8.count <= Self.maximumMetadata else {
            throw Refusal(message: "exceeds metadata size limit")
        }
        let merged = info.attributes.merging(attributes) { $1 }.filter { !$0.value.isEmpty }
        let size = merged.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
        guard size <= Self.maximumAttributes else { throw Refusal(message: "exceeds attributes size limit") }
        if !name.isEmpty { info.name = name }
        if !metadata.isEmpty { info.metadata = metadata }
        info.attributes = merged
    }
}
