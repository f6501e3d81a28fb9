import LiveKitProtocol
import Logging
import Media
import MediaWire
import Storage

/// Where encoded media goes: a file, segments, streams, images, a WebSocket.
///
/// Every call comes from the recording thread, in the order of the protocol's methods; none may wait for a network. What happens
/// in an output is said by its reports, from any thread.
protocol RecordingOutput: AnyObject, Sendable {
    /// The encoders are ready; nil for a kind the output does not get.
    ///
    /// `origin` is the time of day of media time 0, in Unix nanoseconds.
    func start(video: StreamParameters?, audio: StreamParameters?, origin: Int64) throws(JobFailure)

    /// A packet; times of one kind rise, and the kinds are within a second of each other.
    func write(_ packet: EncodedPacket, of kind: MediaKind) throws(JobFailure)

    /// A picture before encoding, seconds after the origin; only asked of images.
    func show(_ picture: VideoFrame, at seconds: Double) throws(JobFailure)

    /// Sound before encoding, following what was given before; only asked of a WebSocket.
    func hear(_ sound: AudioFrame) throws(JobFailure)

    /// A track it is fed from was muted or unmuted; only a WebSocket passes it on.
    func mute(_ isMuted: Bool)

    /// Media has ended, `seconds` after the origin: writes what is held back and hands over what there is to upload.
    ///
    /// After a failure of `write` it is called too: what has been written is to be kept. Then `settle` says how it ended.
    func finish(at seconds: Double) throws(JobFailure)

    /// Returns when uploads and connections are done, with the last report made.
    func settle() async
}

extension RecordingOutput {
    func show(_ picture: VideoFrame, at seconds: Double) throws(JobFailure) {}
    func hear(_ sound: AudioFrame) throws(JobFailure) {}
    func mute(_ isMuted: Bool) {}
}

/// What an output has to say; the job puts it into the `EgressInfo`.
enum OutputReport: Sendable {
    /// How a file stands (size, duration, location).
    case file(Livekit_FileInfo)
    case segments(Livekit_SegmentsInfo)
    case images(Livekit_ImagesInfo)
    /// How one URL stands; told apart by its redacted URL and start.
    case stream(Livekit_StreamInfo)
    case manifest(location: String)
    case backupUsed
    /// What whoever uses the result should know.
    case note(String)
    /// The output is lost; the egress fails when it was its last, or if it was no stream.
    case failed(JobFailure)
    /// Every URL was removed or has failed for good.
    case allStreamsEnded(JobFailure?)
}

/// What outputs need from their job.
struct OutputContext: Sendable {
    /// The egress.
    var egressID: String
    /// A folder of the job's own, for files until they are in their place.
    var workFolder: String
    /// The folder that local files go to.
    var recordings: String
    /// What file names are made of.
    var names: FileNameValues
    /// Told what happens, from any thread.
    var report: @Sendable (OutputReport) -> Void
    /// The time of day, Unix nanoseconds.
    var now: @Sendable () -> Int64
    var logger: Logger
    /// How patient uploads are.
    var uploads = UploadSession.Settings()
    /// The tracks of a track composite, as manifests name them.
    var audioTrackID: String?
    var videoTrackID: String?
    /// Where the files of all outputs of the job go.
    var stores = OutputStores(open: UploadSession.open)
    /// What all outputs of the job leave.
    var manifest = ManifestBook()
}
