/// The parts of RTP payloads of AV1 (AOMedia's "RTP Payload Format For AV1", §4).
public struct AV1AggregationHeader: Sendable, Hashable {
    /// Whether the first element goes on with one of the packet before (Z).
    public var continuesElement: Bool
    /// Whether the last element goes on in the next packet (Y).
    public var lastElementContinues: Bool
    /// How many elements there are, 1 through 3; 0 when each has its size (W).
    public var elementCount: Int
    /// Whether a coded video sequence begins here (N).
    public var startsSequence: Bool

    /// Reads the first byte of a payload.
    public init(parsing payload: [UInt8]) throws(WireError) {
        guard let byte = payload.first else {
            throw .truncated(structure: "AV1 aggregation header", needed: 1, available: 0)
        }
        continuesElement = byte & 0x80 != 0
        lastElementContinues = byte & 0x40 != 0
        elementCount = Int(byte >> 4 & 0x03)
        startsSequence = byte & 0x08 != 0
        guard !(continuesElement && startsSequence) else {
            throw .malformed(structure: "AV1 aggregation header", reason: "a sequence begins in the middle of an OBU")
        }
    }

    /// The byte before the elements of a packet that gives each its size.
    static func byte(continues: Bool, lastContinues: Bool, startsSequence: Bool) -> UInt8 {
        (continues ? 0x80 : 0) | (lastContinues ? 0x40 : 0) | (startsSequence ? 0x08 : 0)
    }

    /// Where the elements of a payload lie.
    func elements(of payload: [UInt8]) throws(WireError) -> [Range<Int>] {
        var elements: [Range<Int>] = []
        var index = 1
        while index < payload.count {
            let isLastCounted = elementCount > 0 && elements.count == elementCount - 1
            let length =
                isLastCounted ? payload.count - index : try LEB128.read(payload, at: &index, end: payload.count)
            guard length <= payload.count - index else {
                throw .truncated(structure: "AV1 OBU element", needed: length, available: payload.count - index)
            }
            elements.append(index..<index + length)
            index += length
            if isLastCounted { break }
        }
        guard elementCount == 0 || elements.count == elementCount else {
            throw .malformed(
                structure: "AV1 payload",
                reason: "\(elementCount) elements announced, \(elements.count) there"
            )
        }
        return elements
    }
}
