import Foundation
import LiveKitProtocol
import Storage
import TestKit
import Testing

@testable import Egress

@Suite("Publishing playlists")
struct PlaylistPublisherTests {
    private let bench: OutputBench
    private var store: FakeStore { bench.store }
    private let pending = PendingWork()

    init() throws {
        bench = try OutputBench(store: FakeStore(isPrompt: false))
    }

    private func publisher(hasMap: Bool = false, isLocal: Bool = true) throws -> PlaylistPublisher {
        let context = bench.context()
        let names = try FileNames(context.names).segments(prefix: "d/a", playlist: "d/p", livePlaylist: "d/l")
        return PlaylistPublisher(
            PlaylistPublisher.Configuration(
                names: names,
                segmentDuration: 4,
                liveWindow: 5,
                isLocal: isLocal,
                hasMap: hasMap
            ),
            store: store,
            context: context,
            pending: pending
        )
    }

    private func publish(_ index: Int, by publisher: PlaylistPublisher) {
        let segment = WrittenSegment(
            index: index,
            path: "\(bench.work)/none",
            start: Double(index) * 4,
            duration: 4,
            size: 10
        )
        publisher.publish(segment, named: "a_\(index).ts", origin: 0, contentType: "video/mp2t")
    }

    private func named(_ key: String) -> [String] {
        (store.text(key) ?? "").split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
    }

    @Test("No playlist names what is not stored, in whatever order answers come")
    func neverEarly() throws {
        for seed in 0..<40 {
            let bench = try OutputBench(store: FakeStore(isPrompt: false))
            let test = try PlaylistPublisherTests(bench)
            let publisher = try test.publisher(hasMap: seed % 2 == 0, isLocal: seed % 3 > 0)
            var random = SeededGenerator(seed: UInt64(seed))
            if seed % 2 == 0 { publisher.publish(initialization: [1]) }
            var given = 0
            while given < 12 || !bench.store.waiting.isEmpty {
                if given < 12, Bool.random(using: &random) {
                    test.publish(given, by: publisher)
                    given += 1
                    if given == 12 { publisher.end(after: 12) }
                }
                let key = bench.store.waiting.randomElement(using: &random)
                bench.store.answer { $0 == key }
                let stored = Set(bench.store.objects.keys)
                for playlist in ["d/p.m3u8", "d/l.m3u8"] {
                    let text = bench.store.text(playlist) ?? ""
                    #expect(test.named(playlist).allSatisfy { stored.contains("d/\($0)") })
                    if seed % 2 == 0, !text.isEmpty { #expect(stored.contains("d/a_init.mp4")) }
                }
            }
            #expect(publisher.info.segmentCount == 12 && publisher.info.duration == 48_000_000_000)
            #expect(publisher.info.endedAt == 48_000_000_000 && publisher.info.size == 120)
            #expect(publisher.manifest?.segments.count == 12)
            #expect(bench.failure == nil)
        }
    }

    private init(_ bench: OutputBench) throws {
        self.bench = bench
    }

    @Test("Playlists are handed over in their order and end with the recording")
    func order() throws {
        let publisher = try publisher()
        for index in 0..<3 { publish(index, by: publisher) }
        publisher.end(after: 3)
        // The second answer is first: nothing can be said before the first segment is there.
        store.answer { $0 == "d/a_1.ts" }
        #expect(store.waiting == ["d/a_0.ts", "d/a_2.ts"])
        store.answer { $0 == "d/a_0.ts" }
        #expect(store.waiting == ["d/a_2.ts", "d/l.m3u8", "d/p.m3u8"])
        while store.answer() {}
        #expect(store.text("d/p.m3u8")?.hasSuffix("a_2.ts\n#EXT-X-ENDLIST\n") == true)
        #expect(store.text("d/l.m3u8")?.hasSuffix("#EXT-X-ENDLIST\n") == true)
        #expect(store.types["d/p.m3u8"] == "application/vnd.apple.mpegurl")
        #expect(publisher.info.playlistLocation == "https://store/d/p.m3u8")
    }

    @Test("A segment that is lost fails the output once, and the playlist says that it is missing")
    func lost() throws {
        let publisher = try publisher()
        for index in 0..<4 { publish(index, by: publisher) }
        publisher.end(after: 4)
        store.answer()
        for _ in 0..<2 { store.answer(failing: .upload(store: "S3", reason: "no")) { $0.hasPrefix("d/a_") } }
        while store.answer() {}
        let text = try #require(store.text("d/p.m3u8"))
        #expect(named("d/p.m3u8") == ["a_0.ts", "a_3.ts"])
        #expect(text.contains("#EXT-X-DISCONTINUITY\n") && text.hasSuffix("#EXT-X-ENDLIST\n"))
        #expect(bench.failure == JobFailure(text: "S3 upload failed: no", code: 400))
        #expect(bench.reports.count == 1)
    }

    @Test("A remote playlist is sent more rarely the longer the recording is, and always in the end")
    func rarely() throws {
        let publisher = try publisher(isLocal: false)
        // Two hours of segments, the clock standing still: one playlist a segment at first, every third in the end.
        let count = 2_000
        for index in 0..<count {
            publish(index, by: publisher)
            while store.answer() {}
        }
        let sent = store.order.filter { $0 == "d/p.m3u8" }.count
        #expect((1_400...1_500).contains(sent), "\(sent)")
        #expect(store.order.filter { $0 == "d/l.m3u8" }.count == count)
        publisher.end(after: count)
        while store.answer() {}
        #expect(named("d/p.m3u8").count == count)
    }
}
