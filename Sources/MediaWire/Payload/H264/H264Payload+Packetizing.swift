extension H264Payload {
    /// The payloads of one picture: units that fit together in a STAP-A, long ones in FU-As (RFC 6184 §5.7, §5.8).
    ///
    /// Delimiters and filler are left out: packets say where a picture ends.
    static func packetize(_ frame: [UInt8], maximumSize: Int) -> [[UInt8]] {
        var payloads: [[UInt8]] = []
        var pending: [Range<Int>] = []
        var pendingSize = 1
        func flush() {
            if !pending.isEmpty { payloads.append(payload(of: pending, frame)) }
            pending = []
            pendingSize = 1
        }
        for unit in AnnexB.units(in: frame) {
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
        // The aggregate is as important as the most important of its units.
        let importance = units.map { frame[$0.lowerBound] & 0x60 }.max() ?? 0
        var payload = [importance | UnitType.singleTimeAggregation]
        for unit in units {
            payload.append(bigEndian: UInt16(unit.count))
            payload.append(contentsOf: frame[unit])
        }
        return payload
    }

    private static func fragments(of unit: Range<Int>, _ frame: [UInt8], maximumSize: Int) -> [[UInt8]] {
        let header = frame[unit.lowerBound]
        let contents = unit.dropFirst()
        return Packetizer.chunks(of: contents.count, maximum: maximumSize - 2).map { range in
            let isFirst = range.lowerBound == 0
            let isLast = range.upperBound == contents.count
            let start = contents.lowerBound
            return [
                header & 0xE0 | UnitType.fragmentation, (isFirst ? 0x80 : 0) | (isLast ? 0x40 : 0) | type(header),
            ] + frame[start + range.lowerBound..<start + range.upperBound]
        }
    }
}
