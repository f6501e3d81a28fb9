/// Splits AV1 temporal units into RTP payloads (AOMedia's RTP payload format §4).
enum AV1Payload {
    /// Fewer bytes of room are not worth another fragment.
    private static let leastFragment = 16
    /// The size of a fragment takes at most two bytes, for no payload is longer than 16383.
    private static let longestSize = 2

    /// The payloads of one temporal unit in the low-overhead format; none when it cannot be read.
    static func packetize(_ frame: [UInt8], maximumSize: Int) -> [[UInt8]] {
        guard let units = try? AV1OBU.units(in: frame).filter(\.isTransported), !units.isEmpty else { return [] }
        let maximumSize = min(maximumSize, 16_383)
        var payloads: [[UInt8]] = []
        var payload: [UInt8] = []
        func begin(continues: Bool) {
            payload = [AV1AggregationHeader.byte(continues: continues, lastContinues: false, startsSequence: false)]
        }
        begin(continues: false)
        if units.contains(where: { $0.type == AV1OBU.UnitType.sequenceHeader }) {
            payload[0] = AV1AggregationHeader.byte(continues: false, lastContinues: false, startsSequence: true)
        }
        for unit in units {
            var element = (unit.header + frame[unit.contents])[...]
            while true {
                let room = maximumSize - payload.count
                if LEB128.length(element.count) + element.count <= room {
                    append(element, to: &payload)
                    break
                }
                if room < leastFragment + longestSize, payload.count > 1 {
                    payloads.append(payload)
                    begin(continues: false)
                    continue
                }
                append(element.prefix(room - longestSize), to: &payload)
                element = element.dropFirst(room - longestSize)
                payload[0] |= AV1AggregationHeader.byte(continues: false, lastContinues: true, startsSequence: false)
                payloads.append(payload)
                begin(continues: true)
            }
        }
        payloads.append(payload)
        return payloads
    }

    private static func append(_ element: ArraySlice<UInt8>, to payload: inout [UInt8]) {
        LEB128.append(element.count, to: &payload)
        payload.append(contentsOf: element)
    }
}
