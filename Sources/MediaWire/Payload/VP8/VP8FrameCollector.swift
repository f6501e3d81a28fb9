/// Gathers VP8 frames (RFC 7741 §4).
struct VP8FrameCollector: FrameCollector {
    private var data: [UInt8] = []

    var byteCount: Int { data.count }
    var hasPicture: Bool { !data.isEmpty }
    var isKeyFrame: Bool { VP8FrameHeader.isKeyFrame(data, from: 0) }

    mutating func append(_ payload: [UInt8]) throws(WireError) {
        let (_, length) = try VP8Descriptor.parse(payload)
        data.append(contentsOf: payload[length...])
    }

    mutating func finish() -> [UInt8]? {
        defer { reset() }
        return data
    }

    mutating func reset() {
        data = []
    }
}
