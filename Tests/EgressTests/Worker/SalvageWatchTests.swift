import LiveKitProtocol
import MediaWire
import Testing

@testable import Egress

@Suite("The watch over a process that completes what another has left")
struct SalvageWatchTests {
    private let begin = Instant(nanoseconds: 1_000_000_000)
    private let limits = SalvageWatch.Limits(
        launch: .seconds(10),
        standstill: .seconds(30),
        closing: .seconds(1_200)
    )

    /// A watch over one process, whose times count from its start.
    private final class Watched {
        private var watch: SalvageWatch
        private let begin: Instant

        init(_ limits: SalvageWatch.Limits, at begin: Instant, after messages: [JobMessage]) {
            watch = SalvageWatch(limits: limits, at: begin)
            self.begin = begin
            for message in messages { watch.heard(message, at: begin) }
        }

        func hears(_ message: JobMessage, at seconds: Double) {
            watch.heard(message, at: begin + .seconds(seconds))
        }

        func isHopeless(using processor: Double?, at seconds: Double) -> Bool {
            watch.isHopeless(seconds: processor, at: begin + .seconds(seconds))
        }
    }

    private func watched(after messages: JobMessage...) -> Watched { Watched(limits, at: begin, after: messages) }

    @Test("ends one that is not heard of, or does not go when it is done")
    func silence() {
        for messages in [[], [JobMessage.ready], [.ready, .progress, .rewriting, .info(Livekit_EgressInfo())]] {
            let watched = Watched(limits, at: begin, after: messages)
            #expect(!watched.isHopeless(using: 1, at: 9.9))
            #expect(watched.isHopeless(using: 2, at: 10))
        }
    }

    @Test("lets one close a file as long as it uses the processor")
    func standstill() {
        let watched = watched(after: .ready, .progress)
        for second in stride(from: 25.0, through: 100, by: 25) {
            #expect(!watched.isHopeless(using: second / 100, at: second))
        }
        #expect(!watched.isHopeless(using: 1, at: 129))
        #expect(watched.isHopeless(using: 1, at: 130))
        #expect(watched.isHopeless(using: nil, at: 131))
    }

    @Test("ends one that closes a file for ever")
    func circles() {
        let watched = watched(after: .progress)
        for second in 1..<1_200 { #expect(!watched.isHopeless(using: Double(second), at: Double(second))) }
        #expect(watched.isHopeless(using: 1_200, at: 1_200))
    }

    @Test("lets one store for as long as that takes, and looks at the next file anew")
    func storing() {
        let watched = watched(after: .progress, .rewriting)
        #expect(!watched.isHopeless(using: nil, at: 86_400))
        watched.hears(.progress, at: 86_400)
        #expect(!watched.isHopeless(using: nil, at: 86_429))
        #expect(watched.isHopeless(using: nil, at: 86_430))
    }
}
