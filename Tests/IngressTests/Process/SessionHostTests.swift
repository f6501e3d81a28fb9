import Foundation
import JobProcess
import NIOPosix
import PeerTransportNIO
import Testing

@testable import Ingress

@Suite("A session in its process")
struct SessionHostTests {
    @Test("ends when the worker says so, reports it, and logs it once")
    func once() async throws {
        var ends: [Int32] = [0, 0]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        let (worker, process) = (JobLink(descriptor: ends[0]), JobLink(descriptor: ends[1]))
        let hub = try await PeerHub.start(
            configuration: PeerHubConfiguration(bindAddress: "127.0.0.1"),
            on: MultiThreadedEventLoopGroup.singleton.next()
        )
        let encoding = IngressEncoding(
            audio: .stereo,
            video: IngressEncoding.Video(format: .h264Baseline, framesPerSecond: 30, layers: .pair)
        )
        let assignment = SessionAssignment(
            plan: .sample(encoding),
            url: "ws://127.0.0.1:1",
            token: "",
            grace: .seconds(1)
        )
        let log = RecordedLog()
        worker.send(.stop(.requested))
        let isTold = await SessionHost(assignment, link: process, hub: hub, logger: log.logger).run()
        #expect(isTold)
        #expect(log.texts.filter { $0 == "the session is over" }.count == 1)
        var phases: [IngressSessionReport.Phase] = []
        while phases.last != .ended(.stopped(.requested)), let message = worker.receive() {
            if case .report(let report) = message { phases.append(report.phase) }
        }
        #expect(phases.last == .ended(.stopped(.requested)))
        await hub.shutdown()
    }
}
