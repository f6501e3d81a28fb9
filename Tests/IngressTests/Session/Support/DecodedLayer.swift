import Media
import MediaWire
import RoomClient
import TestKit

/// What a receiver of one layer sees.
struct DecodedLayer {
    struct Picture {
        var number: Int?
        var width: Int
        var height: Int
        /// By the capture times, in seconds from the start of the session.
        var seconds: Double
        var luma: Double
    }

    var pictures: [Picture] = []

    init(_ frames: [EncodedFrame], codec: Codec = .h264) throws {
        var decoder = try VideoDecoder(codec: codec)
        for frame in frames {
            let captured = frame.capturedAt.map { ($0 - SessionBench.wallClock).inSeconds } ?? -1
            let pts = MediaTime(value: Int64((captured * 90_000).rounded()), timescale: 90_000)
            for picture in try decoder.decode(frame.data, pts: pts) {
                pictures.append(
                    Picture(
                        number: TestPattern.label(of: picture)?.number,
                        width: picture.width,
                        height: picture.height,
                        seconds: picture.pts?.seconds ?? -1,
                        luma: FrameProbe.meanLuma(picture)
                    )
                )
            }
        }
    }

    /// The frame numbers in the strips.
    var numbers: [Int] { pictures.compactMap(\.number) }

    /// The sizes in the order in which they came.
    var sizes: [String] {
        pictures.reduce(into: []) { sizes, picture in
            let size = "\(picture.width)×\(picture.height)"
            if sizes.last != size { sizes.append(size) }
        }
    }
}

/// What a receiver of the sound hears.
struct DecodedSound {
    var samples: [Float] = []
    /// When the first sample is heard, in seconds from the start of the session.
    var start = 0.0

    init(_ frames: [EncodedFrame], channels: Int = 2) throws {
        var decoder = try AudioDecoder(codec: .opus, channels: channels)
        guard let first = frames.first, let captured = first.capturedAt else { return }
        start = (captured - SessionBench.wallClock).inSeconds
        for frame in frames {
            // What was left out as silence is silence.
            let place = Int(frame.timestamp &- first.timestamp)
            if place > samples.count { samples += [Float](repeating: 0, count: place - samples.count) }
            let pts = MediaTime(value: Int64(place), timescale: 48_000)
            for sound in try decoder.decode(frame.data, pts: pts) {
                sound.withSamples(0) { samples += Array($0) }
            }
        }
    }
}
