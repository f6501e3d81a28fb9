import MediaWire
import TestKit
import Testing

@testable import PeerTransport

@Suite struct PeerConnectionTests {
    private func connected(seed: UInt64 = 1) throws -> (peers: VirtualPeers, video: SenderID) {
        let peers = try VirtualPeers(seed: seed)
        let video = peers.left.addSender(kind: .video, codecs: [.vp8], streamID: "PA|TR", trackID: "TR")
        try peers.negotiate()
        #expect(peers.connect())
        return (peers, video)
    }

    @Test func statesAreToldInOrder() throws {
        let (peers, _) = try connected()
        var states: [PeerConnectionState] = []
        for timed in peers.rightEvents {
            if case .connectionState(let state) = timed.event { states.append(state) }
        }
        #expect(states == [.connecting, .connected])
        peers.left.close(at: peers.now)
        peers.drain()
        #expect(peers.left.connectionState == .closed)
        #expect(peers.left.nextTimeout == nil)
    }

    @Test func keyFramesAreAskedForAndToldToTheSendersOwner() throws {
        let (peers, video) = try connected()
        peers.right.requestKeyFrame(mid: "0", at: peers.now)
        peers.sendVideo(0..<3, on: video)
        peers.run(for: .milliseconds(50))
        peers.right.requestKeyFrame(mid: "0", at: peers.now)
        peers.right.requestKeyFrame(mid: "9", at: peers.now)
        peers.run(for: .milliseconds(50))
        let requests = peers.leftEvents.filter {
            if case .keyFrameRequested(video, rid: nil) = $0.event { true } else { false }
        }
        #expect(requests.count == 1)
    }

    @Test func senderReportsCarryTheOwnersClock() throws {
        let (peers, video) = try connected()
        let ntp = WallClock(unixNanoseconds: 1_700_000_000_000_000_000)
        let start = peers.now
        peers.left.setSenderClock(video, ntp: ntp, rtpTimestamp: 1000, at: start)
        peers.sendVideo(0..<300, on: video)
        var reports = 0
        for timed in peers.rightEvents {
            guard case .senderReport(let mid, let rid, let time, let timestamp, _) = timed.event else { continue }
            reports += 1
            #expect(mid == "0" && rid == nil)
            // Whatever moment it tells of, both clocks went on alike.
            let seconds = (time - ntp).inSeconds
            #expect(abs(Double(timestamp) - 1000 - seconds * 90_000) <= 1)
        }
        #expect((3...4).contains(reports), "\(reports) in 3.3 s")
    }

    @Test func reportsMeasureLossAndRoundTrip() throws {
        let (peers, video) = try connected()
        peers.sendVideo(0..<400, on: video)
        let roundTrip = try #require(peers.left.statistics.roundTrip)
        #expect(roundTrip > .milliseconds(9) && roundTrip < .milliseconds(12), "\(roundTrip)")
        let other = try #require(peers.right.statistics.roundTrip, "a receiver measures by extended reports")
        #expect(other > .milliseconds(9) && other < .milliseconds(1100))
        let reports = peers.leftEvents.compactMap { timed -> StreamReport? in
            if case .receiverReport(video, rid: nil, let report) = timed.event { report } else { nil }
        }
        #expect(reports.count >= 3)
        #expect(reports.allSatisfy { $0.fractionLost == 0 && $0.totalLost == 0 })
    }

    @Test func midAndRidAreSentUntilAReportNamesTheSource() throws {
        let peers = try VirtualPeers(seed: 3)
        let sender = peers.left.addSender(kind: .video, codecs: [.vp8], streamID: "s", trackID: "t", rids: ["q", "f"])
        try peers.negotiate()
        #expect(peers.connect())
        for packet in 0..<200 {
            peers.left.send(VirtualPeers.video(packet), on: sender, rid: "f", at: peers.now)
            peers.run(for: .milliseconds(10))
        }
        let named = peers.receivedMedia.map { $0.extensionValue(.rid) == Array("f".utf8) }
        #expect(named.prefix(20).allSatisfy { $0 })
        #expect(named.suffix(20).allSatisfy { !$0 })
        #expect(peers.receivedMedia.allSatisfy { $0.rid == "f" })
    }

