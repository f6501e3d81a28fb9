import LiveKitProtocol
import MediaWire

/// Lets RTMP publishers in as the worker decides.
struct WorkerRTMPGate: RTMPGate {
    let worker: IngressWorker

    func admit(_ publisher: RTMPPublisher) async throws(RTMPRefusal) -> any InputSink {
        let attempt = PublishAttempt(
            input: .rtmpInput,
            streamKey: publisher.streamKey,
            address: "\(publisher.remoteAddress)",
            origin: publisher.remoteAddress.ip,
            disconnect: { publisher.close(RTMPRefusal($0)) },
            departure: { PublisherDeparture(publisher.ending) }
        )
        do throws(IngressRefusal) {
            return try await worker.admit(attempt)
        } catch {
            throw RTMPRefusal(error)
        }
    }
}

extension PublisherDeparture {
    /// What a session makes of the end of a publisher's connection; nil while it is open.
    fileprivate init(_ ending: RTMPEnding?) {
        self =
            switch ending {
            // Who says nothing has an encoder or a network that stands still.
            case .lost?, .failed(.idle)?, nil: .lost
            case .failed(let error)?: .failed(IngressSessionError(.unsupportedFormat, detail: error.description))
            case .refused(let reason)?:
                reason.isOfMedia
                    ? .failed(IngressSessionError(.unsupportedFormat, detail: reason.description)) : .finished
            case .finished?: .finished
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
            case .wrongInput(let input): .wrongKind(input.title)
            case .heldBack: .heldBack(seconds: refusal.retryAfter)
            case .disabled: .disabled
            case .invalid(let text): .misconfigured(text)
            case .capacity: .noCapacity
            case .busy: .alreadyPublishing
            case .shuttingDown: .shuttingDown
            case .closing, .unavailable: .unavailable
            }
    }
}
