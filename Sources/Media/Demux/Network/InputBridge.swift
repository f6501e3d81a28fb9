internal import CFFmpeg

/// What an `AVFormatContext` calls while it reads from the network: whether to go on, and the opener in place of FFmpeg's protocols.
///
/// Used by the demuxer's thread alone.
final class InputBridge {
    let control: StreamControl
    private let opener: (any MediaOpener)?
    /// The last failure of the opener or of what it opened, until something works again.
    private(set) var failure: ByteSourceFailure?
    /// What the context reads first; FFmpeg closes only what it has opened itself.
    private var main: UnsafeMutablePointer<AVIOContext>?

    init(control: StreamControl, opener: (any MediaOpener)?) {
        self.control = control
        self.opener = opener
    }

    deinit { SourceStream.close(main) }

    /// Whether nothing is to be waited for.
    var mustStop: Bool { control.mustStop || failure?.isFinal == true }

    /// Takes note of a failure; a final one stays.
    func note(_ failure: ByteSourceFailure) -> Int32 {
        if self.failure?.isFinal != true { self.failure = failure }
        return failure.isFinal ? Status.interrupted : sluice_averror(EIO)
    }

    /// Something could be read.
    func noteSuccess() {
        if failure?.isFinal != true { failure = nil }
    }

    /// Makes a new context use this bridge, which has to live longer than it.
    func attach(to context: UnsafeMutablePointer<AVFormatContext>) {
        let pointer = Unmanaged.passUnretained(self).toOpaque()
        context.pointee.opaque = pointer
        context.pointee.interrupt_callback = AVIOInterruptCB(
            callback: { pointer in
                guard let pointer else { return 0 }
                return Unmanaged<InputBridge>.fromOpaque(pointer).takeUnretainedValue().mustStop ? 1 : 0
            },
            opaque: pointer
        )
        guard opener != nil else { return }
        context.pointee.io_open = { context, stream, url, flags, options in
            guard let pointer = context?.pointee.opaque, let stream, let url, flags & AVIO_FLAG_WRITE == 0 else {
                return sluice_averror(EINVAL)
            }
            let bridge = Unmanaged<InputBridge>.fromOpaque(pointer).takeUnretainedValue()
            return bridge.open(String(cString: url), options: options?.pointee, into: stream)
        }
        context.pointee.io_close2 = { _, stream in
            SourceStream.close(stream)
            return 0
        }
    }

    /// Opens what the context is to read first; false if that failed.
    func openMain(_ url: String, for context: UnsafeMutablePointer<AVFormatContext>) -> Bool {
        guard open(url, options: nil, into: &main) >= 0 else { return false }
        context.pointee.pb = main
        return true
    }

    private func open(
        _ url: String,
        options: OpaquePointer?,
        into stream: UnsafeMutablePointer<UnsafeMutablePointer<AVIOContext>?>
    ) -> Int32 {
        guard !mustStop, let opener else { return Status.interrupted }
        do throws(ByteSourceFailure) {
            var address = url
            var cipher: SegmentCipher?
            // What the HLS demuxer writes for a segment under AES-128 (RFC 8216 §4.3.2.4).
            if let prefix = ["crypto+", "crypto:"].first(where: { url.hasPrefix($0) }) {
                address = String(url.dropFirst(prefix.count))
                cipher = try SegmentCipher(key: Self.value("key", of: options), vector: Self.value("iv", of: options))
            }
            var source = try opener.open(address, range: Self.range(of: options))
            if let cipher { source = DecryptingSource(source, cipher: cipher) }
            let holder = SourceStream(source, bridge: self, secrets: NetworkSource.secrets(of: address))
            stream.pointee = holder.makeContext()
            noteSuccess()
            return 0
        } catch {
            return note(error)
        }
    }

    private static func value(_ key: String, of options: OpaquePointer?) -> String? {
        av_dict_get(options, key, nil, 0).flatMap { $0.pointee.value }.map { String(cString: $0) }
    }

    /// The part of a resource that a playlist names (RFC 8216 §4.3.2.2).
    private static func range(of options: OpaquePointer?) -> Range<Int64>? {
        guard let start = value("offset", of: options).flatMap({ Int64($0) }),
            let end = value("end_offset", of: options).flatMap({ Int64($0) }), start >= 0, end > start
        else { return nil }
        return start..<end
    }
}
