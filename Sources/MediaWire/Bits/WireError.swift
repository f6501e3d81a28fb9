/// Why bytes from the network are not the structure they were taken for.
///
/// `structure` names what was being read ("RTP header", "VP9 payload descriptor"), never a peer's data.
public enum WireError: Error, Hashable, Sendable {
    /// The bytes end before the structure does.
    case truncated(structure: String, needed: Int, available: Int)
    /// A field has a value the format forbids.
    case malformed(structure: String, reason: String)
    /// A count or length exceeds the bound this implementation sets.
    case tooLarge(structure: String, limit: Int)
}

extension WireError: CustomStringConvertible {
    /// What was wrong, with which value.
    public var description: String {
        switch self {
        case .truncated(let structure, let needed, let available):
            "\(structure) is cut off: \(needed) more bytes needed, \(available) left"
        case .malformed(let structure, let reason):
            "\(structure) is malformed: \(reason)"
        case .tooLarge(let structure, let limit):
            "\(structure) exceeds the limit of \(limit)"
        }
    }
}
