/// Lets through only frames that a decoder can make something right of.
///
/// Pictures refer to earlier pictures: after a loss everything up to the next key frame would be smeared, so it is held
/// back, and the last good picture stays. Sound has no such memory; its frames always pass.
struct FrameGate {
    /// What to do with a frame.
    enum Verdict: Hashable {
        /// Hand it on; false says that something before it was lost.
        case pass(isIntact: Bool)
        /// Drop it, and ask for a key frame.
        case hold
    }

    private let dependsOnEarlierFrames: Bool
    private var isBroken: Bool
    private var lostSincePassed = false

    init(dependsOnEarlierFrames: Bool) {
        self.dependsOnEarlierFrames = dependsOnEarlierFrames
        isBroken = dependsOnEarlierFrames
    }

    /// Whether nothing can pass before a key frame.
    var needsKeyFrame: Bool { isBroken }

    /// Packets were lost, or the stream was replaced.
    mutating func lost() {
        lostSincePassed = true
        if dependsOnEarlierFrames { isBroken = true }
    }

    /// Judges the next whole frame; `isIntact` says that nothing is missing between it and the frame before.
    mutating func judge(isKeyFrame: Bool, isIntact: Bool) -> Verdict {
        if !isIntact { lost() }
        guard !isBroken || isKeyFrame else {
            lostSincePassed = true
            return .hold
        }
        defer { lostSincePassed = false }
        isBroken = false
        return .pass(isIntact: !lostSincePassed)
    }
}
