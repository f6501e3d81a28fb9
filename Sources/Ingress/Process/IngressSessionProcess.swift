import Glibc
import JobProcess
import Logging
import Media
import NIOCore
import NIOPosix
import PeerTransportNIO

/// What a session's process does: it is started by an ``IngressWorker`` with a socket as descriptor 3, is told there what to publish
/// and hears there what the publisher says, and reports there how the session stands.
///
/// A worker that is gone is the end of the session: the participant leaves the room.
public enum IngressSessionProcess {
    /// Hosts the session and returns the process's exit code: 0 if the worker has been told how the session ended.
    public static func run() async -> Int32 {
        // A socket or pipe whose reader is gone is an error to be handled, not a reason to die.
        signal(SIGPIPE, SIG_IGN)
        guard fcntl(ChildProcess.linkDescriptor, F_GETFD) >= 0 else {
            return refuse("this command is started by an ingress worker, not by hand")
        }
        let link = JobLink(descriptor: ChildProcess.linkDescriptor)
        guard case .start(let description)? = await nextMessage(link) else {
            return refuse("the worker did not say what to publish")
        }
        link.send(.ready)
        var logger = Logger(label: "sluice.ingress-session")
        logger[metadataKey: "session"] = "\(description.plan.resourceID)"
        return await host(description, link, logger)
    }

    private static func host(_ description: SessionAssignment, _ link: JobLink, _ logger: Logger) async -> Int32 {
        MediaLog.install { level, text in
            logger.debug("codec library", metadata: ["level": "\(level)", "text": "\(text)"])
        }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            let hub = try await PeerHub.start(
                configuration: PeerHubConfiguration(bindAddress: "0.0.0.0", udpPort: 0, tcpPort: nil),
                on: group.next()
            )
            let host = SessionHost(description, link: link, hub: hub, logger: logger)
            let isTold = await host.run()
            await hub.shutdown()
            try await group.shutdownGracefully()
            return isTold ? 0 : 1
        } catch {
            logger.error("the session failed", metadata: ["reason": "\(error)"])
            return 1
        }
    }

    /// The wait for the first message blocks a thread, but nothing else is to be done yet.
    private static func nextMessage(_ link: JobLink) async -> SessionMessage? {
        await withCheckedContinuation { continuation in
            _ = WorkThread(name: "worker link") { continuation.resume(returning: link.receive()) }
        }
    }

    private static func refuse(_ text: String) -> Int32 {
        let line = Array("sluice ingress-session: \(text)\n".utf8)
        _ = write(STDERR_FILENO, line, line.count)
        return 64
    }
}
