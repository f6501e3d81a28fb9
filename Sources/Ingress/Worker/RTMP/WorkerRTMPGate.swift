import LiveKitProtocol

/// Lets RTMP publishers in as the worker decides.
struct WorkerRTMPGate: RTMPGate {
    let worker: IngressWorker

    func admit(_ publisher: RTMPPublisher) async throws(RTMPRefusal) -> any InputSink {
        let attempt = PublishAttempt(
            input: .rtmpInput,
            streamKey: publisher.streamKey,
            address: "\(publisher.remoteAddress)",
            disconnect: { publisher.close(RTMPRefusal($0)) },
            hasSaidSo: { publisher.hasFinished }
        )
        do throws(IngressRefusal) {
            return try await worker.admit(attempt)
        } catch {
            throw RTMPRefusal(error)
        }
    }
}

extension RTMPRefusal {
    fileprivate init(_ dismissal: PublisherDismissal) {
        self =
            switch dismissal {
            case .takenOver: .takenOver
            case .deleted: .deleted
            case .sessionOver: .roomEnded
            case .shuttingDown: .shuttingDown
            }
    }

    fileprivate init(_ refusal: IngressRefusal) {
        self =
            switch refusal {
            case .missingStreamKey, .notFound: .unknownKey
            case .disabled: .disabled
            case .invalid(let text): .misconfigured(text)
            case .capacity: .noCapacity
            case .busy: .alreadyPublishing
            case .shuttingDown: .shuttingDown
            case .closing, .unavailable: .unavailable
            }
    }
}