    @Test func transportWideFeedbackComesAtLeastEveryTenthOfASecond() throws {
        let peers = try VirtualPeers(seed: 4) { left, _ in left.headerExtensions.sendingVideo.append(.transportWideCC) }
        let video = peers.left.addSender(kind: .video, codecs: [.vp8], streamID: "s", trackID: "t")
        try peers.negotiate()
        #expect(peers.connect())
        peers.toRight.conditions.loss = 0.1
        peers.sendVideo(0..<500, on: video, pacing: .milliseconds(10))
        peers.run(for: .milliseconds(300))
        var moments: [Instant] = []
        var outcomes: [TransportFeedbackSummary.Outcome] = []
        for timed in peers.leftEvents {
            guard case .transportFeedback(let summary) = timed.event else { continue }
            moments.append(timed.at)
            outcomes += summary.outcomes
        }
        #expect(zip(moments, moments.dropFirst()).allSatisfy { $1 - $0 <= .milliseconds(130) })
        #expect(outcomes.count >= 500)
        let lost = Double(outcomes.count { $0.arrival == nil }) / Double(outcomes.count)
        #expect((0.05...0.16).contains(lost), "\(lost) reported lost of 0.1")
        let delays = outcomes.compactMap { outcome in
            outcome.arrival.map { $0 - (outcome.sentAt - Instant(nanoseconds: 0)) }
        }
        let longest = try #require(delays.max())
        let shortest = try #require(delays.min())
        #expect(longest - shortest < .milliseconds(2), "the path has no jitter")
    }

    @Test func dataChannelsWorkBothWays() throws {
        let peers = try VirtualPeers(conditions: NetworkConditions(loss: 0.05, delay: .milliseconds(10)), seed: 5)
        let reliable = peers.left.openDataChannel(label: "_reliable", at: peers.now)
        let lossy = peers.left.openDataChannel(label: "_lossy", ordered: false, maxRetransmits: 0, at: peers.now)
        try peers.negotiate()
        #expect(peers.connect())
        let opened = peers.run(atMost: .seconds(10)) { peers.channels(peers.rightEvents).count == 2 }
        #expect(opened)
        #expect(Set(peers.channels(peers.rightEvents).values) == ["_reliable", "_lossy"])
        for number in 0..<50 as Range<UInt8> { try peers.left.send([number], on: reliable, at: peers.now) }
        try peers.left.send([99], on: lossy, at: peers.now)
        let back = try #require(peers.channels(peers.rightEvents).first { $0.value == "_reliable" }).key
        try peers.right.send(Array("hello".utf8), binary: false, on: back, at: peers.now)
        peers.run(for: .seconds(10))
        let arrived = peers.messages(peers.rightEvents).filter { $0.channel == back }.map(\.bytes)
        #expect(arrived == (0..<50).map { [$0] })
        #expect(peers.messages(peers.leftEvents).map(\.bytes) == [Array("hello".utf8)])
    }

    @Test func negotiatedDataChannelsNeedNoAnnouncement() throws {
        let peers = try VirtualPeers(seed: 6)
        let left = peers.left.openDataChannel(label: "_reliable", negotiatedStream: 100, at: peers.now)
        try peers.negotiate()
        let right = peers.right.openDataChannel(label: "_reliable", negotiatedStream: 100, at: peers.now)
        #expect(peers.connect())
        let opened = peers.run(atMost: .seconds(5)) {
            !peers.channels(peers.leftEvents).isEmpty && !peers.channels(peers.rightEvents).isEmpty
        }
        #expect(opened)
        try peers.left.send([1], on: left, at: peers.now)
        try peers.right.send([2], on: right, at: peers.now)
        peers.run(for: .seconds(1))
        #expect(peers.messages(peers.rightEvents).map(\.bytes) == [[1]])
        #expect(peers.messages(peers.leftEvents).map(\.bytes) == [[2]])
    }

