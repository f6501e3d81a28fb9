public import Storage

/// One output of an egress.
public struct OutputPlan: Codable, Sendable, Hashable {
    /// What kind it is.
    public enum Kind: Codable, Sendable, Hashable {
        case file(FilePlan)
        case segments(SegmentsPlan)
        case stream(StreamPlan)
        case images(ImagesPlan)
        /// Raw PCM to this URL (`ws`, `wss`).
        case webSocket(url: String)
    }

    /// What it makes.
    public var kind: Kind
    /// How its picture is encoded; nil for none.
    ///
    /// Images are made from the unencoded picture.
    public var video: VideoPlan?
    /// How its sound is encoded; nil for none.
    ///
    /// A WebSocket gets it unencoded.
    public var audio: AudioPlan?
    /// Where its files end up; not used by streams and WebSockets.
    public var storage: StorageConfiguration
    /// Where they go when that fails for good.
    public var backup: StorageConfiguration?
    /// Whether a manifest is written beside the files.
    public var writesManifest: Bool

    /// An output.
    public init(
        kind: Kind,
        video: VideoPlan?,
        audio: AudioPlan?,
        storage: StorageConfiguration,
        backup: StorageConfiguration? = nil,
        writesManifest: Bool = true
    ) {
        self.kind = kind
        self.video = video
        self.audio = audio
        self.storage = storage
        self.backup = backup
        self.writesManifest = writesManifest
    }
}

/// A file.
public struct FilePlan: Codable, Sendable, Hashable {
    /// The container.
    public enum Format: String, Codable, Sendable, CaseIterable {
        case mp4, ogg, mp3, webm, mkv
    }

    /// Nil: chosen when the source's codec is known (track egress).
    public var format: Format?
    /// The path as it was asked for, placeholders and all; empty or ending in "/" for the default name.
    public var path: String

    /// A file.
    public init(format: Format?, path: String) {
        self.format = format
        self.path = path
    }
}

/// HLS.
public struct SegmentsPlan: Codable, Sendable, Hashable {
    /// What a segment is.
    public enum Container: String, Codable, Sendable, CaseIterable {
        case mpegTS = "mpeg-ts"
        case fragmentedMP4 = "fmp4"
    }

    /// How segments are numbered.
    public enum Suffix: String, Codable, Sendable {
        case index, timestamp
    }

    /// What holds each segment.
    public var container: Container
    /// A template for the segments' names, as asked for; may be empty if the playlist has a name.
    public var filenamePrefix: String
    /// A template for the playlist's name, as asked for; may be empty if there is a prefix.
    public var playlistName: String
    /// Nil or empty: no live playlist.
    public var livePlaylistName: String?
    /// Seconds a segment is to last.
    public var duration: Double
    /// How segments are numbered.
    public var suffix: Suffix
    /// Segments in the live playlist.
    public var liveWindow: Int

    /// HLS.
    public init(
        container: Container = .mpegTS,
        filenamePrefix: String,
        playlistName: String,
        livePlaylistName: String?,
        duration: Double,
        suffix: Suffix,
        liveWindow: Int = 5
    ) {
        self.container = container
        self.filenamePrefix = filenamePrefix
        self.playlistName = playlistName
        self.livePlaylistName = livePlaylistName
        self.duration = duration
        self.suffix = suffix
        self.liveWindow = liveWindow
    }
}

/// Live streams to any number of URLs.
public struct StreamPlan: Codable, Sendable, Hashable {
    /// What carries it.
    public enum Transport: String, Codable, Sendable {
        case rtmp, srt
    }

    /// What carries it.
    public var transport: Transport
    /// As they were asked for (`mux://` and `twitch://` included); secret.
    public var urls: [String]
    /// Seconds without a connection after which a URL is given up; nil: never.
    public var giveUpAfter: Double?

    /// Streams.
    public init(transport: Transport, urls: [String], giveUpAfter: Double? = nil) {
        self.transport = transport
        self.urls = urls
        self.giveUpAfter = giveUpAfter
    }
}

/// Still images.
public struct ImagesPlan: Codable, Sendable, Hashable {
    /// How images are numbered.
    public enum Suffix: String, Codable, Sendable {
        case index, timestamp
        /// One image, replaced each time.
        case none
    }

    /// Seconds between images.
    public var interval: Double
    /// Pixels; nil: the picture's own.
    public var width: Int?
    /// Pixels; nil: the picture's own.
    public var height: Int?
    /// A template for the images' names, as asked for; may be empty.
    public var filenamePrefix: String
    /// How images are numbered.
    public var suffix: Suffix

    /// Images.
    public init(interval: Double, width: Int?, height: Int?, filenamePrefix: String, suffix: Suffix) {
        self.interval = interval
        self.width = width
        self.height = height
        self.filenamePrefix = filenamePrefix
        self.suffix = suffix
    }
}
