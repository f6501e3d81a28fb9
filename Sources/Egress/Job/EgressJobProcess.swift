import Glibc
import JobProcess
import LiveKitProtocol
import Logging
import Media
import MediaWire
import NIOCore
import NIOPosix
import PeerTransportNIO
import SwiftProtobuf

/// What a job's process does: it is started by an ``EgressWorker`` with a socket as descriptor 3, is told there what to record,
/// and reports there how the egress stands.
public enum EgressJobProcess {
    /// Does the job and returns the process's exit code: 0 if the worker has been told how the egress ended.
    public static func run() async -> Int32 {
        // A socket or pipe whose reader is gone is an error to be handled, not a reason to die.
        signal(SIGPIPE, SIG_IGN)
        guard fcntl(ChildProcess.linkDescriptor, F_GETFD) >= 0 else {
            return refuse("this command is started by an egress worker, not by hand")
        }
        let link = JobLink(descriptor: ChildProcess.linkDescriptor)
        var logger = Logger(label: "sluice.egress-job")
        switch await nextMessage(link) {
        case .start(let description)?:
            link.send(.ready)
            logger[metadataKey: "egress"] = "\(identifier(description))"
            return await record(description, link, logger)
        case .salvage(let description)?:
            logger[metadataKey: "egress"] = "\(identifier(description))"
            return await salvage(description, link, logger)
        case .stop?, .layout?, .updateStream?, .info?, .rewriting?, .answer?, .progress?, .superseded?, .ready?, nil:
            return refuse("the worker did not say what to record")
        }
    }

    private static func record(_ description: JobDescription, _ link: JobLink, _ logger: Logger) async -> Int32 {
        installMediaLog(logger)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            let hub = try await PeerHub.start(
                configuration: PeerHubConfiguration(
                    bindAddress: "0.0.0.0",
                    udpPort: 0,
                    tcpPort: nil,
                    advertisedAddresses: [],
                    readInterval: readInterval(of: description.plan)
                ),
                on: group.next()
            )
            await Self.run(try RecordingJob(description, link: link, hub: hub, logger: logger))
            await hub.shutdown()
            try await group.shutdownGracefully()
            return 0
        } catch {
            logger.error("the job failed", metadata: ["reason": "\(error)"])
            return 1
        }
    }

    private static func run(_ job: RecordingJob) async { await job.run() }

    /// Completes what a job that died has left.
    private static func salvage(_ description: JobDescription, _ link: JobLink, _ logger: Logger) async -> Int32 {
        installMediaLog(logger)
        link.send(.ready)
        let salvage = Salvage(
            description: description,
            willClose: { link.send(.progress) },
            willStore: { link.send(.rewriting) },
            logger: logger
        )
        guard let info = await salvage.run() else {
            logger.error("nothing playable was left")
            return 1
        }
        return link.send(.info(info)) ? 0 : 1
    }

    /// The wait for the first message blocks a thread, but nothing else is to be done yet.
    private static func nextMessage(_ link: JobLink) async -> JobMessage? {
        await withCheckedContinuation { continuation in
            _ = WorkThread(name: "worker link") { continuation.resume(returning: link.receive()) }
        }
    }

    private static func identifier(_ description: JobDescription) -> String {
        (try? Livekit_EgressInfo(serializedBytes: description.info))?.egressID ?? ""
    }

    private static func installMediaLog(_ logger: Logger) {
        MediaLog.install { level, text in
            logger.debug("codec library", metadata: ["level": "\(level)", "text": "\(text)"])
        }
    }

    private static func refuse(_ text: String) -> Int32 {
        let line = Array("sluice egress-job: \(text)\n".utf8)
        _ = write(STDERR_FILENO, line, line.count)
        return 64
    }

    /// Both are well below the 250 ms that the jitter buffer holds packets back anyway, of which a retransmission needs its share.
    ///
    /// Waking up is most of what it costs to write down a single track; where pictures are decoded it is next to nothing, and many tracks fill the
    /// socket's buffer sooner.
    private static func readInterval(of plan: EgressPlan) -> Duration {
        plan.passthrough == .always ? .milliseconds(40) : .milliseconds(10)
    }
}
