import FoundationEssentials
import JobProcess
import Media
import MediaWire

/// What a worker and a session's process say to each other.
///
/// On the socket a message is its length (32 bits, big endian, without these four bytes), a byte that says what it is, and its
/// content: a sample in the form of ``SampleHeader``, anything else as JSON where there is more to say than that it is so.
package enum SessionMessage: LinkMessage, Hashable {
    /// Worker: begin.
    case start(SessionAssignment)
    /// Worker: the publisher says this.
    case input(InputEvent)
    /// Worker: the publisher is gone and may come back.
    case sourceLost
    /// Worker: it, or another one, is there; its tracks follow.
    case sourceResumed
    /// Worker: end the session.
    case stop(IngressStopReason)
    /// Process: it is there, and knows what to do.
    case ready
    /// Process: the session stands like this now.
    case report(IngressSessionReport)
    /// Process: it is alive; once a second.
    case progress

    /// No message is longer: a key frame of 2160p at 100 Mbit/s has about two megabytes.
    package static let maximumLength = 16 << 20

    /// The message as it goes over the socket.
    ///
    /// Samples are sent by ``SampleHeader`` and their own bytes instead, which does not copy them.
    package func serialized() throws -> [UInt8] {
        switch self {
        case .start(let description): try Self.frame(.start, Self.encoded(description))
        case .input(.track(let track)): try Self.frame(.track, Self.encoded(track))
        case .input(.sample(let kind, let packet)): SampleHeader(kind, packet).serialized() + packet.data
        case .input(.ended): Self.frame(.ended)
        case .sourceLost: Self.frame(.sourceLost)
        case .sourceResumed: Self.frame(.sourceResumed)
        case .stop(let reason): Self.frame(.stop, Array(reason.rawValue.utf8))
        case .ready: Self.frame(.ready)
        case .report(let report): try Self.frame(.report, Self.encoded(report))
        case .progress: Self.frame(.progress)
        }
    }

    /// Reads a message without its length; nil for what no version of this program has sent.
    package init?(body: [UInt8]) {
        guard let kind = body.first.flatMap(Kind.init(rawValue:)) else { return nil }
        switch kind {
        case .sample:
            guard let (kind, packet) = SampleHeader.sample(of: body) else { return nil }
            self = .input(.sample(kind, packet))
        case .start:
            guard let description: SessionAssignment = Self.decoded(body) else { return nil }
            self = .start(description)
        case .track:
            guard let track: InputTrack = Self.decoded(body) else { return nil }
            self = .input(.track(track))
        case .report:
            guard let report: IngressSessionReport = Self.decoded(body) else { return nil }
            self = .report(report)
        case .stop:
            guard let reason = IngressStopReason(rawValue: String(decoding: body.dropFirst(), as: UTF8.self)) else {
                return nil
            }
            self = .stop(reason)
        case .ended: self = .input(.ended)
        case .sourceLost: self = .sourceLost
        case .sourceResumed: self = .sourceResumed
        case .ready: self = .ready
        case .progress: self = .progress
        }
    }

    enum Kind: UInt8 {
        case start = 1
        case stop = 2
        case track = 3
        case sample = 4
        case ended = 5
        case sourceLost = 6
        case sourceResumed = 7
        case ready = 16
        case report = 17
        case progress = 18
    }

    private static func frame(_ kind: Kind, _ payload: [UInt8] = []) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(payload.count + 5)
        bytes.append(bigEndian: UInt32(payload.count + 1))
        bytes.append(kind.rawValue)
        bytes.append(contentsOf: payload)
        return bytes
    }

    private static func encoded(_ value: some Encodable) throws -> [UInt8] { Array(try JSONEncoder().encode(value)) }

    private static func decoded<Value: Decodable>(_ body: [UInt8]) -> Value? {
        try? JSONDecoder().decode(Value.self, from: Data(body.dropFirst()))
    }
}
