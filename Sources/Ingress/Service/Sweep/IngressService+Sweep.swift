import JobProcess
import LiveKitProtocol
import Logging
import MediaWire
import MessageBus

// MARK: - Sessions of workers that are gone

extension IngressService {
    /// Ends what is told of sessions that no worker has any more; returns when its task is cancelled.
    public func sweep() async {
        var lost = LostSessions()
        while !Task.isCancelled {
            await look(&lost, at: .monotonic)
            do { try await Task.sleep(for: Self.sweepInterval) } catch { return }
        }
    }

    /// Looks once; `timeout` is how long workers have to answer.
    func look(_ lost: inout LostSessions, at now: Instant, timeout: Duration = .seconds(3)) async {
        do throws(TwirpError) {
            let live = try await ledger.all(room: nil).filter(\.state.isLive)
            let answers = live.isEmpty ? [] : try await active(within: timeout)
            for info in lost.look(at: live, answers, at: now) {
                logger.warning(
                    "no ingress worker has this session any more",
                    metadata: ["ingress": "\(info.ingressID)", "resource": "\(info.state.resourceID)"]
                )
                try await ledger.lose(info.state, of: info.ingressID, Self.workerGone, now: Self.unixNanoseconds)
            }
        } catch {
            logger.warning("sessions of ingress could not be looked after", metadata: ["error": "\(error)"])
        }
    }

    private func active(within timeout: Duration) async throws(TwirpError) -> [Rpc_ListActiveIngressResponse] {
        do throws(RPCError) {
            return try await workers.callAll(
                IngressInternal.listActiveIngress,
                Rpc_ListActiveIngressRequest(),
                timeout: timeout
            )
        } catch { throw TwirpError(error) }
    }

    private static let sweepInterval = Duration.seconds(15)
    private static let workerGone = "the ingress worker is gone: none that answers has this session; publish again"
}
