import MediaWire

/// Parameter sets of H.264 or H.265 in Annex B that a container keeps apart: RTSP's description may be the only place of them.
struct ParameterSets {
    private let format: InputTrack.Format
    private let sets: [UInt8]

    /// The sets of a codec's header; none if it is not in Annex B.
    init(_ header: [UInt8], of format: InputTrack.Format) {
        self.format = format
        sets = Self.isAnnexB(header, format) ? header : []
    }

    /// Whether a codec's header is parameter sets behind start codes.
    static func isAnnexB(_ header: [UInt8], _ format: InputTrack.Format) -> Bool {
        guard format == .h264 || format == .h265 else { return false }
        return header.starts(with: [0, 0, 1]) || header.starts(with: [0, 0, 0, 1])
    }

    /// A sample with the sets in front, if it is a key frame that has none.
    func completing(_ packet: [UInt8], isKeyFrame: Bool) -> [UInt8] {
        guard isKeyFrame, !sets.isEmpty, !hasSets(packet) else { return packet }
        return sets + packet
    }

    private func hasSets(_ bytes: [UInt8]) -> Bool {
        AnnexB.units(in: bytes).contains { unit in
            // Type 7 of H.264 table 7-1; type 33 of H.265 table 7-1, whose header has it one bit further up.
            format == .h264 ? bytes[unit.lowerBound] & 31 == 7 : bytes[unit.lowerBound] >> 1 & 63 == 33
        }
    }
}
