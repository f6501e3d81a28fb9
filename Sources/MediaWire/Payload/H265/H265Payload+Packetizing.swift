extension H265Payload {
    /// The payloads of one picture: units that fit together aggregated, long ones in fragments (RFC 7798 §4.4).
    ///
    /// Delimiters and filler are left out: packets say where a picture ends.
    static func packetize(_ frame: [UInt8], maximumSize: Int) -> [[UInt8]] {
        var payloads: [[UInt8]] = []
        var pending: [Range<Int>] = []
        var pendingSize = 2
        func flush() {
            if !pending.isEmpty { payloads.append(payload(of: pending, frame)) }
            pending = []
            pendingSize = 2
        }
        for unit in AnnexB.units(in: frame) where unit.count > 2 {
            let type = type(frame[unit.lowerBound])
            if type == UnitType.accessUnitDelimiter || type == UnitType.filler { continue }
            if unit.count > maximumSize {
                flush()
                payloads.append(contentsOf: fragments(of: unit, frame, maximumSize: maximumSize))
                continue
            }
            if pendingSize + 2 + unit.count > maximumSize { flush() }
            pending.append(unit)
            pendingSize += 2 + unit.count
        }
        flush()
        return payloads
    }

    private static func payload(of units: [Range<Int>], _ frame: [UInt8]) -> [UInt8] {
        if units.count == 1 { return Array(frame[units[0]]) }
        // Layer and temporal sub-layer are the lowest of the units' (RFC 7798 §4.4.2).
        let lowest = units.map { frame.bigEndianUInt16(at: $0.lowerBound) & 0x01FF }.min() ?? 1
        var payload: [UInt8] = []
        payload.append(bigEndian: UInt16(UnitType.aggregation) << 9 | lowest)
        for unit in units {
            payload.append(bigEndian: UInt16(unit.count))
            payload.append(contentsOf: frame[unit])
        }
        return payload
    }

    private static func fragments(of unit: Range<Int>, _ frame: [UInt8], maximumSize: Int) -> [[UInt8]] {
        let header = frame.bigEndianUInt16(at: unit.lowerBound)
        let contents = unit.dropFirst(2)
        return Packetizer.chunks(of: contents.count, maximum: maximumSize - 3).map { range in
            let isFirst = range.lowerBound == 0
            let isLast = range.upperBound == contents.count
            let start = contents.lowerBound
            var payload: [UInt8] = []
            payload.append(bigEndian: header & 0x81FF | UInt16(UnitType.fragmentation) << 9)
            payload.append((isFirst ? 0x80 : 0) | (isLast ? 0x40 : 0) | UInt8(header >> 9 & 0x3F))
            payload.append(contentsOf: frame[start + range.lowerBound..<start + range.upperBound])
            return payload
        }
    }
}
