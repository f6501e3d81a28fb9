import MediaWire
import PeerTransport
import TestKit
import Testing

@Suite struct ICERestartTests {
    /// The values of an attribute in a description, each once.
    private func values(_ name: String, in description: String) -> [String] {
        var found: [String] = []
        for line in description.split(separator: "\r\n") where line.hasPrefix(name) {
            let value = String(line.dropFirst(name.count))
            if !found.contains(value) { found.append(value) }
        }
        return found
    }

    @Test func `a restart without a new offer finds a path with new credentials and keeps the media`() throws {
        let peers = try VirtualPeers(seed: 7)
        _ = peers.left.addSender(kind: .audio, codecs: [.opus], streamID: "s", trackID: "t")
        try peers.right.setRemoteOffer(try peers.left.createOffer(at: peers.now), at: peers.now)
        let answer = try peers.right.createAnswer(at: peers.now)
        try peers.left.setRemoteAnswer(answer, at: peers.now)
        #expect(peers.connect())

        let former = peers.right.localCredentials
        let offer = try peers.left.createOffer(iceRestart: true, at: peers.now)
        let ufrag = try #require(values("a=ice-ufrag:", in: offer).first)
        let password = try #require(values("a=ice-pwd:", in: offer).first)
        peers.right.restartICE(
            remoteCredentials: ICECredentials(ufrag: ufrag, password: password),
            at: peers.now
        )
        for line in values("a=candidate:", in: offer) {
            try peers.right.addRemoteCandidate("candidate:" + line, at: peers.now)
        }
        let fresh = peers.right.localCredentials
        #expect(fresh.ufrag != former.ufrag && fresh.password != former.password)
        #expect(peers.right.localUfrag == fresh.ufrag)
        let changed = answer.replacing(former.ufrag, with: fresh.ufrag).replacing(former.password, with: fresh.password)
        try peers.left.setRemoteAnswer(changed, at: peers.now)
        // Without a new path the restart would have failed by then.
        peers.run(for: .seconds(60))
        #expect(peers.left.connectionState == .connected)
        #expect(peers.right.connectionState == .connected)
        let states = peers.rightEvents.compactMap { timed -> PeerConnectionState? in
            if case .connectionState(let state) = timed.event { state } else { nil }
        }
        #expect(!states.contains(.disconnected) && !states.contains(.failed))
    }

    @Test func `the credentials in use restart nothing and a goodbye is seen`() throws {
        let peers = try VirtualPeers(seed: 8)
        _ = peers.left.addSender(kind: .audio, codecs: [.opus], streamID: "s", trackID: "t")
        try peers.negotiate()
        #expect(peers.connect())
        let local = peers.right.localCredentials
        let remote = try #require(peers.right.remoteCredentials)
        peers.right.restartICE(remoteCredentials: remote, at: peers.now)
        #expect(peers.right.localCredentials == local)
        #expect(!peers.right.isEndedByPeer)
        peers.left.close(at: peers.now)
        peers.run(for: .seconds(1))
        #expect(peers.right.isEndedByPeer)
    }
}
