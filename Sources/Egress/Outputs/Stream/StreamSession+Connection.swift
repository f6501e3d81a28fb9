import Logging
import Media
import MediaWire

extension StreamSession {
    /// How often reports are looked after while nothing is sent.
    private static let tick = Duration.seconds(1)
    /// Between two complaints about a slow connection.
    private static let patience = Duration.seconds(10)

    /// Connects and sends until the connection breaks: the reason; nil when everything has been sent.
    func attempt(_ retry: inout StreamRetry) -> String? {
        do throws(MediaError) {
            var connection = try StreamConnection(
                to: target(),
                video: media.video,
                audio: media.audio,
                trust: settings.trust,
                control: control,
                limit: settings.connectLimit
            )
            retry.connected(at: settings.clock())
            guard noteConnection() else { return nil }
            context.logger.info("a stream is connected", metadata: ["url": "\(url.redacted)"])
            try send(over: &connection)
            try connection.finish()
            return nil
        } catch {
            return error.description
        }
    }

    private func target() -> StreamTarget {
        switch url.destination {
        case .server(let target): target
        case .twitch(let key): settings.twitch.waitForTarget(key: key)
        case .webSocket: preconditionFailure("a WebSocket is another output")
        }
    }

    /// Sends what comes, from the last key frame on, until nothing will come.
    private func send(over connection: inout StreamConnection) throws(MediaError) {
        queue.skipToLastKeyFrame()
        var timeline = StreamTimeline()
        var watchdog = StreamWatchdog(at: settings.clock(), written: connection.bytesWritten)
        var loss = (count: queue.dropped, toldAt: settings.clock())
        while true {
            switch queue.next(within: Self.tick) {
            case .end: return
            case .nothing: break
            case .packet(let item):
                guard let packet = timeline.place(item) else { continue }
                try connection.write(packet, to: item.kind, limit: StreamWatchdog.window)
                let written = connection.bytesWritten
                guard watchdog.check(offering: packet.data.count, written: written, at: settings.clock()) else {
                    throw MediaError(.io, "no outbound progress for \(Int(StreamWatchdog.window.inSeconds))s")
                }
            }
            update { $0.due(at: $1) }
            complain(of: &loss)
        }
    }

    private func complain(of loss: inout (count: Int, toldAt: Instant)) {
        let now = settings.clock()
        guard now - loss.toldAt >= Self.patience else { return }
        let dropped = queue.dropped
        if dropped > loss.count {
            context.logger.warning(
                "a stream's connection is too slow",
                metadata: ["url": "\(url.redacted)", "dropped packets": "\(dropped - loss.count)"]
            )
        }
        loss = (dropped, now)
    }
}
