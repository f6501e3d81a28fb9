internal import CFFmpeg

/// How a picture's numbers mean colours.
///
/// WebRTC clients send BT.601 limited range and mostly say nothing about it, so pictures that say nothing are taken as
/// that. Nothing is converted on decoding: the flags travel with the frame, and an encoder writes the ones it is
/// configured with into its stream, so that players decode the numbers the publisher encoded.
public struct VideoColor: Hashable, Sendable {
    /// The matrix between YCbCr and RGB.
    public enum Matrix: Hashable, Sendable {
        /// BT.601, the habit of WebRTC.
        case bt601
        /// BT.709, the habit of HD video.
        case bt709
        /// BT.2020 with non-constant luminance.
        case bt2020
    }

    /// The matrix between YCbCr and RGB.
    public var matrix: Matrix
    /// Whether luma spans 0…255 rather than 16…235.
    public var isFullRange: Bool

    /// A colour space by its parts.
    public init(matrix: Matrix, isFullRange: Bool = false) {
        self.matrix = matrix
        self.isFullRange = isFullRange
    }

    /// BT.601, limited range: what an unflagged WebRTC picture is.
    public static let bt601 = VideoColor(matrix: .bt601)
    /// BT.709, limited range: what most HD footage is.
    public static let bt709 = VideoColor(matrix: .bt709)
}

extension VideoColor {
    init(frame: AVFrame) {
        let isFullRange = frame.color_range == AVCOL_RANGE_JPEG || frame.format == AV_PIX_FMT_YUVJ420P.rawValue
        switch frame.colorspace {
        case AVCOL_SPC_BT709: self.init(matrix: .bt709, isFullRange: isFullRange)
        case AVCOL_SPC_BT2020_NCL, AVCOL_SPC_BT2020_CL: self.init(matrix: .bt2020, isFullRange: isFullRange)
        default: self.init(matrix: .bt601, isFullRange: isFullRange)
        }
    }

    var ffmpegRange: AVColorRange { isFullRange ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG }

    var ffmpegMatrix: AVColorSpace {
        switch matrix {
        case .bt601: AVCOL_SPC_SMPTE170M
        case .bt709: AVCOL_SPC_BT709
        case .bt2020: AVCOL_SPC_BT2020_NCL
        }
    }

    /// Cameras and screens deliver sRGB, whose primaries are those of BT.709, whatever the matrix.
    var ffmpegPrimaries: AVColorPrimaries { matrix == .bt2020 ? AVCOL_PRI_BT2020 : AVCOL_PRI_BT709 }

    var ffmpegTransfer: AVColorTransferCharacteristic {
        matrix == .bt2020 ? AVCOL_TRC_BT2020_10 : AVCOL_TRC_BT709
    }
}
