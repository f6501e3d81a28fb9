import FoundationEssentials
import LiveKitProtocol
import SwiftProtobuf

/// What a worker and a job's process say to each other.
///
/// On the socket a message is its length (32 bits, big endian, without these four bytes), a byte that says what it is, and its
/// content: protobuf messages of the protocol where there is one, text for a reason, JSON for what is to be recorded.
enum JobMessage: Sendable, Hashable {
    /// Worker: record this.
    case start(JobDescription)
    /// Worker: complete what a process that died has left, as this egress.
    case salvage(JobDescription)
    /// Worker: end the recording.
    case stop(EndReason)
    /// Worker: show another layout.
    case layout(String)
    /// Job: the egress stands like this now.
    case info(Livekit_EgressInfo)
    /// Job: everything recorded is on disk; the file is being put into its final form, however long that takes.
    case rewriting

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
        case .rewriting: (kind, payload) = (.rewriting, [])
        }
        let length = UInt32(payload.count + 1)
        return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) } + [kind.rawValue] + payload
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
        case .rewriting: self = .rewriting
        }
    }

    private enum Kind: UInt8 {
        case start = 1
        case salvage = 2
        case stop = 3
        case layout = 4
        case info = 16
        case rewriting = 17
    }

    private static func encode(_ description: JobDescription) throws -> [UInt8] {
        Array(try JSONEncoder().encode(description))
    }
}

/// Everything a job's process has to know.
struct JobDescription: Codable, Sendable, Hashable {
    /// What to record.
    var plan: RecordingPlan
    /// Where to write it, absolute.
    var path: String
    /// The egress as it stands, serialised.
    var info: [UInt8]
    /// The room server.
    var url: String
    /// The recorder's access token, never logged.
    var token: String
}
