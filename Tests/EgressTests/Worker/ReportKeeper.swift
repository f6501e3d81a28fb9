import LiveKitProtocol
import Logging
import MessageBus
import SwiftProtobuf
import Synchronization

@testable import Egress

/// What room servers are to workers: it keeps what it is told, and may be silent for a while.
final class ReportKeeper: Sendable {
    private struct State {
        var announced: [Livekit_EgressInfo] = []
        var told: [(id: String, info: Livekit_EgressInfo)] = []
        var isSilent = false
    }

    private let state = Mutex(State())
    private let news = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))

    init(_ bus: any Bus) async throws {
        let server = RPCServer(bus: bus, service: IOInfo.service, logger: quiet)
        let affinity: @Sendable (Livekit_EgressInfo) -> Float = { [self] _ in state.withLock { $0.isSilent } ? -1 : 1 }
        _ = try await server.register(IOInfo.createEgress, affinity: affinity) { [self] info throws(RPCError) in
            state.withLock { $0.announced.append(info) }
            return Google_Protobuf_Empty()
        }
        _ = try await server.register(IOInfo.updateEgress, affinity: affinity) { [self] info throws(RPCError) in
            state.withLock { $0.told.append((info.egressID, info)) }
            news.continuation.yield()
            return Google_Protobuf_Empty()
        }
    }

    var announced: [Livekit_EgressInfo] { state.withLock { $0.announced } }
    var created: [String] { announced.map(\.egressID) }

    func beSilent(_ isSilent: Bool) {
        state.withLock { $0.isSilent = isSilent }
    }

    /// The states it was told of, `EGRESS_ACTIVE` and so on.
    func statuses(of id: String) -> [String] {
        state.withLock { $0.told.filter { $0.id == id }.map(\.info.status.name) }
    }

    /// Waits for the end of an egress; for one caller at a time.
    func end(of id: String) async -> Livekit_EgressInfo {
        while true {
            let last = state.withLock { $0.told.last { $0.id == id }?.info }
            if let last, last.isOver { return last }
            for await _ in news.stream { break }
        }
    }

    /// Waits until an egress is known to be active.
    func active(_ id: String) async {
        while !statuses(of: id).contains("EGRESS_ACTIVE") {
            for await _ in news.stream { break }
        }
    }
}

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
