import Logging
import NIOCore
import PeerTransportNIO
import Synchronization

/// Answers requests: judges what can be judged at once, asks the gate, and makes and finds sessions.
final class WHIPEndpoint: Sendable {
    private struct State {
        var sessions: [String: WHIPSession] = [:]
        /// Of these, those whose publisher is waited for.
        var lost: Set<String> = []
        /// Offers being decided about, and sessions that are not connected.
        var inSetup: Set<String> = []
        var deciding = 0
        var isClosing = false
    }

    typealias Answer = (sdp: String, entityTag: String)

    static let offerType = "application/sdp"
    static let fragmentType = "application/trickle-ice-sdpfrag"

    let configuration: WHIPConfiguration
    let logger: Logger
    private let gate: any WHIPGate
    private let hub: PeerHub
    private let state = Mutex(State())

    init(configuration: WHIPConfiguration, gate: any WHIPGate, hub: PeerHub, logger: Logger) {
        self.configuration = configuration
        self.gate = gate
        self.hub = hub
        self.logger = logger
    }

    /// Sessions there are, without those whose publisher was lost.
    var count: Int { state.withLock { $0.sessions.count - $0.lost.count } }

    /// Answers a request.
    func respond(to request: WHIPHTTPRequest) async -> WHIPResponse {
        do throws(WHIPRefusal) {
            switch WHIPRoute(request) {
            case .publish(let application, let key, let keyIsInPath):
                return try await publish(request, application: application, key: key, keyIsInPath: keyIsInPath)
            case .resource(let id, let credential, let isDelete):
                let action = try isDelete ? WHIPResourceRequest.Action.delete : Self.patch(request)
                let asked = WHIPResourceRequest(resourceID: id, credential: credential, action: action)
                return Self.response(to: try await handle(asked))
            case .options(let isResource): return Self.options(request, isResource: isResource)
            case .health: return Self.probe(configuration.health())
            case .availability: return Self.probe(configuration.availability())
            case .refused(let refusal): throw refusal
            }
        } catch {
            return .refusal(error)
        }
    }

    /// Takes no more offers, and ends all sessions with their destinations.
    func close(_ reason: String) {
        let sessions = state.withLock { state in
            state.isClosing = true
            return Array(state.sessions.values)
        }
        for session in sessions { session.close(reason) }
    }

    // MARK: Offers

    private func publish(
        _ request: WHIPHTTPRequest,
        application: String,
        key: WHIPStreamKey,
        keyIsInPath: Bool
    ) async throws(WHIPRefusal) -> WHIPResponse {
        guard request.mediaType == Self.offerType else {
            throw Self.wrongType(request, right: Self.offerType, header: "Accept-Post")
        }
        guard let offer = request.text else { throw .malformed("the offer is not UTF-8") }
        let media = try OfferedMedia(parsing: offer)
        try beginDeciding()
        defer { state.withLock { $0.deciding -= 1 } }
        let admission = try await gate.admit(
            WHIPRequest(
                key: key,
                application: application,
                audioCodecs: media.audio?.codecs ?? [],
                videoCodecs: media.video?.codecs ?? [],
                layers: max(1, media.video?.rids.count ?? 0),
                clientAddress: request.clientAddress,
                origin: request.origin
            )
        )
        let secret = keyIsInPath ? Self.makeSecret() : nil
        let answer = try await begin(admission, offer: offer, media: media, credential: secret ?? key)
        let location = "/\(application)/\(admission.resourceID)" + (secret.map { "/\($0.rawValue)" } ?? "")
        return created(answer, location: location)
    }

    private func beginDeciding() throws(WHIPRefusal) {
        let refusal = state.withLock { state -> WHIPRefusal? in
            if state.isClosing { return .shuttingDown }
            if state.deciding + state.inSetup.count >= configuration.limits.sessionsInSetup { return .capacity }
            state.deciding += 1
            return nil
        }
        if let refusal { throw refusal }
    }

    private func begin(
        _ admission: WHIPAdmission,
        offer: String,
        media: OfferedMedia,
        credential: WHIPStreamKey
    ) async throws(WHIPRefusal) -> Answer {
        let started = try? await hub.loop.submit { () -> Result<Answer, WHIPRefusal> in
            let session = WHIPSession(
                resourceID: admission.resourceID,
                credential: credential,
                media: media,
                destination: admission.destination,
                times: self.configuration.times,
                hub: self.hub,
                logger: self.logger,
                onProgress: { [weak self] session, progress in self?.note(session, progress) }
            )
            guard self.add(session) else {
                admission.destination.end(.closed(WHIPRefusal.shuttingDown.message))
                return .failure(.shuttingDown)
            }
            do throws(WHIPRefusal) {
                return .success(try session.start(offer: offer))
            } catch {
                self.note(session, .finished)
                admission.destination.declined(error.message)
                return .failure(error)
            }
        }.get()
        guard let started else { throw .shuttingDown }
        return try started.get()
    }

    private func add(_ session: WHIPSession) -> Bool {
        state.withLock { state in
            guard !state.isClosing else { return false }
            state.sessions[session.resourceID] = session
            state.lost.remove(session.resourceID)
            state.inSetup.insert(session.resourceID)
            return true
        }
    }

    private func note(_ session: WHIPSession, _ progress: WHIPSession.Progress) {
        state.withLock { state in
            guard state.sessions[session.resourceID] === session else { return }
            state.inSetup.remove(session.resourceID)
            switch progress {
            case .connected: break
            case .lost: state.lost.insert(session.resourceID)
            case .finished:
                state.lost.remove(session.resourceID)
                state.sessions[session.resourceID] = nil
            }
        }
    }

    /// 32 characters of 57: 186 bits.
    private static func makeSecret() -> WHIPStreamKey? {
        let alphabet = Array("23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")
        var generator = SystemRandomNumberGenerator()
        return WHIPStreamKey(
            String((0..<32).map { _ in alphabet[Int.random(in: alphabet.indices, using: &generator)] })
        )
    }

    // MARK: Sessions

    /// Does what is asked of a session here, or has it passed on.
    func handle(_ request: WHIPResourceRequest) async throws(WHIPRefusal) -> WHIPResourceReply {
        guard let reply = try await handleHere(request) else {
            guard let elsewhere = try await gate.passOn(request) else { throw .noResource }
            return elsewhere
        }
        return reply
    }

    /// The same for sessions of this process only; nil if there is none of this name.
    func handleHere(_ request: WHIPResourceRequest) async throws(WHIPRefusal) -> WHIPResourceReply? {
        guard let session = state.withLock({ $0.sessions[request.resourceID] }) else { return nil }
        guard let credential = request.credential else { throw .missingKey }
        guard session.credential.matches(credential.rawValue) else { throw .wrongKey }
        let result = try? await hub.loop.submit { () -> Result<WHIPResourceReply, WHIPRefusal> in
            switch request.action {
            case .delete:
                session.delete()
                return .success(.deleted)
            case .patch(let fragment, let ifMatch):
                do throws(WHIPRefusal) {
                    return .success(try session.patch(fragment: fragment, ifMatch: ifMatch))
                } catch {
                    return .failure(error)
                }
            }
        }.get()
        guard let result else { throw .shuttingDown }
        return try result.get()
    }
}
