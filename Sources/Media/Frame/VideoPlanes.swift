/// One 8-bit plane of a picture, for reading.
///
/// Valid only inside the closure it was handed to.
public struct VideoPlane {
    /// The first sample of the first row.
    public let base: UnsafePointer<UInt8>
    /// Bytes from one row to the next.
    public let stride: Int
    /// Samples a row.
    public let width: Int
    /// Rows.
    public let height: Int

    /// The samples of row `index`, which must exist.
    @inlinable
    public func row(_ index: Int) -> UnsafeBufferPointer<UInt8> {
        precondition(index >= 0 && index < height, "row outside the plane")
        return UnsafeBufferPointer(start: base + index * stride, count: width)
    }

    func cropped(x: Int, y: Int, width: Int, height: Int) -> VideoPlane {
        VideoPlane(base: base + y * stride + x, stride: stride, width: width, height: height)
    }
}

/// One 8-bit plane of a picture, for writing.
///
/// Valid only inside the closure it was handed to.
public struct MutableVideoPlane {
    /// The first sample of the first row.
    public let base: UnsafeMutablePointer<UInt8>
    /// Bytes from one row to the next.
    public let stride: Int
    /// Samples a row.
    public let width: Int
    /// Rows.
    public let height: Int

    /// The samples of row `index`, which must exist.
    @inlinable
    public func row(_ index: Int) -> UnsafeMutableBufferPointer<UInt8> {
        precondition(index >= 0 && index < height, "row outside the plane")
        return UnsafeMutableBufferPointer(start: base + index * stride, count: width)
    }

    func cropped(x: Int, y: Int, width: Int, height: Int) -> MutableVideoPlane {
        MutableVideoPlane(base: base + y * stride + x, stride: stride, width: width, height: height)
    }
}

/// The three planes of an I420 picture, for reading; chroma is half as wide and high, rounded up.
public struct VideoPlanes {
    /// Luma.
    public let y: VideoPlane
    /// Blue difference.
    public let u: VideoPlane
    /// Red difference.
    public let v: VideoPlane

    /// Luma samples a row.
    public var width: Int { y.width }
    /// Luma rows.
    public var height: Int { y.height }

    /// The part of the picture at an even `x`, `y` of `width` × `height`, without copying; it must lie inside.
    public func cropped(x: Int, y: Int, width: Int, height: Int) -> VideoPlanes {
        checkCrop(x: x, y: y, width: width, height: height, in: (self.width, self.height))
        let (chromaWidth, chromaHeight) = ((width + 1) / 2, (height + 1) / 2)
        return VideoPlanes(
            y: self.y.cropped(x: x, y: y, width: width, height: height),
            u: u.cropped(x: x / 2, y: y / 2, width: chromaWidth, height: chromaHeight),
            v: v.cropped(x: x / 2, y: y / 2, width: chromaWidth, height: chromaHeight)
        )
    }
}

/// The three planes of an I420 picture, for writing; chroma is half as wide and high, rounded up.
public struct MutableVideoPlanes {
    /// Luma.
    public let y: MutableVideoPlane
    /// Blue difference.
    public let u: MutableVideoPlane
    /// Red difference.
    public let v: MutableVideoPlane

    /// Luma samples a row.
    public var width: Int { y.width }
    /// Luma rows.
    public var height: Int { y.height }

    /// The part of the picture at an even `x`, `y` of `width` × `height`, without copying; it must lie inside.
    public func cropped(x: Int, y: Int, width: Int, height: Int) -> MutableVideoPlanes {
        checkCrop(x: x, y: y, width: width, height: height, in: (self.width, self.height))
        let (chromaWidth, chromaHeight) = ((width + 1) / 2, (height + 1) / 2)
        return MutableVideoPlanes(
            y: self.y.cropped(x: x, y: y, width: width, height: height),
            u: u.cropped(x: x / 2, y: y / 2, width: chromaWidth, height: chromaHeight),
            v: v.cropped(x: x / 2, y: y / 2, width: chromaWidth, height: chromaHeight)
        )
    }

    /// Makes the whole area one colour.
    public func fill(y luma: UInt8, u: UInt8, v: UInt8) {
        for row in 0..<y.height { y.row(row).update(repeating: luma) }
        for row in 0..<self.u.height { self.u.row(row).update(repeating: u) }
        for row in 0..<self.v.height { self.v.row(row).update(repeating: v) }
    }
}

private func checkCrop(x: Int, y: Int, width: Int, height: Int, in size: (width: Int, height: Int)) {
    precondition(x >= 0 && y >= 0 && x % 2 == 0 && y % 2 == 0, "a crop starts at even coordinates")
    precondition(width > 0 && height > 0, "a crop is not empty")
    precondition(x + width <= size.width && y + height <= size.height, "a crop lies inside the picture")
}
