import MediaWire
import Testing

@testable import PeerTransport

/// Certificates take a millisecond to make, and tests do not care whose it is.
let testCertificate = Result { try Certificate.generate() }
let testStart = Instant(nanoseconds: 5_000_000_000)

extension PeerConnection {
    /// A connection that never meets its peer.
    static func answering(
        _ configure: (inout PeerConfiguration) -> Void = { _ in }
    ) throws -> PeerConnection {
        var configuration = PeerConfiguration(
            certificate: try testCertificate.get(),
            iceRole: .controlled,
            localCandidates: [
                ICECandidate(
                    foundation: "1",
                    priority: 2_130_706_431,
                    address: TransportAddress(ip: IPAddress(v4: (192, 0, 2, 9)), port: 7882)
                )
            ]
        )
        configure(&configuration)
        return PeerConnection(configuration: configuration, now: testStart)
    }

    /// Takes an offer and answers it.
    func answer(
        _ offer: ClientOffer,
        preferredCodecs: [String: [Codec]] = [:],
        stereo: Set<String> = []
    ) throws -> DescriptionText {
        try setRemoteOffer(offer.text, at: testStart)
        return DescriptionText(try createAnswer(preferredCodecs: preferredCodecs, stereo: stereo, at: testStart))
    }

    /// The events since the last drain.
    func drainEvents() -> [PeerEvent] {
        var events: [PeerEvent] = []
        while let output = poll() {
            if case .event(let event) = output { events.append(event) }
        }
        return events
    }
}
