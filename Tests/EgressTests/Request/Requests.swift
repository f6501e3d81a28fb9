import LiveKitProtocol

@testable import Egress

/// Requests that would be accepted, and what to change in them.
enum Requests {
    typealias Request = Rpc_StartEgressRequest.OneOf_Request

    static func composite(_ change: (inout Livekit_RoomCompositeEgressRequest) -> Void = { _ in }) -> Request {
        var request = Livekit_RoomCompositeEgressRequest()
        request.roomName = "standup"
        request.fileOutputs = [file("talk.mp4")]
        change(&request)
        return .roomComposite(request)
    }

    static func participant(_ change: (inout Livekit_ParticipantEgressRequest) -> Void = { _ in }) -> Request {
        var request = Livekit_ParticipantEgressRequest()
        request.roomName = "standup"
        request.identity = "ada"
        request.fileOutputs = [file("ada")]
        change(&request)
        return .participant(request)
    }

    static func tracks(_ change: (inout Livekit_TrackCompositeEgressRequest) -> Void = { _ in }) -> Request {
        var request = Livekit_TrackCompositeEgressRequest()
        request.roomName = "standup"
        request.audioTrackID = "TR_sound"
        request.videoTrackID = "TR_picture"
        request.fileOutputs = [file("tracks")]
        change(&request)
        return .trackComposite(request)
    }

    static func track(_ change: (inout Livekit_TrackEgressRequest) -> Void = { _ in }) -> Request {
        var request = Livekit_TrackEgressRequest()
        request.roomName = "standup"
        request.trackID = "TR_one"
        request.file.filepath = "tracks/"
        change(&request)
        return .track(request)
    }

    static func template(_ change: (inout Livekit_StartEgressRequest) -> Void = { _ in }) -> Request {
        var request = Livekit_StartEgressRequest()
        request.roomName = "standup"
        request.template = Livekit_TemplateSource()
        request.outputs = [output { $0.file.filepath = "talk.mp4" }]
        change(&request)
        return .egress(request)
    }

    static func media(_ change: (inout Livekit_StartEgressRequest) -> Void = { _ in }) -> Request {
        template {
            $0.media.videoTrackID = "TR_picture"
            $0.outputs = [output { $0.file.filepath = "" }]
            change(&$0)
        }
    }

    static func advanced(_ change: (inout Livekit_EncodingOptions) -> Void) -> Request {
        var options = Livekit_EncodingOptions()
        change(&options)
        return composite { $0.advanced = options }
    }

    // MARK: Parts

    static func file(_ path: String, _ type: Livekit_EncodedFileType = .defaultFiletype) -> Livekit_EncodedFileOutput {
        var file = Livekit_EncodedFileOutput()
        file.filepath = path
        file.fileType = type
        return file
    }

    static func stream(_ urls: String..., over transport: Livekit_StreamProtocol = .defaultProtocol)
        -> Livekit_StreamOutput
    {
        var stream = Livekit_StreamOutput()
        stream.protocol = transport
        stream.urls = urls
        return stream
    }

    static func segments(_ change: (inout Livekit_SegmentedFileOutput) -> Void = { _ in })
        -> Livekit_SegmentedFileOutput
    {
        var segments = Livekit_SegmentedFileOutput()
        segments.filenamePrefix = "live/part"
        segments.playlistName = "live/list"
        change(&segments)
        return segments
    }

    static func images(_ change: (inout Livekit_ImageOutput) -> Void = { _ in }) -> Livekit_ImageOutput {
        var images = Livekit_ImageOutput()
        change(&images)
        return images
    }

    static func output(_ change: (inout Livekit_Output) -> Void) -> Livekit_Output {
        var output = Livekit_Output()
        change(&output)
        return output
    }

    static func s3(_ change: (inout Livekit_S3Upload) -> Void = { _ in }) -> Livekit_S3Upload {
        var upload = Livekit_S3Upload()
        upload.bucket = "recordings"
        upload.accessKey = "AKIA-key"
        upload.secret = "s3-secret"
        change(&upload)
        return upload
    }
}
