import FoundationEssentials
import LiveKitProtocol
import SwiftProtobuf
import Testing

@Suite struct CompleteJSONTests {
    private func json(_ message: some Message) throws -> String {
        String(decoding: try CompleteJSON.encode(message), as: UTF8.self)
    }

    @Test func `every kind of unset field has its JSON`() throws {
        // Texts, numbers, a list, a flag, a message and a 64-bit number; as Go's protojson writes them.
        #expect(
            try json(Livekit_ListRoomsRequest()) == #"{"names":[]}"#
        )
        #expect(
            try json(Livekit_TrackPublishedResponse()) == #"{"cid":"","track":null}"#
        )
        #expect(
            try json(Livekit_Codec()) == #"{"mime":"","fmtp_line":""}"#
        )
        let room = try json(Livekit_Room())
        #expect(room.contains(#""creation_time":"0""#))
        #expect(room.contains(#""num_participants":0"#))
        #expect(room.contains(#""active_recording":false"#))
    }

    @Test func `what has presence is left out when unset, and stands when set to its default`() throws {
        var settings = Livekit_ConnectionSettings()
        #expect(try !json(settings).contains("subscriber_allow_pause"))
        settings.subscriberAllowPause = false
        #expect(try json(settings).contains(#""subscriber_allow_pause":false"#))
        #expect(try json(Livekit_SignalRequest()) == "{}")
    }

    @Test func `messages within messages, lists and maps are complete too`() throws {
        var list = Livekit_ListParticipantsResponse()
        list.participants = [
            .with {
                $0.identity = "a\"b"
                $0.attributes = ["k": "v"]
                $0.tracks = [.with { $0.type = .video }]
            }
        ]
        let text = try json(list)
        #expect(text.contains(#""identity":"a\"b""#))
        #expect(text.contains(#""state":"JOINING""#))
        #expect(text.contains(#""attributes":{"k":"v"}"#))
        #expect(text.contains(#""type":"VIDEO""#))
        #expect(text.contains(#""source":"UNKNOWN""#))
        #expect(text.contains(#""simulcast":false"#))
    }

    @Test func `what is written is read back the same`() throws {
        var info = Livekit_EgressInfo()
        info.egressID = "EG_1"
        info.startedAt = 1_800_000_000_000_000_000
        info.fileResults = [.with { $0.size = 12 }]
        info.roomComposite.layout = "grid"
        let bytes = try CompleteJSON.encode(info)
        #expect(try Livekit_EgressInfo(jsonUTF8Bytes: bytes) == info)
    }

    @Test func `well-known types keep the JSON they have`() throws {
        var batch = Livekit_MetricsBatch()
        batch.normalizedTimestamp = .with { $0.seconds = 1_800_000_000 }
        #expect(try json(batch).contains(#""normalized_timestamp":"2027-01-15T08:00:00Z""#))
    }
}
