import JobProcess
import LiveKitProtocol
import Logging
import MediaWire
import MessageBus
import Storage
import SwiftProtobuf
import Synchronization

// MARK: - Taking a job

extension EgressWorker {
    /// How well a request suits this worker.
    ///
    /// One that will be refused is taken as if it cost nothing, so that the caller learns why.
    func affinity(for request: Rpc_StartEgressRequest) -> Float {
        guard reporter.isHealthy else { return -1 }
        let cost = cost(of: request)
        let now = Instant.monotonic
        let (affinity, refusal) = state.withLock { state -> (Float, Admission.Refusal?) in
            if state.isDraining { return (-1, nil) }
            // Asked for again: nobody else may start it a second time.
            if state.jobs[request.egressID] != nil { return (1, nil) }
            let affinity = state.admission.affinity(forCost: cost, at: now)
            guard affinity < 0, !state.declined.contains(request.egressID) else { return (affinity, nil) }
            state.declined = state.declined.suffix(Self.mostDeclined - 1) + [request.egressID]
            return (affinity, state.admission.refusal(ofCost: cost, at: now))
        }
        if let refusal {
            let (needed, available) = refusal.numbers
            logger.info(
                "an egress is not offered for: \(refusal.text)",
                metadata: [
                    "egress": "\(request.egressID.prefix(Self.longestID))", "cost": "\(needed)",
                    "available": "\(available)",
                ]
            )
        }
        return affinity
    }

    private func cost(of request: Rpc_StartEgressRequest) -> Double {
        if request.estimatedCpu > 0 { return request.estimatedCpu }
        return (try? plan(of: request)).map { configuration.costs.cost(of: $0) } ?? 0
    }

    private func plan(of request: Rpc_StartEgressRequest) throws(TwirpError) -> EgressPlan {
        guard let arm = request.request else { throw .invalid("request", "it is missing") }
        var plan = try EgressPlan(arm, defaults: configuration.plans, retryCount: request.retryCount)
        if !request.roomName.isEmpty { plan.roomName = request.roomName }
        return plan
    }

    /// Starts an egress and answers how it stands.
    func start(_ request: Rpc_StartEgressRequest) async throws(RPCError) -> Livekit_EgressInfo {
        let job: RunningJob
        let description: JobDescription
        do throws(TwirpError) {
            (job, description) = try take(request)
        } catch {
            logger.info(
                "an egress is refused",
                metadata: ["egress": "\(request.egressID)", "reason": "\(error.message)"]
            )
            metrics.refused()
            throw RPCError(error)
        }
        logger.info("egress starts", metadata: ["egress": "\(job.id)", "room": "\(description.plan.roomName)"])
        do throws(RPCError) {
            try await reporter.create(job.info)
        } catch {
            logger.error(
                "no room server takes note of the egress",
                metadata: ["egress": "\(job.id)", "reason": "\(error)"]
            )
            release(job)
            throw error
        }
        do {
            job.keep(try await register(job))
            try launch(job, description)
        } catch {
            let failure = JobFailure(text: "failed to launch the job: \(error)", code: 500)
            job.done()
            conclude(job, .failed(failure, .failure))
            throw RPCError(.internal, failure.text)
        }
        guard await job.becomesReady(within: RunningJob.launchLimit) else {
            let failure = JobFailure(text: "handler failed to start", code: 500)
            job.kill(failure)
            throw RPCError(failure)
        }
        return job.info
    }

