import FoundationEssentials
import JobProcess
import LiveKitProtocol
import SwiftProtobuf

/// What a worker and a job's process say to each other.
///
/// On the socket a message is its length (32 bits, big endian, without these four bytes), a byte that says what it is, and its
/// content: protobuf messages of the protocol where there is one, text for a reason, JSON for what is to be recorded.
enum JobMessage: LinkMessage, Hashable {
    /// Worker: record this.
    case start(JobDescription)
    /// Worker: complete what a process that died has left, as this egress.
    case salvage(JobDescription)
    /// Worker: end the recording.
    case stop(EndReason)
    /// Worker: show another layout.
    case layout(String)
    /// Worker: stream to other URLs; the number comes back with the answer.
    case updateStream(UInt32, Livekit_UpdateStreamRequest)
    /// Job: the process is there, and knows what to do.
    case ready
    /// Job: the egress stands like this now.
    case info(Livekit_EgressInfo)
    /// Job: everything recorded is on disk; it is being put into its final form and stored, however long that takes.
    case rewriting
    /// Job: the request of this number is carried out, or refused.
    case answer(UInt32, JobFailure?)
    /// Job: media moves; once a second while it does.
    case progress
    /// Job: another recorder has joined the room as this egress, so the egress is its affair.
    ///
    /// Nothing more is reported, nothing is stored, and what lies in the work folder is of no use to anybody.
    case superseded

    /// No message is longer: an `EgressInfo` repeats its request, a token is some hundred bytes.
    static let maximumLength = 1 << 20

    /// The message as it goes over the socket.
    func serialized() throws -> [UInt8] {
        let kind: Kind
        let payload: [UInt8]
        switch self {
        case .start(let description): (kind, payload) = (.start, try Self.encode(description))
        case .salvage(let description): (kind, payload) = (.salvage, try Self.encode(description))
        case .stop(let reason): (kind, payload) = (.stop, Array(reason.rawValue.utf8))
        case .layout(let layout):
            var request = Livekit_UpdateLayoutRequest()
            request.layout = layout
            (kind, payload) = (.layout, Array(try request.serializedData()))
        case .info(let info): (kind, payload) = (.info, Array(try info.serializedData()))
        case .ready: (kind, payload) = (.ready, [])
        case .rewriting: (kind, payload) = (.rewriting, [])
        case .updateStream(let number, let request):
            (kind, payload) = (.updateStream, Self.bytes(number) + Array(try request.serializedData()))
        case .answer(let number, let failure):
            let text = try failure.map { Array(try JSONEncoder().encode($0)) } ?? []
            (kind, payload) = (.answer, Self.bytes(number) + text)
        case .progress: (kind, payload) = (.progress, [])
        case .superseded: (kind, payload) = (.superseded, [])
        }
        return Self.bytes(UInt32(payload.count + 1)) + [kind.rawValue] + payload
    }

    /// Reads a message without its length; nil for what no version of this program has sent.
    init?(body: [UInt8]) {
        guard let first = body.first, let kind = Kind(rawValue: first) else { return nil }
        let payload = Data(body.dropFirst())
        switch kind {
        case .start, .salvage:
            guard let description = try? JSONDecoder().decode(JobDescription.self, from: payload) else { return nil }
            self = kind == .start ? .start(description) : .salvage(description)
        case .stop:
            guard let reason = EndReason(rawValue: String(decoding: payload, as: UTF8.self)) else { return nil }
            self = .stop(reason)
        case .layout:
            guard let request = try? Livekit_UpdateLayoutRequest(serializedBytes: payload) else { return nil }
            self = .layout(request.layout)
        case .info:
            guard let info = try? Livekit_EgressInfo(serializedBytes: payload) else { return nil }
            self = .info(info)
        case .ready: self = .ready
        case .rewriting: self = .rewriting
        case .progress: self = .progress
        case .superseded: self = .superseded
        case .updateStream, .answer:
            guard let message = Self(kind, numbered: payload) else { return nil }
            self = message
        }
    }

    /// Reads a message that begins with a number.
    private init?(_ kind: Kind, numbered payload: Data) {
        guard payload.count >= 4 else { return nil }
        let number = payload.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let rest = Data(payload.dropFirst(4))
        if kind == .updateStream {
            guard let request = try? Livekit_UpdateStreamRequest(serializedBytes: rest) else { return nil }
            self = .updateStream(number, request)
        } else if rest.isEmpty {
            self = .answer(number, nil)
        } else {
            guard let failure = try? JSONDecoder().decode(JobFailure.self, from: rest) else { return nil }
            self = .answer(number, failure)
        }
    }

    private enum Kind: UInt8 {
        case start = 1
        case salvage = 2
        case stop = 3
        case layout = 4
        case updateStream = 5
        case info = 16
        case rewriting = 17
        case answer = 18
        case progress = 19
        case superseded = 20
        case ready = 21
    }

    /// Big endian.
    private static func bytes(_ number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }

    private static func encode(_ description: JobDescription) throws -> [UInt8] {
        Array(try JSONEncoder().encode(description))
    }
}
