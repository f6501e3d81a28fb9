import LiveKitProtocol
import MediaWire
import RoomClient

/// Decides what becomes of the samples of one kind: when they are published, as what, and which are written.
///
///     waiting ──layers known──▶ publishing ──accepted──▶ published ──other codec, other layers──▶ publishing
///                                          └─refused──▶ refused
///
/// A publisher that comes back with the same codec and as many layers goes on in the track there is.
struct BypassTrack {
    enum Phase: Hashable {
        /// For a sample that says what there is to publish. Next: publishing.
        case waiting
        /// For the server. Next: published, refused.
        case publishing
        /// Next: publishing.
        case published
        /// Nothing is published of this kind any more, so as not to ask for ever.
        case refused
    }

    /// What to do with a sample.
    enum Action: Hashable {
        /// Nothing: it is not wanted, or not yet.
        case skip
        /// Publish this, in place of what was published of the kind.
        case publish(LocalTrackDescription)
        /// Write it to this layer of the track; nil for a single stream.
        case write(layer: String?)
        /// A key frame of its layer is needed before anything can be written.
        case askForKeyFrame
    }

    /// The rids that layers get in the room, from small to large.
    static let rids = ["q", "h", "f"]
    /// Time between two publications of a kind: a publisher that changes its layers all the time cannot churn the room.
    static let minimumInterval = Duration.seconds(5)

    private(set) var phase = Phase.waiting
    let kind: MediaKind
    private let plan: IngressPlan.Track
    /// What is, or will be, published.
    private(set) var description: LocalTrackDescription?
    private var simulcast = SimulcastPlan(rids: [])
    /// The publisher's rids from small to large, as assigned; nil until they are.
    private var assigned: [String?]?
    /// Layers that are being written; others begin with a key frame.
    private var open: Set<String?> = []
    private var lastPublication: Instant?

    init(kind: MediaKind, plan: IngressPlan.Track) {
        self.kind = kind
        self.plan = plan
    }

    /// A connection begins, with these layers.
    mutating func begin(rids: [String]) {
        simulcast = SimulcastPlan(rids: rids)
        assigned = nil
        open = []
    }

    /// Judges a sample; `isWatched` says whether anybody wants a layer.
    mutating func judge(
        _ sample: EncodedSample,
        rid: String?,
        at now: Instant,
        isWatched: (_ layer: String) -> Bool
    ) -> Action {
        if kind == .video, sample.isKeyFrame {
            simulcast.sawKeyFrame(rid: rid, width: sample.width, height: sample.height, at: now)
        }
        switch phase {
        case .publishing, .refused: return .skip
        case .waiting, .published: break
        }
        if needsPublication(sample.codec, at: now) {
            guard let next = makeDescription(sample.codec, at: now) else { return .skip }
            description = next
            phase = .publishing
            lastPublication = now
            return .publish(next)
        }
        guard phase == .published, sample.codec == description?.codec, let layer = layer(of: rid) else { return .skip }
        return kind == .audio ? .write(layer: nil) : judge(sample, rid: rid, layer: layer, isWatched: isWatched)
    }

    /// The server has taken the track: layers begin with key frames.
    ///
    /// - Returns: The publisher's layers to ask for one.
    mutating func published() -> [String?] {
        phase = .published
        open = []
        return assigned ?? []
    }

    /// The server does not take the track.
    mutating func refused() { phase = .refused }

    /// The publisher's name of a layer in the room; nil if there is none now.
    func source(of layer: String?) -> String?? {
        guard let assigned, let description else { return nil }
        if assigned.count == 1 { return .some(assigned[0]) }
        guard let index = description.layers.firstIndex(where: { $0.rid == layer }) else { return nil }
        return .some(assigned[index])
    }

    // MARK: Writing

    private mutating func judge(
        _ sample: EncodedSample,
        rid: String?,
        layer: LocalTrackDescription.Layer,
        isWatched: (String) -> Bool
    ) -> Action {
        guard isWatched(layer.rid) else {
            open.remove(rid)
            return .skip
        }
        if !open.contains(rid) {
            guard sample.isKeyFrame else { return .askForKeyFrame }
            open.insert(rid)
        }
        return .write(layer: (assigned?.count ?? 0) > 1 ? layer.rid : nil)
    }

    private func layer(of rid: String?) -> LocalTrackDescription.Layer? {
        guard kind == .video else { return LocalTrackDescription.Layer(rid: "", width: 0, height: 0, bitrate: 0) }
        guard let description, let index = assigned?.firstIndex(of: rid), index < description.layers.count else {
            return nil
        }
        return description.layers[index]
    }

    // MARK: Publishing

    /// Whether what is published, if anything is, does not fit the sample; assigns layers to it where they fit.
    private mutating func needsPublication(_ codec: Codec, at now: Instant) -> Bool {
        guard phase == .published, let description else { return true }
        guard lastPublication.map({ now >= $0 + Self.minimumInterval }) ?? true else {
            assignIfFitting(codec, at: now)
            return false
        }
        guard codec == description.codec else { return true }
        guard kind == .video else { return false }
        if let assigned { return simulcast.contradicts(assigned) }
        guard simulcast.isReady(at: now) else { return false }
        guard simulcast.rids.count == description.layers.count else { return true }
        assigned = simulcast.layers.map(\.rid)
        return false
    }

    private mutating func assignIfFitting(_ codec: Codec, at now: Instant) {
        guard assigned == nil, let description, codec == description.codec, simulcast.isReady(at: now),
            simulcast.rids.count == description.layers.count
        else { return }
        assigned = simulcast.layers.map(\.rid)
    }

    private mutating func makeDescription(_ codec: Codec, at now: Instant) -> LocalTrackDescription? {
        let source = Livekit_TrackSource(rawValue: plan.source) ?? .unknown
        guard kind == .video else {
            assigned = [nil]
            return .audio(name: plan.name, source: source, isStereo: true)
        }
        guard simulcast.isReady(at: now) else { return nil }
        let layers = simulcast.layers
        assigned = layers.map(\.rid)
        return .video(
            name: plan.name,
            source: source,
            codec: codec,
            layers: zip(Self.rids, layers).map { rid, layer in
                LocalTrackDescription.Layer(
                    rid: rid,
                    width: layer.width,
                    height: layer.height,
                    bitrate: Self.bitrate(width: layer.width, height: layer.height)
                )
            }
        )
    }

    /// The bits a second that are announced for a size: those of a LiveKit ingress layer without a bitrate (ingress
    /// 1.5, 3.5 Mbit/s at 1080p30, by area to the power of 3/4).
    static func bitrate(width: Int, height: Int) -> Int {
        let share = (Double(width * height) / (1920 * 1080)).squareRoot()
        return Int(3_500_000 * share * share.squareRoot())
    }
}