    @Test func anICERestartChangesCredentialsAndMediaGoesOn() throws {
        let (peers, video) = try connected()
        peers.sendVideo(0..<30, on: video)
        let before = (peers.left.localUfrag, peers.right.localUfrag)
        try peers.negotiate(iceRestart: true)
        #expect(peers.left.localUfrag != before.0)
        #expect(peers.right.localUfrag != before.1)
        peers.sendVideo(30..<300, on: video)
        peers.run(for: .seconds(1))
        #expect(Set(peers.receivedMedia.map(\.packet.sequenceNumber)).count == 300)
        #expect(peers.right.connectionState == .connected && peers.left.connectionState == .connected)
    }

    @Test func anExchangeWithoutRestartKeepsTheCredentials() throws {
        let (peers, _) = try connected()
        let before = (peers.left.localUfrag, peers.right.localUfrag)
        _ = peers.left.addSender(kind: .audio, codecs: [.opus], streamID: "s", trackID: "t")
        try peers.negotiate()
        #expect(peers.left.localUfrag == before.0 && peers.right.localUfrag == before.1)
    }

    @Test func trickledCandidatesMayComeBeforeTheDescription() throws {
        let peers = try VirtualPeers(seed: 8) { left, right in
            left.localCandidates = []
            right.localCandidates = []
        }
        _ = peers.left.addSender(kind: .audio, codecs: [.opus], streamID: "s", trackID: "t")
        let offer = try peers.left.createOffer(at: peers.now)
        try peers.right.addRemoteCandidate("candidate:1 1 udp 2130706431 192.0.2.1 4000 typ host", at: peers.now)
        try peers.right.setRemoteOffer(offer, at: peers.now)
        let answer = try peers.right.createAnswer(at: peers.now)
        try peers.left.addRemoteCandidate("a=candidate:1 1 udp 2130706431 192.0.2.2 5000 typ host", at: peers.now)
        try peers.left.setRemoteAnswer(answer, at: peers.now)
        peers.drain()
        #expect(peers.connect() == false, "without sockets of our own nothing is sent")

        let (connected, _) = try connected(seed: 9)
        try connected.left.addRemoteCandidate("candidate:2 1 udp 1 192.0.2.77 7000 typ host", at: connected.now)
    }

    @Test func whatIsNotNegotiatedIsNotSent() throws {
        let (peers, video) = try connected()
        peers.left.send(VirtualPeers.video(0, codec: .av1), on: video, at: peers.now)
        peers.left.send(VirtualPeers.video(0), on: video, rid: "q", at: peers.now)
        peers.left.send(VirtualPeers.video(0), on: SenderID(rawValue: 99), at: peers.now)
        peers.left.removeSender(video)
        peers.left.send(VirtualPeers.video(0), on: video, at: peers.now)
        peers.run(for: .seconds(1))
        #expect(peers.left.statistics.unsendablePackets == 4)
        #expect(peers.receivedMedia.isEmpty)
    }

    @Test func anAnswererSendsOnTheSectionsItsPeerOffersToReceiveOn() throws {
        let (peers, track) = try sendingAnswerer()
        #expect(peers.right.mid(of: track) == "0")
        #expect(peers.right.statistics.outbound[0].packets == 20)
        // The left side has no use for them, but they came, and were decrypted.
        #expect(peers.left.statistics.unroutablePackets == 20)
    }

