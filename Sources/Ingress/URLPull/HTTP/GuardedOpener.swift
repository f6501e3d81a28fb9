import Media

/// Opens what a demuxer reads over HTTP, playlists and all that they name, through the guarded client.
final class GuardedOpener: MediaOpener {
    private let client: GuardedHTTPClient
    /// Where the media was found, after redirects.
    let url: PullURL
    /// Whether it is a playlist of HLS.
    let isPlaylist: Bool
    /// The media type the server gives it; lower case.
    let mediaType: String
    /// Whether its end is not known beforehand: a playlist that grew once, or a body without a length.
    private(set) var isEndless: Bool
    /// Whether the playlist that came last will grow.
    private(set) var isGrowing = false
    /// What ended everything, if something did.
    private(set) var finalFailure: PullFailure?
    private var prepared: (any MediaByteSource)?

    /// Finds the media.
    init(_ url: PullURL, client: GuardedHTTPClient) throws(PullFailure) {
        self.client = client
        let source = try HTTPByteSource(url, client: client)
        self.url = source.url
        mediaType = source.mediaType
        isEndless = source.length == nil
        isPlaylist = try source.peek(PlaylistText.signature.count) == PlaylistText.signature
        if isPlaylist {
            isEndless = false
            prepared = try playlist(source)
        } else {
            prepared = source
        }
    }

    func open(_ url: String, range: Range<Int64>?) throws(ByteSourceFailure) -> any MediaByteSource {
        if let prepared, range == nil, url == self.url.text {
            self.prepared = nil
            return prepared
        }
        do throws(PullFailure) {
            let target = try self.url.resolving(url)
            guard target.scheme == .http || target.scheme == .https else {
                throw PullFailure(.invalidURL, "the media names \(target.place); only http and https are fetched")
            }
            let source = try HTTPByteSource(target, range: range, client: client)
            guard isPlaylist, range == nil, try source.peek(PlaylistText.signature.count) == PlaylistText.signature
            else { return source }
            return try playlist(source)
        } catch {
            let failure = ByteSourceFailure(error)
            if failure.isFinal, finalFailure == nil { finalFailure = error }
            throw failure
        }
    }

    /// Lets go of what was prepared and never read.
    func close() {
        prepared?.close()
        prepared = nil
    }

    private func playlist(_ source: HTTPByteSource) throws(PullFailure) -> any MediaByteSource {
        defer { source.close() }
        let playlist = try PlaylistText(try source.readAll(limit: PlaylistText.limit), at: source.url)
        isGrowing = playlist.isGrowing
        if isGrowing { isEndless = true }
        return MemorySource(Array(playlist.text.utf8))
    }
}
