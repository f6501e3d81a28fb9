/// What an output holds, and which codecs it can hold.
enum OutputContainer: Hashable {
    case file(FilePlan.Format)
    /// A file whose kind follows from the codecs.
    case anyFile
    case rtmp, srt, segments

    /// The codecs of sound it can hold, the usual one first.
    var audio: [AudioPlan.Format] {
        switch self {
        case .file(.mp4): [.aac, .opus]
        case .file(.ogg), .file(.webm): [.opus]
        case .file(.mp3): [.mp3]
        case .file(.mkv): [.aac, .opus, .mp3]
        case .anyFile: [.opus, .aac, .mp3]
        case .rtmp, .srt, .segments: [.aac]
        }
    }

    /// Whether it can hold H.264, which is what encoders here make.
    var holdsVideo: Bool {
        switch self {
        case .file(.ogg), .file(.mp3), .file(.webm): false
        case .file, .anyFile, .rtmp, .srt, .segments: true
        }
    }

    /// Its name in errors.
    var name: String {
        switch self {
        case .file(let format): format.rawValue.uppercased()
        case .anyFile: "MP4"
        case .rtmp: "RTMP"
        case .srt: "SRT"
        case .segments: "HLS"
        }
    }
}
