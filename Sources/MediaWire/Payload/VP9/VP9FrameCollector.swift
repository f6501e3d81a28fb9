/// Gathers VP9 pictures, of one or several spatial layers (RFC 9628 §4).
struct VP9FrameCollector: FrameCollector {
    private var data: [UInt8] = []
    private var layerStart: Int?
    private var layerSizes: [Int] = []
    private(set) var isKeyFrame = false

    var byteCount: Int { data.count }
    var hasPicture: Bool { !data.isEmpty }

    mutating func append(_ payload: [UInt8]) throws(WireError) {
        let descriptor = try VP9Descriptor(parsing: payload)
        if descriptor.startsFrame {
            guard layerStart == nil else {
                throw .malformed(structure: "VP9 picture", reason: "a frame begins before the last one ended")
            }
            if data.isEmpty { isKeyFrame = descriptor.startsKeyPicture }
            layerStart = data.count
        }
        guard let start = layerStart else {
            throw .malformed(structure: "VP9 picture", reason: "a frame does not begin with its first packet")
        }
        data.append(contentsOf: payload[descriptor.length...])
        if descriptor.endsFrame {
            layerSizes.append(data.count - start)
            layerStart = nil
        }
    }

    mutating func finish() -> [UInt8]? {
        defer { reset() }
        guard layerStart == nil, (1...8).contains(layerSizes.count) else { return nil }
        return layerSizes.count == 1 ? data : data + VP9Payload.superframeIndex(sizes: layerSizes)
    }

    mutating func reset() {
        self = VP9FrameCollector()
    }
}
