/// Whether a decoder can begin with the frame that begins in this RTP payload.
///
/// - VP8: the first packet of a key frame.
/// - VP9: the first packet of a picture without references, on the lowest spatial layer.
/// - H264, H265: a packet with a sequence parameter set, which encoders for WebRTC put before each IDR picture.
/// - AV1: the first packet of a coded video sequence.
/// - Audio: always.
///
/// A malformed payload begins nothing.
public func isKeyFrameStart(codec: Codec, payload: [UInt8]) -> Bool {
    do throws(WireError) {
        switch codec {
        case .opus, .red, .pcmu, .pcma: return !payload.isEmpty
        case .vp8:
            let (descriptor, length) = try VP8Descriptor.parse(payload)
            return descriptor.startsFrame && VP8FrameHeader.isKeyFrame(payload, from: length)
        case .vp9: return try VP9Descriptor(parsing: payload).startsKeyPicture
        case .h264:
            return try H264Payload.pieces(payload).contains { piece in
                switch piece {
                case .unit(let range):
                    H264Payload.type(payload[range.lowerBound]) == H264Payload.UnitType.sequenceParameters
                case .fragment(let header, let isFirst, _, _):
                    isFirst && H264Payload.type(header) == H264Payload.UnitType.sequenceParameters
                }
            }
        case .h265:
            return try H265Payload.pieces(payload).contains { piece in
                switch piece {
                case .unit(let range):
                    H265Payload.type(payload[range.lowerBound]) == H265Payload.UnitType.sequenceParameters
                case .fragment(let header, let isFirst, _, _):
                    isFirst && header >> 9 & 0x3F == UInt16(H265Payload.UnitType.sequenceParameters)
                }
            }
        case .av1: return try AV1AggregationHeader(parsing: payload).startsSequence
        }
    } catch {
        return false
    }
}

/// Whether a frame begins in this RTP payload, as far as one packet tells.
///
/// Certain for VP8, VP9 and audio. For H264 and H265 it is whether a picture's first slice, or what may stand before it,
/// is in the packet; parameter sets and the slice after them in a packet of its own both count. For AV1 it is whether
/// the packet begins with a whole unit of a kind that frames begin with.
public func startsFrame(codec: Codec, payload: [UInt8]) -> Bool {
    do throws(WireError) {
        switch codec {
        case .opus, .red, .pcmu, .pcma: return !payload.isEmpty
        case .vp8: return try VP8Descriptor.parse(payload).descriptor.startsFrame
        case .vp9: return try VP9Descriptor(parsing: payload).startsPicture
        case .h264:
            switch try H264Payload.pieces(payload).first {
            case .unit(let range):
                return H264Payload.startsPicture(
                    header: payload[range.lowerBound],
                    payload,
                    contentsAt: range.lowerBound + 1
                )
            case .fragment(let header, let isFirst, _, let range):
                return isFirst && H264Payload.startsPicture(header: header, payload, contentsAt: range.lowerBound)
            case nil: return false
            }
        case .h265:
            switch try H265Payload.pieces(payload).first {
            case .unit(let range):
                return H265Payload.startsPicture(
                    type: H265Payload.type(payload[range.lowerBound]),
                    payload,
                    contentsAt: range.lowerBound + 2
                )
            case .fragment(let header, let isFirst, _, let range):
                let type = UInt8(header >> 9 & 0x3F)
                return isFirst && H265Payload.startsPicture(type: type, payload, contentsAt: range.lowerBound)
            case nil: return false
            }
        case .av1: return try AV1FrameCollector.startsFrame(payload)
        }
    } catch {
        return false
    }
}

/// The size of the pictures that begin with the key frame in this payload; `nil` when the payload does not say.
public func keyFrameSize(codec: Codec, payload: [UInt8]) -> (width: Int, height: Int)? {
    do throws(WireError) {
        switch codec {
        case .opus, .red, .pcmu, .pcma: return nil
        case .vp8:
            let (descriptor, length) = try VP8Descriptor.parse(payload)
            return descriptor.startsFrame ? try VP8FrameHeader.keyFrameSize(payload, from: length) : nil
        case .vp9:
            let descriptor = try VP9Descriptor(parsing: payload)
            guard descriptor.startsKeyPicture else { return nil }
            return try VP9FrameHeader.keyFrameSize(payload, from: descriptor.length)
        case .h264:
            for case .unit(let range) in try H264Payload.pieces(payload)
            where H264Payload.type(payload[range.lowerBound]) == H264Payload.UnitType.sequenceParameters {
                return try H264SequenceParameters(parsing: payload[range]).size
            }
            return nil
        case .h265:
            for case .unit(let range) in try H265Payload.pieces(payload)
            where H265Payload.type(payload[range.lowerBound]) == H265Payload.UnitType.sequenceParameters {
                return try H265SequenceParameters.size(payload[range])
            }
            return nil
        case .av1:
            let header = try AV1AggregationHeader(parsing: payload)
            guard header.startsSequence else { return nil }
            for element in try header.elements(of: payload) where !element.isEmpty {
                let unit = try AV1OBU.parse(payload, in: element)
                if unit.type == AV1OBU.UnitType.sequenceHeader {
                    return try AV1SequenceHeader.size(payload[unit.contents])
                }
            }
            return nil
        }
    } catch {
        return nil
    }
}
