/// How a file is cut into the parts of a multipart upload.
///
/// Stores allow 10 000 parts. So after every thousand parts they grow by the first one's size, which lets a file have
/// 440 GB with parts of 8 MiB and keeps what is in memory small.
struct PartSizes: Sendable, Hashable {
    /// Bytes of part 1.
    let first: Int64

    /// Sizes that begin with `first`, which is kept between 8 and 64 MiB.
    ///
    /// Stores want 5 MiB of each part but the last one; the rest of 8 is room for a head that shrinks.
    init(first: Int) {
        self.first = Int64(min(max(first, smallestPart), largestPart))
    }

    /// The file's bytes that part `number` (from 1) holds, in a file that is long enough.
    func range(of number: Int) -> Range<Int64> {
        let before = Int64(number - 1)
        let (steps, rest) = before.quotientAndRemainder(dividingBy: partsOfOneSize)
        // `steps` thousands of parts with 1, 2, … times the first size, then `rest` parts of the current one.
        let start = first * (partsOfOneSize * steps * (steps + 1) / 2 + rest * (steps + 1))
        return start..<start + first * (steps + 1)
    }

    /// How many parts a file of `length` bytes has, at least one.
    func count(for length: Int64) -> Int {
        var number = 1
        while range(of: number).upperBound < length { number += 1 }
        return number
    }
}

private let smallestPart = 8 << 20
private let largestPart = 64 << 20
private let partsOfOneSize: Int64 = 1000
