/// Which side decides the pair to use (RFC 8445 §6.1.1).
public enum ICERole: Sendable, Hashable {
    /// Nominates the pair: the side that sent the first offer.
    case controlling
    /// Accepts the other side's nomination.
    case controlled

    /// The other side's role.
    public var opposite: ICERole { self == .controlling ? .controlled : .controlling }
}
