import Media
import MediaWire
import Synchronization

@testable import Ingress

/// Keeps what a source says.
final class PulledEvents: InputSink {
    private let list = Mutex<[InputEvent]>([])

    func receive(_ event: InputEvent) { list.withLock { $0.append(event) } }

    var events: [InputEvent] { list.withLock { $0 } }

    var tracks: [InputTrack] { events.compactMap { if case .track(let track) = $0 { track } else { nil } } }

    func samples(_ kind: MediaKind) -> [EncodedPacket] {
        events.compactMap { if case .sample(kind, let packet) = $0 { packet } else { nil } }
    }

    /// Whether nothing follows its end, and it has one.
    var isEnded: Bool { events.last == .ended && events.filter { $0 == .ended }.count == 1 }

    /// The time from the first sample of a kind to the last, in seconds.
    func span(_ kind: MediaKind) -> Double {
        let samples = samples(kind)
        guard let first = samples.first, let last = samples.last else { return 0 }
        return Double(last.dts - first.dts) / Double(first.timescale)
    }
}
