import MediaWire
import NIOPosix

@testable import Ingress

/// Pulls from servers of a test: 127.0.0.1 is allowed, other loopback addresses are not.
struct PullBench {
    let sink = PulledEvents()
    var limits = PullLimits(
        answer: .seconds(5),
        opening: .seconds(15),
        silence: .seconds(5),
        absence: .seconds(5)
    )
    var hosts: [String: String] = [:]

    func pull(_ url: String) throws -> URLPull {
        let hosts = hosts
        let connector = try GuardedConnector(
            group: MultiThreadedEventLoopGroup.singleton,
            addressGuard: AddressGuard(allowed: [try AddressRange("127.0.0.1")]),
            resolver: HostResolver { host throws(PullFailure) in
                hosts[host].flatMap { IPAddress($0) }.map { [$0] } ?? []
            }
        )
        return URLPull(try PullURL(url), connector: connector, limits: limits, sink: sink)
    }

    func run(_ url: String) async throws -> URLPull.Outcome { try await pull(url).run() }
}

extension URLPull.Outcome {
    /// The failure's kind, if it is one.
    var code: PullFailure.Code? { if case .failed(let failure) = self { failure.code } else { nil } }

    /// The failure's text, empty if it is none.
    var text: String { if case .failed(let failure) = self { failure.description } else { "" } }
}