    /// Checks the request and takes the job, if there is room for it.
    private func take(_ request: Rpc_StartEgressRequest) throws(TwirpError) -> (RunningJob, JobDescription) {
        let id = request.egressID
        guard id.hasPrefix(EgressID.prefix), id.utf8.count <= Self.longestID, !id.contains("/") else {
            throw .invalid("egress_id", "must be \(EgressID.prefix) and a name")
        }
        let plan = try plan(of: request)
        let now = Self.unixNanoseconds
        let values = FileNameValues(
            roomID: request.roomID,
            roomName: plan.roomName,
            unixMilliseconds: now / 1_000_000,
            retry: max(0, Int(request.retryCount))
        )
        let claims = try PathClaims.claims(of: plan, values: values, storage: storage, workFolder: folder.root)
        let info = info(for: request, plan, at: now)
        let folder = JobFolder(id, below: folder.path)
        let job = RunningJob(
            info,
            kind: request.kindName,
            claims: claims,
            maximumSize: configuration.limits.size(of: plan.outputs),
            folder: folder
        )
        let cost = request.estimatedCpu > 0 ? request.estimatedCpu : configuration.costs.cost(of: plan)
        try claim(job, cost: cost)
        let description = JobDescription(
            plan: plan,
            workFolder: folder.path,
            recordings: storage.root,
            info: serialized(info),
            url: request.wsURL.isEmpty ? configuration.url : request.wsURL,
            token: request.token.isEmpty ? token(for: id, room: plan.roomName) : request.token,
            limit: configuration.limits.duration(of: plan.outputs),
            uploadMaximumAge: configuration.uploadMaximumAge.map { $0 / .seconds(1) }
        )
        do throws(JobFailure) {
            try folder.create()
            folder.keep(info)
        } catch {
            release(job)
            throw TwirpError(.internal, error.text)
        }
        return (job, description)
    }

    private func claim(_ job: RunningJob, cost: Double) throws(TwirpError) {
        let refusal: TwirpError? = state.withLock { state in
            if state.isDraining { return TwirpError(.unavailable, "server is shutting down") }
            if state.jobs[job.id] != nil { return TwirpError(.alreadyExists, "egress already exists") }
            for other in state.jobs.values where !other.isDone {
                guard let path = other.claims.intersection(job.claims).first else { continue }
                return TwirpError(.alreadyExists, "\(path) is being written by egress \(other.id); choose another path")
            }
            if let refusal = state.admission.refusal(ofCost: cost, at: .monotonic) {
                return TwirpError(.unavailable, refusal.text)
            }
            state.admission.begin(job.id, cost: cost, at: .monotonic)
            state.jobs[job.id] = job
            return nil
        }
        if let refusal { throw refusal }
    }

    /// Forgets a job that nobody has been told of.
    private func release(_ job: RunningJob) {
        state.withLock { state in
            state.jobs[job.id] = nil
            state.admission.end(job.id)
        }
        job.folder.remove()
    }

    private func info(
        for request: Rpc_StartEgressRequest,
        _ plan: EgressPlan,
        at unixNanoseconds: Int64
    ) -> Livekit_EgressInfo {
        var info = Livekit_EgressInfo()
        info.egressID = request.egressID
        info.roomID = request.roomID
        info.roomName = plan.roomName
        info.sourceType = .sdk
        info.status = .egressStarting
        info.updatedAt = unixNanoseconds
        info.retryCount = request.retryCount
        info.request = request.request?.inInfo
        return info.redacted()
    }

    private func serialized(_ info: Livekit_EgressInfo) -> [UInt8] {
        // A message made here has every field it needs.
        (try? info.serializedData()).map(Array.init) ?? []
    }

    /// Who may enter the room unseen and listen, and nothing else.
    private func token(for id: String, room: String) -> String {
        var grant = VideoGrant.join(room)
        grant.canSubscribe = true
        grant.canPublish = false
        grant.canPublishData = false
        grant.hidden = true
        grant.recorder = true
        var token = AccessToken(identity: id, video: grant, timeToLive: 24 * 60 * 60)
        token.grants.kind = .egress
        return token.signed(key: configuration.apiKey, secret: configuration.apiSecret)
    }

    private static let longestID = 64
    /// Servers ask several times for one egress within seconds; that many of them are told apart.
    private static let mostDeclined = 64
}

extension Rpc_StartEgressRequest {
    /// The kind of egress, as LiveKit's metrics have it.
    var kindName: String {
        switch request {
        case .egress?: "egress"
        case .replay?: "replay"
        case .roomComposite?: "room_composite"
        case .web?: "web"
        case .participant?: "participant"
        case .trackComposite?: "track_composite"
        case .track?: "track"
        case nil: "none"
        }
    }
}
