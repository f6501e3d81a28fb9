/// Brings pictures from one meaning of their numbers to another.
public enum ColorConverter {
    /// Rewrites `planes` in place from one colour space to another; the same for both does nothing.
    ///
    /// Exact to rounding between the matrices (their primaries are taken as equal, which for screens and cameras they are).
    public static func convert(_ planes: MutableVideoPlanes, from source: VideoColor, to target: VideoColor) {
        guard source != target else { return }
        let transform = ColorTransform(from: source, to: target)
        for row in 0..<planes.u.height {
            let upper = planes.y.row(row * 2)
            let lower = planes.y.row(min(row * 2 + 1, planes.height - 1))
            // An odd last row has no second one, which must not be changed twice.
            let hasLower = row * 2 + 1 < planes.height
            transform.apply(
                upper: upper,
                lower: hasLower ? lower : nil,
                u: planes.u.row(row),
                v: planes.v.row(row)
            )
        }
    }
}

/// The linear map between two colour spaces in 16.16 fixed point: greys stay grey, so chroma does not depend on luma.
private struct ColorTransform {
    private let lumaScale: Int32
    private let lumaFromU: Int32
    private let lumaFromV: Int32
    private let lumaBefore: Int32
    private let lumaAfter: Int32
    private let uFromU: Int32
    private let uFromV: Int32
    private let vFromU: Int32
    private let vFromV: Int32

    init(from source: VideoColor, to target: VideoColor) {
        let (a, b) = (source.weights, target.weights)
        let (sourceLuma, targetLuma) = (source.isFullRange ? 255.0 : 219.0, target.isFullRange ? 255.0 : 219.0)
        let (sourceChroma, targetChroma) = (source.isFullRange ? 255.0 : 224.0, target.isFullRange ? 255.0 : 224.0)
        // With luma 0: R = 2(1 − Kr)·Cr, B = 2(1 − Kb)·Cb, G from Y = Kr·R + Kg·G + Kb·B (BT.601 §2.5, BT.709 §3).
        func rgb(cb: Double, cr: Double) -> (r: Double, g: Double, b: Double) {
            let (red, blue) = (2 * (1 - a.red) * cr, 2 * (1 - a.blue) * cb)
            return (red, -(a.red * red + a.blue * blue) / (1 - a.red - a.blue), blue)
        }
        func ycc(_ c: (r: Double, g: Double, b: Double)) -> (y: Double, cb: Double, cr: Double) {
            let luma = b.red * c.r + (1 - b.red - b.blue) * c.g + b.blue * c.b
            return (luma, (c.b - luma) / (2 * (1 - b.blue)), (c.r - luma) / (2 * (1 - b.red)))
        }
        func fixed(_ value: Double) -> Int32 { Int32((value * 65_536).rounded()) }
        let (fromCb, fromCr) = (ycc(rgb(cb: 1, cr: 0)), ycc(rgb(cb: 0, cr: 1)))
        lumaScale = fixed(targetLuma / sourceLuma)
        lumaFromU = fixed(fromCb.y * targetLuma / sourceChroma)
        lumaFromV = fixed(fromCr.y * targetLuma / sourceChroma)
        lumaBefore = source.isFullRange ? 0 : 16
        lumaAfter = target.isFullRange ? 0 : 16
        uFromU = fixed(fromCb.cb * targetChroma / sourceChroma)
        uFromV = fixed(fromCr.cb * targetChroma / sourceChroma)
        vFromU = fixed(fromCb.cr * targetChroma / sourceChroma)
        vFromV = fixed(fromCr.cr * targetChroma / sourceChroma)
    }

    /// Converts two rows of luma and the row of chroma they share.
    func apply(
        upper: UnsafeMutableBufferPointer<UInt8>,
        lower: UnsafeMutableBufferPointer<UInt8>?,
        u uRow: UnsafeMutableBufferPointer<UInt8>,
        v vRow: UnsafeMutableBufferPointer<UInt8>
    ) {
        let half: Int32 = 32_768
        for column in uRow.indices {
            let (u, v) = (Int32(uRow[column]) - 128, Int32(vRow[column]) - 128)
            let offset = lumaFromU * u + lumaFromV * v + half
            for x in column * 2..<min(column * 2 + 2, upper.count) {
                upper[x] = luma(upper[x], offset)
                if let lower { lower[x] = luma(lower[x], offset) }
            }
            uRow[column] = UInt8(clamping: (uFromU * u + uFromV * v + half) >> 16 + 128)
            vRow[column] = UInt8(clamping: (vFromU * u + vFromV * v + half) >> 16 + 128)
        }
    }

    @inline(__always)
    private func luma(_ value: UInt8, _ offset: Int32) -> UInt8 {
        UInt8(clamping: ((Int32(value) - lumaBefore) * lumaScale + offset) >> 16 + lumaAfter)
    }
}

extension VideoColor {
    /// Kr and Kb of BT.601, BT.709 and BT.2020.
    fileprivate var weights: (red: Double, blue: Double) {
        switch matrix {
        case .bt601: (0.299, 0.114)
        case .bt709: (0.2126, 0.0722)
        case .bt2020: (0.2627, 0.0593)
        }
    }
}
