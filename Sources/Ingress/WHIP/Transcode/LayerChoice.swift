import MediaWire

/// Chooses of a publisher's layers the one to transcode: the largest that is alive.
///
/// It changes only at key frames. Layers come and go with the publisher's bandwidth; one that has sent nothing for
/// `patience` is no longer alive.
struct LayerChoice {
    /// What becomes of a sample.
    enum Verdict: Hashable {
        /// It is taken; `isSwitch` says that the one before was of another layer.
        case take(isSwitch: Bool)
        case skip
        /// It is skipped, but its layer is the better one: a key frame of it is needed.
        case askForKeyFrame
    }

    /// Silence after which a layer counts as gone.
    static let patience = Duration.seconds(1)

    private struct Layer {
        var area = 0
        var lastArrival: Instant
    }

    private var layers: [String?: Layer] = [:]
    private var current: String??

    /// Judges a sample of a layer.
    mutating func judge(rid: String?, sample: (isKeyFrame: Bool, area: Int?), at now: Instant) -> Verdict {
        layers[rid, default: Layer(lastArrival: now)].lastArrival = now
        if let area = sample.area { layers[rid]?.area = area }
        guard let current else { return sample.isKeyFrame ? take(rid, isSwitch: true) : .askForKeyFrame }
        if current == rid { return .take(isSwitch: false) }
        guard isBetter(rid, than: current, at: now) else { return .skip }
        return sample.isKeyFrame ? take(rid, isSwitch: true) : .askForKeyFrame
    }

    /// The connection is another: its layers are not known yet.
    mutating func restart() { self = LayerChoice() }

    /// The layer that is taken; nil before the first.
    var chosen: String?? { current }

    private mutating func take(_ rid: String?, isSwitch: Bool) -> Verdict {
        current = .some(rid)
        return .take(isSwitch: isSwitch)
    }

    private func isBetter(_ rid: String?, than current: String?, at now: Instant) -> Bool {
        guard let candidate = layers[rid], let present = layers[current] else { return true }
        if candidate.area > present.area { return true }
        guard now - present.lastArrival > Self.patience else { return false }
        // The present one is gone: the largest of the others follows.
        let alive = layers.filter { $0.key != current && now - $0.value.lastArrival <= Self.patience }
        return alive.allSatisfy { $0.value.area <= candidate.area }
    }
}
