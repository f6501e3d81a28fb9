import Foundation
import JobProcess
import LiveKitProtocol
package import Logging
package import MediaWire
package import PeerTransportNIO
import RoomClient

/// One transcoding ingress: takes what a source says, publishes it in a room as Opus and as pictures in several layers.
///
/// Three kinds of hands: `run` is a task that joins, publishes and listens to the room; a thread of the session's own decodes and
/// scales (`SessionLoop`); each layer is encoded on a thread of its own (`ThreadedLane`). What the source says goes through a
/// bounded queue (`InputQueue`). The decisions are all in `Transcoder` and what it is made of.
package final class TranscodingSession: InputSink, Sendable {
    /// How the session stands: one report at once, one at each change, one now and then for its averages, and a last one with
    /// the end.
    ///
    /// For one consumer.
    package let reports: AsyncStream<IngressSessionReport>

    /// Reports kept for a slow consumer; the newest stay.
    private static let mostReports = 64

    private let plan: IngressPlan
    private let settings: TranscodingSettings
    private let publisher: any TrackPublisher
    private let logger: Logger
    private let mailbox: Mailbox
    private let reportOutput: AsyncStream<IngressSessionReport>.Continuation

    /// A session that publishes to `publisher`.
    package init(
        plan: IngressPlan,
        publisher: any TrackPublisher,
        logger: Logger,
        settings: TranscodingSettings = TranscodingSettings()
    ) {
        self.plan = plan
        self.settings = settings
        self.publisher = publisher
        self.logger = logger
        mailbox = Mailbox(isPaced: settings.pace == .file)
        (reports, reportOutput) = AsyncStream.makeStream(
            of: IngressSessionReport.self,
            bufferingPolicy: .bufferingNewest(Self.mostReports)
        )
    }

    /// A session that publishes to a room of a server, with a token that is never logged.
    ///
    /// The session opens ports of its own, made like those of the hub.
    package convenience init(
        plan: IngressPlan,
        roomURL: String,
        token: String,
        hub: PeerHub,
        logger: Logger,
        settings: TranscodingSettings = TranscodingSettings()
    ) {
        let publisher = RoomPublisher(url: roomURL, token: token, hub: hub, logger: logger)
        self.init(plan: plan, publisher: publisher, logger: logger, settings: settings)
    }

    /// Transcodes until the session is over, and leaves the room; called once.
    ///
    /// The room is joined when there is something to publish. Cancelling the task stops the session.
    package func run() async -> IngressSessionEnd {
        let (requests, requestOutput) = AsyncStream.makeStream(of: LocalTrackDescription.self)
        return await withTaskCancellationHandler {
            let end = await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.publish(requests) }
                group.addTask { await self.listen() }
                let end = await transcode { requestOutput.yield($0) }
                if end == .completed, settings.pace == .file { try? await Task.sleep(for: settings.drain) }
                // A room that is left fails what was still to be published: nothing is waited for in vain.
                await publisher.leave()
                group.cancelAll()
                return end
            }
            reportOutput.finish()
            logger.info("the session is over", metadata: ["end": "\(end)"])
            return end
        } onCancel: {
            stop(.requested)
        }
    }

    /// Takes what the source says next.
    ///
    /// Returns at once with a live source; with a file's, waits while the queue is full.
    package func receive(_ event: InputEvent) {
        mailbox.add(.event(event), at: .monotonic)
    }

    /// The source is gone but may return: its last picture stays and its sound is silence, for as long as it may be away.
    package func sourceLost(at now: Instant? = nil) {
        mailbox.add(.sourceLost, at: now ?? .monotonic)
    }

    /// The source is back; what it says from now on may have any times.
    package func sourceResumed(at now: Instant? = nil) {
        mailbox.add(.sourceResumed, at: now ?? .monotonic)
    }

    /// Ends the session without what still waits; the first reason counts.
    package func stop(_ reason: IngressStopReason) {
        end(.stopped(reason))
    }

    private func end(_ end: IngressSessionEnd) {
        mailbox.add(.end(end))
    }

    /// Lets a thread transcode until the session is over.
    private func transcode(publish: @escaping @Sendable (LocalTrackDescription) -> Void) async -> IngressSessionEnd {
        await withCheckedContinuation { continuation in
            let outputs = SessionLoop.Outputs(
                publish: publish,
                report: { [reportOutput] in reportOutput.yield($0) },
                ended: { continuation.resume(returning: $0) }
            )
            start(outputs)
        }
    }

    private func start(_ outputs: SessionLoop.Outputs) {
        let (plan, settings, mailbox, logger) = (plan, settings, mailbox, logger)
        let cores = ProcessInfo.processInfo.activeProcessorCount
        _ = WorkThread(name: "transcode") {
            do throws(IngressSessionError) {
                let loop = try SessionLoop(
                    plan: plan,
                    settings: settings,
                    mailbox: mailbox,
                    outputs: outputs,
                    cores: cores,
                    logger: logger
                )
                loop.run()
            } catch {
                mailbox.close()
                outputs.report(IngressSessionReport(phase: .ended(.failed(error))))
                outputs.ended(.failed(error))
            }
        }
    }

    /// Publishes what is asked for, joining the room before the first.
    private func publish(_ requests: AsyncStream<LocalTrackDescription>) async {
        do throws(IngressSessionError) {
            var hasJoined = false
            for await request in requests {
                if !hasJoined { try await publisher.join() }
                hasJoined = true
                let track = try await publisher.publish(request)
                logger.info("a track is published", metadata: ["track": "\(track.sid.rawValue)"])
                mailbox.add(.published(track, request.kind))
            }
        } catch {
            end(.failed(error))
        }
    }

    private func listen() async {
        for await event in publisher.events {
            switch event {
            case .joined(let roomID): mailbox.add(.joined(roomID: roomID))
            case .tracksRenamed: mailbox.add(.tracksRenamed)
            case .left(let error): end(.failed(error))
            }
        }
    }
}
