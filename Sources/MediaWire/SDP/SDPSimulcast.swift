/// A `simulcast` line (RFC 8853 §5.1): the rids a section sends and receives as layers.
///
/// Of alternatives for one layer the first is kept; whether a layer begins paused (`~`) is not.
public struct SDPSimulcast: Sendable, Hashable {
    /// Layers the writer sends, in its order.
    public var send: [String]
    /// Layers the writer receives, in its order.
    public var receive: [String]

    /// Layers sent and received.
    public init(send: [String] = [], receive: [String] = []) {
        self.send = send
        self.receive = receive
    }
}
