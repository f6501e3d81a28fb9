import Testing

@testable import Storage

@Suite("Upload plan")
struct UploadPlanTests {
    private let mebi: Int64 = 1 << 20
    private let sizes = PartSizes(first: 8 << 20)

    @Test("sends a small file whole", arguments: [Int64(0), 1, 8 << 20])
    func small(length: Int64) {
        var plan = UploadPlan(sizes: sizes)
        plan.grow(to: length)
        #expect(plan.next() == .wait)
        plan.end(FileEnding(length: length))
        #expect(plan.next() == .whole)
        #expect(plan.content(of: 1).range == 0..<length)
    }

    @Test("sends full parts of a growing file and holds the first one back")
    func growing() {
        var plan = UploadPlan(sizes: sizes)
        plan.grow(to: 16 * mebi - 1)
        #expect(plan.next() == .wait)
        plan.grow(to: 24 * mebi)
        #expect(plan.next() == .begin)
        plan.begun("u")
        #expect(plan.next() == .part(2))
        #expect(plan.content(of: 2).range == 8 * mebi..<16 * mebi)
        plan.sent(part: 2, tag: "b")
        #expect(plan.next() == .part(3))
        plan.sent(part: 3, tag: "c")
        #expect(plan.next() == .wait)

        plan.end(FileEnding(length: 25 * mebi, head: [1, 2, 3], replacing: 2))
        #expect(plan.next() == .part(4))
        #expect(plan.content(of: 4).range == 24 * mebi..<25 * mebi)
        plan.sent(part: 4, tag: "d")
        #expect(plan.next() == .part(1))
        #expect(plan.content(of: 1).head == [1, 2, 3])
        #expect(plan.content(of: 1).range == 2..<8 * mebi)
        plan.sent(part: 1, tag: "a")
        #expect(plan.next() == .complete)
        #expect(plan.parts.map(\.tag) == ["a", "b", "c", "d"])
        #expect(plan.ending?.size == 25 * mebi + 1)
    }

    @Test("sends parts again that a torn end has shortened")
    func tornEnd() {
        var plan = UploadPlan(sizes: sizes)
        plan.grow(to: 24 * mebi)
        plan.begun("u")
        plan.sent(part: 2, tag: "b")
        plan.sent(part: 3, tag: "c")
        plan.end(FileEnding(length: 20 * mebi))
        #expect(plan.next() == .part(3))
        #expect(plan.content(of: 3).range == 16 * mebi..<20 * mebi)
        plan.sent(part: 3, tag: "c2")
        plan.sent(part: 1, tag: "a")
        #expect(plan.parts.map(\.tag) == ["a", "b", "c2"])
    }

    @Test("forgets what a store has lost")
    func lost() {
        var plan = UploadPlan(sizes: sizes)
        plan.end(FileEnding(length: 9 * mebi))
        plan.begun("u")
        plan.sent(part: 2, tag: "b")
        plan.startOver()
        #expect(plan.next() == .begin)
        plan.begun("v")
        #expect(plan.next() == .part(2))
    }

    @Test("cuts files into parts that follow each other, in at most ten thousand")
    func sizesGrow() {
        for number in [1, 2, 999, 1000, 1001, 2000, 2001, 9999] {
            #expect(sizes.range(of: number).upperBound == sizes.range(of: number + 1).lowerBound)
        }
        #expect(sizes.range(of: 1001).count == 16 << 20)
        #expect(sizes.range(of: 10_000).upperBound == 55_000 * 8 * mebi)
        #expect(sizes.count(for: 8 * mebi + 1) == 2)
    }
}
