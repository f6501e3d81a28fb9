import Compositor
import Media
import MediaWire
import Scene

/// Draws the room as it was at an instant, in one size.
///
/// Confined to the recording's thread.
final class PictureMaker {
    /// Pixels.
    let size: SceneSize
    private let history: SceneHistory
    private let inputs: RecorderInputs
    private let canvas: Canvas
    private var state = SceneState()
    private var ticks = 0

    init(size: SceneSize, history: SceneHistory, inputs: RecorderInputs) {
        self.size = size
        self.history = history
        self.inputs = inputs
        canvas = Canvas(size: size)
    }

    /// The frame of `time`; valid until the next one is drawn.
    func draw(at time: Instant) -> VideoFrame {
        guard let entry = history.entry(at: time) else {
            preconditionFailure("the room is described before its recording starts")
        }
        let pictures = pictures(of: entry.sources, at: time)
        let sources = entry.sources.map { source in
            guard let picture = pictures[source.id] else { return source }
            var source = source
            source.pictureSize = SceneSize(width: picture.width, height: picture.height)
            return source
        }
        let plan = entry.drawing.plan(sources: sources, size: size, at: time.sceneSeconds, state: &state)
        return canvas.draw(plan: plan) { pictures[$0] }
    }

    private func pictures(of sources: [SceneSource], at time: Instant) -> [String: VideoFrame] {
        ticks += 1
        let stores = inputs.pictures
        var pictures: [String: VideoFrame] = [:]
        for source in sources {
            guard let store = stores[source.id] else { continue }
            if source.hasPicture {
                pictures[source.id] = store.picture(at: time)
            } else {
                // So that a camera switched on again does not begin with what it showed before.
                store.clear(through: time)
            }
        }
        if ticks % Self.cleaningInterval == 0 { forget(stores, except: Set(sources.map(\.id)), at: time) }
        return pictures
    }

    private func forget(_ stores: [String: PictureStore], except present: Set<String>, at time: Instant) {
        for (source, store) in stores where !present.contains(source) {
            store.clear(through: time)
            if let last = store.span?.last, time - last > Self.forgetAfter { inputs.removePictures(of: source) }
        }
    }

    /// In frames.
    private static let cleaningInterval = 32
    private static let forgetAfter = Duration.seconds(10)
}
