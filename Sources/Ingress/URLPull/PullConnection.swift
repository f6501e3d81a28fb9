import Media
import MediaWire

/// A source that is open: its demuxer, and what carries its bytes.
///
/// Used by one pull's thread alone.
final class PullConnection {
    /// What a pull is opened with.
    struct Context {
        let connector: GuardedConnector
        let control: StreamControl
        let limits: PullLimits
    }

    private var demuxer: NetworkDemuxer
    private let opener: GuardedOpener?
    private let relay: PinnedRelay?
    private let place: String

    /// Opens a URL; `attempt` counts from 0 and chooses among the server's addresses.
    init(_ url: PullURL, attempt: Int, _ context: Context) throws(PullFailure) {
        let source: NetworkSource
        var opener: GuardedOpener?
        var relay: PinnedRelay?
        switch url.scheme {
        case .http, .https:
            let client = GuardedHTTPClient(
                connector: context.connector,
                control: context.control,
                limits: context.limits
            )
            context.control.begin(limit: context.limits.opening)
            let found = try GuardedOpener(url, client: client)
            source = .opened(url: found.url.text, isPlaylist: found.isPlaylist, opener: found)
            opener = found
        default:
            let addresses = try context.connector.addresses(of: url)
            let address = addresses[attempt % addresses.count]
            (source, relay) = try Self.live(url, at: address, context.connector)
        }
        do throws(MediaError) {
            demuxer = try NetworkDemuxer(source, control: context.control, limit: context.limits.opening)
        } catch {
            throw Self.failure(error, opener, relay)
        }
        self.opener = opener
        self.relay = relay
        place = url.place
    }

    private static func live(
        _ url: PullURL,
        at address: IPAddress,
        _ connector: GuardedConnector
    ) throws(PullFailure) -> (NetworkSource, PinnedRelay?) {
        let server = "\(TransportAddress(ip: address, port: url.port))"
        switch url.scheme {
        case .srt: return (.srt(SRTTarget(server: server, options: try SRTTarget.options(of: url))), nil)
        case .rtmp: return (try rtmp(url, server: server), nil)
        case .rtmps:
            let relay = try PinnedRelay(to: address, of: url, connector: connector, filter: nil)
            return (try rtmp(url, server: "127.0.0.1:\(relay.port)"), relay)
        case .rtsp, .rtsps:
            let relay = try PinnedRelay(to: address, of: url, connector: connector, filter: RTSPReplyFilter())
            let credentials = url.credentials.map { "\($0)@" } ?? ""
            let address = "rtsp://\(credentials)127.0.0.1:\(relay.port)\(url.target)"
            return (.rtsp(url: address, place: url.place), relay)
        case .http, .https: preconditionFailure("HTTP has a client of its own")
        }
    }

    private static func rtmp(_ url: PullURL, server: String) throws(PullFailure) -> NetworkSource {
        guard let slash = url.path.lastIndex(of: "/"), slash > url.path.startIndex,
            url.path.index(after: slash) < url.path.endIndex
        else {
            let form = "\(url.scheme.rawValue)://host/app/stream"
            throw PullFailure(.invalidURL, "invalid url: it must have the form \(form)")
        }
        let application = String(url.path[..<slash].dropFirst())
        let target = RTMPTarget(
            isSecure: false,
            credentials: url.credentials,
            server: server,
            application: application,
            key: String(url.target[url.path.index(after: slash)...])
        )
        return .rtmp(target, claimed: "\(url.place)/\(application)")
    }
}

extension PullConnection {
    /// Its streams, the first of each kind.
    var streams: [Demuxer.Stream] { demuxer.streams }

    /// Whether it is to be opened again where it breaks: there is no end known beforehand.
    var isLive: Bool { opener?.isEndless ?? true }

    /// Whether the end that was reached is one that the server said, not a loss.
    var isComplete: Bool {
        guard let opener else { return false }
        return !(opener.isPlaylist && opener.isGrowing)
    }

    /// How far its samples may be ahead of the clock.
    var lead: Duration { opener == nil ? LivePacing.liveLead : .zero }

    /// The next packet; nil at the end.
    func next(limit: Duration) throws(PullFailure) -> Demuxer.Packet? {
        do throws(MediaError) {
            return try demuxer.next(limit: limit)
        } catch {
            if let failure = opener?.finalFailure ?? relay?.failure { throw failure }
            throw PullFailure(.unavailable, Self.text("\(error)", place))
        }
    }

    private static func failure(
        _ error: MediaError,
        _ opener: GuardedOpener?,
        _ relay: PinnedRelay?
    ) -> PullFailure {
        if let failure = opener?.finalFailure ?? relay?.failure { return failure }
        switch error.code {
        case .noMedia: return PullFailure(.noMedia, "the source media holds neither video nor audio")
        case .invalidData, .unsupported:
            guard let opener else { break }
            let type = opener.mediaType.isEmpty ? "unknown" : opener.mediaType
            return PullFailure(
                .unsupportedContainer,
                "unsupported mime type (\(type)) for the source media: MP4, HLS, Matroska, WebM, MPEG-TS, Ogg, FLV, MP3, "
                    + "AAC, FLAC and WAV are taken (\(error.underlying ?? error.message))"
            )
        default: break
        }
        return PullFailure(.unavailable, text("\(error)", opener?.url.place ?? ""))
    }

    /// The demuxer does not know where an opener's media come from.
    private static func text(_ text: String, _ place: String) -> String {
        text.hasPrefix("the media ") ? "the media at \(place) \(text.dropFirst("the media ".count))" : text
    }
}
