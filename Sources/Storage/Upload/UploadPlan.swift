/// What has been sent of one file and what comes next.
///
/// A file that still grows (no `ending`) has its full parts sent from the second on; part 1 waits for the ending,
/// because the file's head may be replaced then. A file that has ended is sent whole if it is small and nothing was
/// begun, else the missing parts, the first one last.
struct UploadPlan: Sendable, Hashable {
    /// What to do next.
    enum Step: Hashable {
        /// Nothing until the file has grown or ended.
        case wait
        /// Send the whole file in one request.
        case whole
        /// Begin a multipart upload.
        case begin
        /// Send this part.
        case part(Int)
        /// Make an object of the parts.
        case complete
    }

    let sizes: PartSizes
    /// The store's name for the multipart upload; nil before it was begun.
    private(set) var upload: String?
    /// The store's tags of the parts that it has.
    private(set) var tags: [Int: String] = [:]
    private(set) var grown: Int64 = 0
    private(set) var ending: FileEnding?
    /// The first part, from the second on, that was not sent yet; those below are known to be.
    private var firstMissing = 2

    init(sizes: PartSizes) {
        self.sizes = sizes
    }

    /// What to do next.
    func next() -> Step {
        guard let ending else {
            guard sizes.range(of: firstMissing).upperBound <= grown else { return .wait }
            return upload == nil ? .begin : .part(firstMissing)
        }
        let count = sizes.count(for: ending.length)
        guard upload != nil else { return count == 1 ? .whole : .begin }
        if firstMissing <= count { return .part(firstMissing) }
        return tags[1] == nil ? .part(1) : .complete
    }

    /// The first `length` bytes are final, except those of the head.
    mutating func grow(to length: Int64) {
        grown = max(grown, length)
    }

    /// The file has ended; parts that reach beyond its end do not count any more.
    mutating func end(_ ending: FileEnding) {
        self.ending = ending
        tags = tags.filter { number, _ in number != 1 && sizes.range(of: number).upperBound <= ending.length }
        findFirstMissing()
    }

    mutating func begun(_ upload: String) {
        self.upload = upload
        tags = [:]
        firstMissing = 2
    }

    mutating func sent(part number: Int, tag: String) {
        tags[number] = tag
        findFirstMissing()
    }

    /// The store has nothing of it: everything is sent anew.
    mutating func startOver() {
        upload = nil
        tags = [:]
        firstMissing = 2
    }

    /// The file's bytes for a part, and what goes before them.
    func content(of number: Int) -> (head: [UInt8], range: Range<Int64>) {
        var range = sizes.range(of: number)
        guard let ending else { return ([], range) }
        range = range.lowerBound..<min(range.upperBound, ending.length)
        guard number == 1 else { return ([], range) }
        return (ending.head ?? [], Int64(ending.replacing)..<range.upperBound)
    }

    /// The parts in their order, as a store wants them.
    var parts: [(number: Int, tag: String)] {
        tags.sorted { $0.key < $1.key }.map { (number: $0.key, tag: $0.value) }
    }

    private mutating func findFirstMissing() {
        firstMissing = 2
        while tags[firstMissing] != nil { firstMissing += 1 }
    }
}