    @Test func aReceiverThatIsRebuiltIsSentAnotherSource() throws {
        let (peers, track) = try sendingAnswerer()
        let first = peers.right.statistics.outbound[0].ssrc

        try Self.offerToReceive(peers, format: "x-google-start-bitrate=1000")
        for packet in 20..<30 { peers.right.send(VirtualPeers.video(packet), on: track, at: peers.now) }
        peers.run(for: .milliseconds(50))
        let second = peers.right.statistics.outbound[0]
        #expect(second.ssrc != first && second.packets == 10)
        #expect(peers.left.statistics.unroutablePackets == 30, "all of them came")
        #expect(!peers.right.transport.forgetSource(first), "nothing is kept of the first one")
        #expect(peers.right.transport.forgetSource(second.ssrc))
    }

    /// Two sides of which the right one, which answers, has sent twenty packets.
    private func sendingAnswerer() throws -> (peers: VirtualPeers, track: SenderID) {
        let peers = try VirtualPeers(seed: 12)
        _ = peers.left.addSender(kind: .video, codecs: [.vp8], streamID: "s", trackID: "t")
        let track = peers.right.addSender(kind: .video, codecs: [.vp8], streamID: "PA|TR", trackID: "TR")
        try Self.offerToReceive(peers)
        #expect(peers.connect())
        for packet in 0..<20 { peers.right.send(VirtualPeers.video(packet), on: track, at: peers.now) }
        peers.run(for: .milliseconds(50))
        return (peers, track)
    }

    /// An exchange in which the left side offers to receive what it would send, VP8 with the parameters given.
    private static func offerToReceive(_ peers: VirtualPeers, format: String? = nil) throws {
        var offer = ""
        for line in try peers.left.createOffer(at: peers.now).split(separator: "\r\n") {
            if line.hasPrefix("a=ssrc") || line.hasPrefix("a=msid:") { continue }
            offer += (line == "a=sendonly" ? "a=recvonly" : line) + "\r\n"
            if let format, line.hasPrefix("a=rtpmap:96 ") { offer += "a=fmtp:96 \(format)\r\n" }
        }
        try peers.right.setRemoteOffer(offer, at: peers.now)
        let answer = try peers.right.createAnswer(at: peers.now)
        try peers.left.setRemoteAnswer(answer, at: peers.now)
        peers.drain()
    }

    @Test func aRemovedTrackEndsAndItsSectionCarriesTheNext() throws {
        let (peers, video) = try connected()
        peers.sendVideo(0..<10, on: video)
        let source = peers.left.statistics.outbound[0].ssrc
        peers.left.removeSender(video)
        #expect(!peers.left.transport.forgetSource(source), "nothing is kept of it")
        try peers.negotiate()
        peers.run(for: .milliseconds(100))
        let second = peers.left.addSender(kind: .video, codecs: [.vp9], streamID: "PA|TR2", trackID: "TR2")
        try peers.negotiate()
        peers.sendVideo(0..<10, on: second, codec: .vp9)
        peers.run(for: .milliseconds(100))
        var told: [String] = []
        for timed in peers.rightEvents {
            switch timed.event {
            case .trackAdded(let track): told.append("+\(track.trackID) \(track.mid)")
            case .trackRemoved(let track): told.append("-\(track.trackID) \(track.mid)")
            default: break
            }
        }
        #expect(told == ["+TR 0", "-TR 0", "+TR2 0"])
        #expect(peers.receivedMedia.count { $0.codec == .vp9 } == 10)
    }
}

extension VirtualPeers {
    fileprivate func channels(_ events: [Timed]) -> [DataChannelID: String] {
        var channels: [DataChannelID: String] = [:]
        for timed in events {
            if case .dataChannelOpened(let channel, let label) = timed.event { channels[channel] = label }
        }
        return channels
    }

    fileprivate func messages(_ events: [Timed]) -> [(channel: DataChannelID, bytes: [UInt8])] {
        events.compactMap { timed in
            if case .dataChannelMessage(let channel, let bytes, _) = timed.event { (channel, bytes) } else { nil }
        }
    }
}
