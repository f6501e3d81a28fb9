/// What is said over a ``JobLink``.
///
/// On the socket a message is its length (32 bits, big endian, without these four bytes) and that many bytes.
package protocol LinkMessage: Sendable {
    /// Bytes of the longest message, its length included; a longer one ends the conversation.
    static var maximumLength: Int { get }
    /// The message as it goes over the socket, its length in front.
    func serialized() throws -> [UInt8]
    /// Reads a message without its length; nil for what no version of this program has sent.
    init?(body: [UInt8])
}
