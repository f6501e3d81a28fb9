/// Gathers AV1 temporal units in the low-overhead format (AOMedia's RTP payload format §4).
struct AV1FrameCollector: FrameCollector {
    private var data: [UInt8] = []
    /// The beginning of a unit that goes on in the next packet.
    private var fragment: [UInt8]?
    private var hasSequenceHeader = false
    private var hasKeyFrame = false
    private(set) var hasPicture = false

    var byteCount: Int { data.count + (fragment?.count ?? 0) }
    var isKeyFrame: Bool { hasSequenceHeader && hasKeyFrame }

    mutating func append(_ payload: [UInt8]) throws(WireError) {
        let header = try AV1AggregationHeader(parsing: payload)
        let elements = try header.elements(of: payload)
        guard header.continuesElement == (fragment != nil) else {
            throw .malformed(structure: "AV1 temporal unit", reason: "fragments of a unit are not in one piece")
        }
        for (index, element) in elements.enumerated() {
            let goesOn = header.lastElementContinues && index == elements.count - 1
            if var started = fragment.take() {
                started.append(contentsOf: payload[element])
                if goesOn { fragment = started } else { try append(unitIn: started, range: 0..<started.count) }
            } else if goesOn {
                fragment = Array(payload[element])
            } else if !element.isEmpty {
                try append(unitIn: payload, range: element)
            }
        }
    }

    private mutating func append(unitIn bytes: [UInt8], range: Range<Int>) throws(WireError) {
        let unit = try AV1OBU.parse(bytes, in: range)
        guard unit.isTransported else { return }
        if unit.type == AV1OBU.UnitType.sequenceHeader { hasSequenceHeader = true }
        if unit.type == AV1OBU.UnitType.frame || unit.type == AV1OBU.UnitType.frameHeader {
            hasPicture = true
            if AV1OBU.isKeyFrame(unit, of: bytes) { hasKeyFrame = true }
        }
        AV1OBU.append(unit, of: bytes, to: &data)
    }

    mutating func finish() -> [UInt8]? {
        defer { reset() }
        return fragment == nil ? data : nil
    }

    mutating func reset() {
        self = AV1FrameCollector()
    }

    /// Whether a payload begins with a whole unit, or the beginning of one, that can be a frame's first.
    static func startsFrame(_ payload: [UInt8]) throws(WireError) -> Bool {
        let header = try AV1AggregationHeader(parsing: payload)
        guard !header.continuesElement, let first = try header.elements(of: payload).first, !first.isEmpty else {
            return false
        }
        switch payload[first.lowerBound] >> 3 & 0x0F {
        case AV1OBU.UnitType.sequenceHeader...AV1OBU.UnitType.frameHeader, AV1OBU.UnitType.frame: return true
        default: return false
        }
    }
}

extension Optional {
    /// What was there; nothing is there afterwards.
    fileprivate mutating func take() -> Wrapped? {
        defer { self = nil }
        return self
    }
}
