internal import MediaWire

extension ICEAgent {
    /// When `handleTimeout` must be called next.
    var nextTimeout: Instant? {
        var earliest: Instant?
        func consider(_ instant: Instant?) {
            guard let instant else { return }
            earliest = earliest.map { min($0, instant) } ?? instant
        }
        consider(nextCheckAt)
        consider(nextConsentAt)
        for transaction in transactions.values { consider(transaction.deadline) }
        if let startedAt = current.startedAt, current.selected == nil, state != .failed {
            if former == nil { consider(startedAt + ICETiming.checkingFailsAfter) }
            if role == .controlling, current.nominating == nil, bestValidPair != nil,
                let firstValidAt = current.firstValidAt
            {
                consider(firstValidAt + ICETiming.nominationDelay)
            }
        }
        return earliest
    }

    mutating func handleTimeout(at now: Instant) {
        guard state != .closed else { return }
        retransmit(at: now)
        nominate(at: now)
        if let due = nextCheckAt, due <= now { sendNextCheck(at: now) }
        if let due = nextConsentAt, due <= now { watch(at: now) }
        giveUp(at: now)
    }

    // MARK: - Checking

    /// Makes sure that checks go out if there are any to send.
    mutating func scheduleChecks(at now: Instant) {
        guard nextCheckAt == nil, current.remote != nil, hasPairsToCheck else { return }
        nextCheckAt = now
    }

    private var hasPairsToCheck: Bool {
        !current.triggered.isEmpty || (current.selected == nil && current.pairs.contains { $0.state == .waiting })
    }

    /// Puts a pair before all others.
    mutating func trigger(_ path: ICEPath, at now: Instant) {
        if !current.triggered.contains(path) { current.triggered.append(path) }
        scheduleChecks(at: now)
    }

    private mutating func sendNextCheck(at now: Instant) {
        nextCheckAt = nil
        guard current.remote != nil else { return }
        guard transactions.count < ICELimit.transactions else {
            nextCheckAt = now + ICETiming.pacing
            return
        }
        var path: ICEPath?
        if !current.triggered.isEmpty {
            path = current.triggered.removeFirst()
        } else if current.selected == nil {
            let waiting = current.pairs.filter { $0.state == .waiting }
            path = waiting.max { $0.priority(as: role) < $1.priority(as: role) }?.path
        }
        if let path { check(path, .check, at: now) }
        if hasPairsToCheck { nextCheckAt = now + ICETiming.pacing }
    }

    /// Sends a check of a pair in the present generation.
    private mutating func check(_ path: ICEPath, _ purpose: ICETransaction.Purpose, at now: Instant) {
        guard let remote = current.remote, let index = current.index(of: path) else { return }
        let id = send(
            purpose,
            on: path,
            local: current.local,
            remote: remote,
            generation: current.number,
            at: now
        )
        if let earlier = current.pairs[index].transaction { transactions[earlier]?.isSuperseded = true }
        current.pairs[index].transaction = id
        if current.pairs[index].state != .succeeded { current.pairs[index].state = .inProgress }
    }

    /// Builds, sends and remembers a Binding request.
    @discardableResult
    mutating func send(
        _ purpose: ICETransaction.Purpose,
        on path: ICEPath,
        local: ICECredentials,
        remote: ICECredentials,
        generation: Int,
        at now: Instant
    ) -> STUNTransactionID {
        let id = STUNTransactionID.random(using: &generator)
        // The priority a peer reflexive candidate learnt from this check would have (RFC 8445 §7.1.1).
        let priority = ICE.priority(of: .peerReflexive, transport: path.transport, localPreference: .max)
        var attributes: [STUNAttribute] = [.username("\(remote.ufrag):\(local.ufrag)"), .priority(priority)]
        switch role {
        case .controlling:
            attributes.append(.iceControlling(tieBreaker))
            if purpose == .nomination { attributes.append(.useCandidate) }
        case .controlled:
            attributes.append(.iceControlled(tieBreaker))
        }
        let message = STUNMessage(class: .request, transactionID: id, attributes: attributes)
        let key = Array(remote.password.utf8)
        let bytes = message.serialized(integrityKey: key, hmac: ICE.hmacSHA1)
        let isConsent = purpose == .consent
        transactions[id] = ICETransaction(
            purpose: purpose,
            path: path,
            generation: generation,
            key: key,
            role: role,
            bytes: bytes,
            sentAt: now,
            deadline: now + (isConsent ? ICETiming.answerTaken : ICETiming.initialTimeout)
        )
        transmit(bytes, on: path)
        return id
    }

    mutating func transmit(_ bytes: [UInt8], on path: ICEPath) {
        outbound.append(
            Datagram(local: path.local, remote: path.remote, transport: path.transport, bytes: bytes)
        )
    }

    private mutating func retransmit(at now: Instant) {
        for (id, transaction) in transactions where transaction.deadline <= now {
            let isRepeated = transaction.purpose != .consent && !transaction.isSuperseded
            guard isRepeated, transaction.transmissions < ICETiming.transmissions else {
                transactions[id] = nil
                if isRepeated { noteFailure(of: id, transaction) }
                continue
            }
            var again = transaction
            again.transmissions += 1
            again.timeout = min(transaction.timeout * 2, ICETiming.longestTimeout)
            again.deadline = now + again.timeout
            transactions[id] = again
            transmit(again.bytes, on: again.path)
        }
    }

    /// A check had no answer, or one that says no.
    mutating func noteFailure(of id: STUNTransactionID, _ transaction: ICETransaction) {
        guard transaction.generation == current.number, let index = current.index(of: transaction.path) else { return }
        guard current.pairs[index].transaction == id, transaction.path != current.selected else { return }
        current.pairs[index].state = .failed
        current.pairs[index].transaction = nil
        if current.nominating == transaction.path { current.nominating = nil }
    }

    // MARK: - Nomination

    /// Controlling, chooses a pair once it is time.
    mutating func nominate(at now: Instant) {
        guard
            role == .controlling, current.selected == nil, current.nominating == nil,
            let best = bestValidPair, let firstValidAt = current.firstValidAt
        else { return }
        let isBestOfAll = !current.pairs.contains {
            $0.state != .failed && $0.priority(as: role) > best.priority(as: role)
        }
        guard isBestOfAll || now >= firstValidAt + ICETiming.nominationDelay else { return }
        current.nominating = best.path
        check(best.path, .nomination, at: now)
    }

    // MARK: - Giving up

    private mutating func giveUp(at now: Instant) {
        guard current.selected == nil, former == nil, state != .failed else { return }
        guard let startedAt = current.startedAt, now >= startedAt + ICETiming.checkingFailsAfter else { return }
        setState(.failed)
        transactions.removeAll()
        nextCheckAt = nil
    }
}
