import LiveKitProtocol
import SwiftProtobuf
import Testing

@testable import Egress

@Suite("What others may see of an egress")
struct RedactionTests {
    /// Each stands in a place where a request may have a secret.
    private static let secrets = [
        "AKIA-key", "s3-secret", "session-token-x", "arn:aws:role", "external-id", "proxy-user", "proxy-password",
        "google-credentials", "azure-account", "azure-key-x", "oss-key-x", "oss-secret-x", "live-stream-key-1234567890",
        "websocket-token",
    ]

    private static let s3 = Requests.s3 {
        $0.sessionToken = "session-token-x"
        $0.assumeRoleArn = "arn:aws:role"
        $0.assumeRoleExternalID = "external-id"
        $0.proxy.url = "http://proxy-user:proxy-password@proxy:3128"
        $0.proxy.username = "proxy-user"
        $0.proxy.password = "proxy-password"
    }

    private static func files() -> [Livekit_EncodedFileOutput] {
        var s3 = Requests.file("a")
        s3.s3 = Self.s3
        var google = Requests.file("b")
        google.gcp.credentials = "google-credentials"
        google.gcp.bucket = "bucket"
        google.gcp.proxy = Self.s3.proxy
        var azure = Requests.file("c")
        azure.azure.accountName = "azure-account"
        azure.azure.accountKey = "azure-key-x"
        var oss = Requests.file("d")
        oss.aliOss.accessKey = "oss-key-x"
        oss.aliOss.secret = "oss-secret-x"
        return [s3, google, azure, oss]
    }

    private static let stream = Requests.stream(
        "rtmp://user:proxy-password@host/app/live-stream-key-1234567890",
        "mux://live-stream-key-1234567890",
        "srt://host:9000?passphrase=websocket-token",
        "wss://host/x?token=websocket-token"
    )

    static let requests: [Livekit_EgressInfo.OneOf_Request] = {
        var composite = Livekit_RoomCompositeEgressRequest()
        composite.fileOutputs = files()
        composite.streamOutputs = [stream]
        composite.segmentOutputs = [Requests.segments { $0.s3 = s3 }]
        composite.imageOutputs = [Requests.images { $0.s3 = s3 }]
        composite.file = files()[2]
        var web = Livekit_WebEgressRequest()
        web.url = "https://page/?token=websocket-token"
        web.fileOutputs = files()
        web.stream = stream
        var participant = Livekit_ParticipantEgressRequest()
        participant.fileOutputs = files()
        participant.streamOutputs = [stream]
        var tracks = Livekit_TrackCompositeEgressRequest()
        tracks.fileOutputs = files()
        tracks.segments = Requests.segments { $0.s3 = s3 }
        var file = Livekit_TrackEgressRequest()
        file.file.s3 = s3
        var socket = Livekit_TrackEgressRequest()
        socket.websocketURL = "wss://host/x?token=websocket-token"
        var any = Livekit_StartEgressRequest()
        any.storage.s3 = s3
        any.outputs = [
            Requests.output {
                $0.file.filepath = "x"
                $0.storage.azure.accountKey = "azure-key-x"
            }, Requests.output { $0.stream = stream },
            Requests.output { $0.segments = Requests.segments { $0.s3 = s3 } },
            Requests.output { $0.images = Requests.images { $0.s3 = s3 } },
        ]
        var replay = Livekit_ExportReplayRequest()
        replay.outputs = any.outputs
        replay.storage = any.storage
        return [
            .roomComposite(composite), .web(web), .participant(participant), .trackComposite(tracks), .track(file),
            .track(socket), .egress(any), .replay(replay),
        ]
    }()

    @Test("holds no secret of any request, and stays the same when it is done again", arguments: requests.indices)
    func nothingLeaks(index: Int) throws {
        var info = Livekit_EgressInfo()
        info.request = Self.requests[index]
        var stream = Livekit_StreamInfo()
        stream.url = "rtmps://host/app/live-stream-key-1234567890"
        info.streamResults = [stream]
        let before = try info.jsonString()
        #expect(Self.secrets.contains { before.contains($0) }, "the test has secrets to look for")
        let redacted = info.redacted()
        let text = try redacted.jsonString()
        for secret in Self.secrets { #expect(!text.contains(secret), "\(secret) is still there") }
        #expect(redacted.redacted() == redacted)
        #expect(redacted.streamResults.first?.url == "rtmps://host/app/{liv...890}")
    }

    @Test("has the names of secrets in braces, as LiveKit writes them, and all that is none")
    func names() {
        var info = Livekit_EgressInfo()
        info.request = Self.requests[0]
        guard case .roomComposite(let request)? = info.redacted().request else {
            Issue.record("another request")
            return
        }
        let s3 = request.fileOutputs[0].s3
        #expect(s3.accessKey == "{access_key}" && s3.secret == "{secret}" && s3.bucket == "recordings")
        #expect(s3.proxy.username == "{username}" && s3.proxy.url == "http://{...}@proxy:3128")
        #expect(request.fileOutputs[1].gcp.credentials == "{credentials}")
        #expect(request.fileOutputs[2].azure.accountKey == "{account_key}")
        #expect(request.fileOutputs[3].aliOss.secret == "{secret}")
        #expect(request.streamOutputs[0].urls[1] == "rtmps://global-live.mux.com:443/app/{liv...890}")
    }
}
