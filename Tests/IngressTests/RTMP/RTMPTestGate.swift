import Ingress
import Synchronization

/// Lets in who has the right key, and keeps what is published.
final class RTMPTestGate: RTMPGate {
    static let key = "RIGHTKEY"

    private let state = Mutex((sinks: [RTMPTestSink](), publishers: [RTMPPublisher](), refusals: 0))
    private let arrivals = AsyncStream.makeStream(of: RTMPTestSink.self)

    func admit(_ publisher: RTMPPublisher) async throws(RTMPRefusal) -> any InputSink {
        guard publisher.streamKey == Self.key else {
            state.withLock { $0.refusals += 1 }
            throw .unknownKey
        }
        let sink = RTMPTestSink(publisher)
        state.withLock { state in
            state.sinks.append(sink)
            state.publishers.append(publisher)
        }
        arrivals.continuation.yield(sink)
        return sink
    }

    var refusals: Int { state.withLock { $0.refusals } }

    /// Waits for the next publisher to be let in.
    func nextSink() async -> RTMPTestSink? {
        var iterator = arrivals.stream.makeAsyncIterator()
        return await iterator.next()
    }
}

/// Keeps what it hears.
final class RTMPTestSink: InputSink {
    let publisher: RTMPPublisher
    private let stream = AsyncStream.makeStream(of: InputEvent.self)
    private let endings = Mutex(0)

    init(_ publisher: RTMPPublisher) { self.publisher = publisher }

    func receive(_ event: InputEvent) {
        stream.continuation.yield(event)
        guard event == .ended else { return }
        endings.withLock { $0 += 1 }
        stream.continuation.finish()
    }

    /// How often it heard of the end.
    var endingCount: Int { endings.withLock { $0 } }

    /// Waits for the end, and gives everything up to it.
    func all() async -> [InputEvent] {
        var events: [InputEvent] = []
        for await event in stream.stream { events.append(event) }
        return events
    }

    /// Waits for so many samples.
    func samples(_ count: Int) async -> Int {
        var seen = 0
        for await event in stream.stream {
            if case .sample = event { seen += 1 }
            if seen == count { break }
        }
        return seen
    }
}
