/// Gathers H.264 pictures as NAL units behind start codes (RFC 6184).
struct H264FrameCollector: FrameCollector {
    private var data: [UInt8] = []
    private var isInFragment = false
    private(set) var hasPicture = false
    private(set) var isKeyFrame = false
    private(set) var hasParameters = false

    var byteCount: Int { data.count }

    mutating func append(_ payload: [UInt8]) throws(WireError) {
        for piece in try H264Payload.pieces(payload) {
            switch piece {
            case .unit(let range):
                guard !isInFragment else { throw Self.broken }
                begin(header: payload[range.lowerBound])
                data.append(contentsOf: payload[range])
            case .fragment(let header, let isFirst, let isLast, let range):
                guard isFirst != isInFragment else { throw Self.broken }
                if isFirst {
                    begin(header: header)
                    data.append(header)
                }
                data.append(contentsOf: payload[range])
                isInFragment = !isLast
            }
        }
    }

    private static let broken = WireError.malformed(
        structure: "H.264 picture",
        reason: "fragments of a unit are not in one piece"
    )

    private mutating func begin(header: UInt8) {
        data.append(contentsOf: AnnexB.startCode)
        let type = H264Payload.type(header)
        if (H264Payload.UnitType.slice...H264Payload.UnitType.idrSlice).contains(type) { hasPicture = true }
        if type == H264Payload.UnitType.sequenceParameters { hasParameters = true }
        if type == H264Payload.UnitType.idrSlice { isKeyFrame = true }
    }

    mutating func finish() -> [UInt8]? {
        defer { reset() }
        return isInFragment ? nil : data
    }

    mutating func reset() {
        self = H264FrameCollector()
    }
}
