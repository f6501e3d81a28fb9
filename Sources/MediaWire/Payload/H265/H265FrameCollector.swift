/// Gathers H.265 pictures as NAL units behind start codes (RFC 7798).
struct H265FrameCollector: FrameCollector {
    private var data: [UInt8] = []
    private var isInFragment = false
    private(set) var hasPicture = false
    private(set) var isKeyFrame = false
    private(set) var hasParameters = false

    var byteCount: Int { data.count }

    mutating func append(_ payload: [UInt8]) throws(WireError) {
        for piece in try H265Payload.pieces(payload) {
            switch piece {
            case .unit(let range):
                guard !isInFragment else { throw Self.broken }
                begin(type: H265Payload.type(payload[range.lowerBound]))
                data.append(contentsOf: payload[range])
            case .fragment(let header, let isFirst, let isLast, let range):
                guard isFirst != isInFragment else { throw Self.broken }
                if isFirst {
                    begin(type: UInt8(header >> 9 & 0x3F))
                    data.append(bigEndian: header)
                }
                data.append(contentsOf: payload[range])
                isInFragment = !isLast
            }
        }
    }

    private static let broken = WireError.malformed(
        structure: "H.265 picture",
        reason: "fragments of a unit are not in one piece"
    )

    private mutating func begin(type: UInt8) {
        data.append(contentsOf: AnnexB.startCode)
        if type < H265Payload.UnitType.firstNonPicture { hasPicture = true }
        if type == H265Payload.UnitType.sequenceParameters { hasParameters = true }
        let intra = H265Payload.UnitType.firstIntraRandomAccess...H265Payload.UnitType.lastIntraRandomAccess
        if intra.contains(type) { isKeyFrame = true }
    }

    mutating func finish() -> [UInt8]? {
        defer { reset() }
        return isInFragment ? nil : data
    }

    mutating func reset() {
        self = H265FrameCollector()
    }
}
