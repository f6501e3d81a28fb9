import Media
import MediaWire
import NIOCore
import NIOPosix
import Synchronization

/// Sends the sound live to a WebSocket server, unencoded.
///
/// Binary messages are samples of 16 bits, little-endian, stereo, 48 000 a second; a text message `{"muted":true}` says that the
/// track was muted, or unmuted. A connection that breaks is made again; without one for 30 seconds the output has failed.
final class WebSocketOutput: RecordingOutput {
    private let backlog = SoundBacklog()
    private let sender: WebSocketSender
    private let converter: Mutex<PCMConverter>

    /// An output to `url`; throws if that is no `ws://` or `wss://` URL.
    convenience init(url: String, context: OutputContext) throws(JobFailure) {
        try self.init(url: url, settings: StreamSettings(), context: context)
    }

    init(url: String, settings: StreamSettings, context: OutputContext) throws(JobFailure) {
        guard case .webSocket(let address) = try StreamURL(url).destination else {
            throw JobFailure(text: "invalid url \(StreamURL.redact(url)): its scheme is neither ws nor wss", code: 400)
        }
        do throws(MediaError) {
            converter = Mutex(try PCMConverter())
        } catch {
            throw JobFailure(text: error.description, code: 500)
        }
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        sender = WebSocketSender(address: address, settings: settings, context: context, backlog: backlog, on: loop)
    }

    func start(video: StreamParameters?, audio: StreamParameters?, origin: Int64) throws(JobFailure) {
        sender.start()
    }

    /// Encoded media is none of its business.
    func write(_ packet: EncodedPacket, of kind: MediaKind) throws(JobFailure) {}

    func hear(_ sound: AudioFrame) throws(JobFailure) {
        let bytes: [UInt8]
        do throws(MediaError) {
            bytes = try converter.withLock { converter throws(MediaError) in try converter.convert(sound) }
        } catch {
            throw JobFailure(text: error.description, code: 500)
        }
        guard !bytes.isEmpty else { return }
        backlog.append(.sound(bytes))
        sender.wake()
    }

    func mute(_ isMuted: Bool) {
        backlog.append(.muted(isMuted))
        sender.wake()
    }

    func finish(at seconds: Double) throws(JobFailure) {
        sender.end()
    }

    func settle() async {
        await sender.settle()
    }
}
