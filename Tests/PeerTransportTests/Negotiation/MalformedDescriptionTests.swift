import MediaWire
import Testing

@testable import PeerTransport

@Suite struct MalformedDescriptionTests {
    /// What is done to a good offer, and what the refusal must mention.
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var change: @Sendable (String) -> String
        var mentions: String
        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "empty", change: { _ in "" }, mentions: "empty"),
        Case(name: "random text", change: { _ in "\u{1}\u{2}hello" }, mentions: ""),
        Case(name: "JSON instead of SDP", change: { _ in "{\"sdp\":\"v=0\"}" }, mentions: ""),
        Case(name: "no mid", change: { $0.replacing("a=mid:2\r\n", with: "") }, mentions: "mid"),
        Case(name: "a mid twice", change: { $0.replacing("a=mid:2\r\n", with: "a=mid:1\r\n") }, mentions: "mid"),
        Case(name: "no fingerprint", change: { strip($0, "a=fingerprint") }, mentions: "fingerprint"),
        Case(
            name: "SHA-1 fingerprint",
            change: { $0.replacing("sha-256", with: "sha-1") },
            mentions: "fingerprint"
        ),
        Case(name: "no ICE user", change: { strip($0, "a=ice-ufrag") }, mentions: "ice-ufrag"),
        Case(name: "no ICE password", change: { strip($0, "a=ice-pwd") }, mentions: "ice-pwd"),
        Case(
            name: "not bundled",
            change: { $0.replacing("a=group:BUNDLE 0 1 2 3 4 5 6", with: "a=group:BUNDLE 0 1 2") },
            mentions: "BUNDLE"
        ),
        Case(name: "no sections", change: { String($0.prefix(while: { $0 != "m" })) }, mentions: "media"),
        Case(
            name: "unknown setup",
            change: { $0.replacing("a=setup:actpass", with: "a=setup:holdconn") },
            mentions: "setup"
        ),
        Case(
            name: "a stranger in the bundle",
            change: { $0.replacing("BUNDLE 0 1", with: "BUNDLE nine 0 1") },
            mentions: "BUNDLE"
        ),
    ]

    @Test(arguments: cases) func isRefusedWithItsReasonAndLeavesNoTrace(_ malformed: Case) throws {
        let peer = try PeerConnection.answering()
        let error = try #require(throws: NegotiationError.self) {
            try peer.setRemoteOffer(malformed.change(ClientOffer.initial.text), at: testStart)
        }
        #expect(error.message.contains(malformed.mentions), "\(error.message)")
        #expect(!error.message.isEmpty)
        #expect(peer.remoteTracks.isEmpty)
        #expect(throws: NegotiationError.self) { try peer.createAnswer(at: testStart) }
        #expect(try peer.answer(.initial).sections.count == 7, "a good offer is taken afterwards")
    }

    @Test func anOfferThatDropsOrMovesSectionsIsRefused() throws {
        let peer = try PeerConnection.answering()
        _ = try peer.answer(.initial)
        var shorter = ClientOffer()
        shorter.addReceiver(audio: true)
        #expect(throws: NegotiationError.self) { try peer.setRemoteOffer(shorter.text, at: testStart) }

        var moved = ClientOffer()
        for _ in 0..<3 { moved.addReceiver(audio: false) }
        for _ in 0..<3 { moved.addReceiver(audio: true) }
        moved.addApplication()
        #expect(throws: NegotiationError.self) { try peer.setRemoteOffer(moved.text, at: testStart) }
        #expect(try peer.answer(.initial).sections.count == 7)
    }

    @Test func anotherCertificateOnTheSameConnectionIsRefused() throws {
        let peer = try PeerConnection.answering()
        _ = try peer.answer(.initial)
        var offer = ClientOffer.initial
        offer = ClientOffer()
        offer.fingerprint = Array(repeating: "CD", count: 32).joined(separator: ":")
        for _ in 0..<3 { offer.addReceiver(audio: true) }
        for _ in 0..<3 { offer.addReceiver(audio: false) }
        offer.addApplication()
        let error = try #require(throws: NegotiationError.self) {
            try peer.setRemoteOffer(offer.text, at: testStart)
        }
        #expect(error.message.contains("fingerprint"))
    }

    @Test func anAnswerOrOfferOutOfTurnIsRefused() throws {
        let peer = try PeerConnection.answering()
        #expect(throws: NegotiationError.self) { try peer.setRemoteAnswer(ClientOffer.initial.text, at: testStart) }
        _ = try peer.createOffer(at: testStart)
        #expect(throws: NegotiationError.self) { try peer.createOffer(at: testStart) }
        let error = try #require(throws: NegotiationError.self) {
            try peer.setRemoteOffer(ClientOffer.initial.text, at: testStart)
        }
        #expect(error.code == .wrongState)
    }

    @Test func oddCandidatesAreRefusedAndUnusableOnesIgnored() throws {
        let peer = try PeerConnection.answering()
        #expect(throws: NegotiationError.self) { try peer.addRemoteCandidate("candidate:1 1", at: testStart) }
        try peer.addRemoteCandidate("", at: testStart)
        try peer.addRemoteCandidate(
            "candidate:1 1 udp 2113937151 0a1b2c3d-0000-4000-8000-000000000000.local 50000 typ host",
            at: testStart
        )
        for port in 1...DescriptionContents.maximumCandidates {
            try peer.addRemoteCandidate("candidate:1 1 udp 1 192.0.2.1 \(port) typ host", at: testStart)
        }
        let error = try #require(throws: NegotiationError.self) {
            try peer.addRemoteCandidate("candidate:1 1 udp 1 192.0.2.1 9999 typ host", at: testStart)
        }
        #expect(error.code == .tooLarge)
    }

    private static func strip(_ text: String, _ prefix: String) -> String {
        text.split(separator: "\r\n").filter { !$0.hasPrefix(prefix) }.map { $0 + "\r\n" }.joined()
    }
}
