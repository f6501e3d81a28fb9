import JobProcess
import Logging
import Media
import MediaWire
import RoomClient

/// One subscribed video track: takes its samples, decodes them on a thread of its own, puts the pictures into its source's
/// store.
final class VideoTrack: TrackReceiver {
    /// What the track tells its job.
    struct Callbacks: Sendable {
        /// Places a sample in the session.
        var place: @Sendable (EncodedSample) -> Instant
        /// A picture was decoded, to be shown at this time.
        var pictureDecoded: @Sendable (Instant) -> Void
        /// Nothing can be decoded before another key frame.
        var needsKeyFrame: @Sendable () -> Void
    }

    private struct Item: Sendable {
        var sample: EncodedSample
        var time: Instant
    }

    private let queue = BoundedQueue<Item>(capacity: maximumQueuedSamples)
    private let callbacks: Callbacks

    init(name: String, store: PictureStore, callbacks: Callbacks, logger: Logger) {
        self.callbacks = callbacks
        let queue = queue
        _ = WorkThread(name: "decode \(name)") {
            var worker = DecodeWork(store: store, callbacks: callbacks, logger: logger)
            while let (items, overflowed) = queue.takeAll() {
                if overflowed { worker.lose() }
                for item in items { worker.decode(item.sample, at: item.time) }
            }
        }
    }

    func receive(_ sample: EncodedSample) {
        queue.push(Item(sample: sample, time: callbacks.place(sample)))
    }

    func trackEnded() {
        queue.close()
    }

    deinit {
        queue.close()
    }
}

/// Five seconds of 30 pictures: more is no delay but a decoder that cannot keep up.
private let maximumQueuedSamples = 150

/// What the decoding thread owns.
private struct DecodeWork: ~Copyable {
    private let store: PictureStore
    private let callbacks: VideoTrack.Callbacks
    private let logger: Logger
    private var gate = KeyFrameGate()
    private var decoder: VideoDecoder?
    private var codec: Codec?

    init(store: PictureStore, callbacks: VideoTrack.Callbacks, logger: Logger) {
        self.store = store
        self.callbacks = callbacks
        self.logger = logger
    }

    mutating func lose() {
        gate.close()
        logger.warning("video came in faster than it could be decoded; going on with the next key frame")
        callbacks.needsKeyFrame()
    }

    mutating func decode(_ sample: EncodedSample, at time: Instant) {
        guard gate.admits(sample) else { return callbacks.needsKeyFrame() }
        do {
            if codec != sample.codec || decoder == nil {
                decoder = try VideoDecoder(codec: sample.codec)
                codec = sample.codec
            }
            let pts = MediaTime(value: time.nanoseconds, timescale: 1_000_000_000)
            for frame in try decoder?.decode(sample.data, pts: pts) ?? [] {
                let shown = frame.pts.map { Instant(nanoseconds: $0.nanoseconds) } ?? time
                store.add(frame, at: shown)
                callbacks.pictureDecoded(shown)
            }
        } catch {
            logger.warning("a picture cannot be decoded", metadata: ["reason": "\(error)"])
            gate.close()
            callbacks.needsKeyFrame()
        }
    }
}
