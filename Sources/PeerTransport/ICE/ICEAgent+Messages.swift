internal import MediaWire

extension ICEAgent {
    /// Takes in a STUN message.
    ///
    /// What is not authentic is ignored: an answer would tell an outsider who we are.
    mutating func handle(_ datagram: Datagram, at now: Instant) {
        guard
            state != .closed, let message = try? STUNMessage(parsing: datagram.bytes),
            message.method == STUNMessage.binding
        else { return }
        let path = path(of: datagram)
        switch message.messageClass {
        case .request: handleRequest(message, datagram.bytes, on: path, at: now)
        case .successResponse, .errorResponse: handleResponse(message, datagram.bytes, on: path, at: now)
        case .indication: break  // a keepalive of old (RFC 8445 §11)
        }
    }

    // MARK: - Requests

    private mutating func handleRequest(
        _ request: STUNMessage,
        _ bytes: [UInt8],
        on path: ICEPath,
        at now: Instant
    ) {
        guard let username = request.username, let ufrag = ICE.ufrags(of: username)?.local else { return }
        let isOfFormer = ufrag != current.local.ufrag
        guard let local = isOfFormer ? former?.local : current.local, local.ufrag == ufrag else { return }
        let key = Array(local.password.utf8)
        guard STUNMessage.verifyIntegrity(of: bytes, key: key, hmac: ICE.hmacSHA1) else { return }
        guard request.unknownRequiredAttributes.isEmpty else {
            let unknown = STUNAttribute.unknownAttributes(request.unknownRequiredAttributes)
            respond(to: request, [.errorCode(420, "Unknown Attribute"), unknown], key: key, on: path)
            return
        }
        guard resolveRoles(request) else {
            respond(to: request, [.errorCode(487, "Role Conflict")], key: key, on: path)
            return
        }
        respond(to: request, [.xorMappedAddress(path.remote)], key: key, on: path)
        noteHeard(on: path, at: now)
        if !isOfFormer { learn(from: request, on: path, at: now) }
    }

    /// Whether the request may be carried out: where both sides have one role, the tie breaker says who changes
    /// (RFC 8445 §7.3.1.1).
    private mutating func resolveRoles(_ request: STUNMessage) -> Bool {
        switch role {
        case .controlling:
            guard let theirs = request.iceControlling else { return true }
            if tieBreaker >= theirs { return false }
            role = .controlled
        case .controlled:
            guard let theirs = request.iceControlled else { return true }
            if tieBreaker < theirs { return false }
            role = .controlling
        }
        return true
    }

    private mutating func respond(
        to request: STUNMessage,
        _ attributes: [STUNAttribute],
        key: [UInt8],
        on path: ICEPath
    ) {
        let isError = attributes.contains { if case .errorCode = $0 { true } else { false } }
        let response = STUNMessage(
            class: isError ? .errorResponse : .successResponse,
            transactionID: request.transactionID,
            attributes: attributes
        )
        transmit(response.serialized(integrityKey: key, hmac: ICE.hmacSHA1), on: path)
    }

    /// What an authentic check says: the peer is at that address, and perhaps that it wants the pair.
    private mutating func learn(from request: STUNMessage, on path: ICEPath, at now: Instant) {
        // A failed agent stays so until it restarts (RFC 8445 §6.1.4.1).
        guard state != .failed else { return }
        if current.index(of: path) == nil {
            let local = localCandidates.first { $0.address == path.local && $0.transport == path.transport }
            addPair(
                ICEPair(
                    path: path,
                    localPriority: local?.priority
                        ?? ICE.priority(of: .host, transport: path.transport, localPreference: 0),
                    remotePriority: request.priority ?? 0
                )
            )
        }
        guard let index = current.index(of: path) else { return }
        current.pairs[index].hasPeerCheck = true
        if current.pairs[index].state == .failed { current.pairs[index].state = .waiting }
        if current.pairs[index].state != .succeeded { trigger(path, at: now) }
        guard role == .controlled, request.useCandidate else { return }
        if current.pairs[index].state == .succeeded {
            follow(nominationOf: path, at: now)
        } else {
            current.pairs[index].isNominatedByPeer = true
        }
    }

    /// Controlled, uses the pair the peer has chosen.
    ///
    /// Of several (aggressive nomination) the best counts, unless it has gone silent: then the peer has a reason.
    private mutating func follow(nominationOf path: ICEPath, at now: Instant) {
        guard let selected = current.selected, selected != path else {
            select(path, at: now)
            return
        }
        let isStale = lastHeardAt.map { now - $0 >= ICETiming.staleAfter } ?? true
        if isStale || priority(of: path) > priority(of: selected) { select(path, at: now) }
    }

    private func priority(of path: ICEPath) -> UInt64 {
        current.index(of: path).map { current.pairs[$0].priority(as: role) } ?? 0
    }

    // MARK: - Responses

    private mutating func handleResponse(
        _ response: STUNMessage,
        _ bytes: [UInt8],
        on path: ICEPath,
        at now: Instant
    ) {
        guard let transaction = transactions[response.transactionID] else { return }
        guard STUNMessage.verifyIntegrity(of: bytes, key: transaction.key, hmac: ICE.hmacSHA1) else { return }
        transactions[response.transactionID] = nil
        // From another address than was asked: RFC 8445 §7.2.5.2.1.
        guard transaction.path.remote == path.remote, transaction.path.transport == path.transport else {
            noteFailure(of: response.transactionID, transaction)
            return
        }
        if response.messageClass == .successResponse {
            noteSuccess(of: transaction, at: now)
        } else if response.errorCode?.code == 487 {
            // Once for a change, however many checks were under way (RFC 8445 §7.2.5.1).
            if role == transaction.role { role = role.opposite }
            current.nominating = nil
            if transaction.generation == current.number { trigger(transaction.path, at: now) }
        } else if transaction.purpose != .consent {
            noteFailure(of: response.transactionID, transaction)
        }
    }

    private mutating func noteSuccess(of transaction: ICETransaction, at now: Instant) {
        let path = transaction.path
        noteHeard(on: path, at: now)
        if path == current.selected ?? former?.path { lastConsentAt = now }
        guard transaction.generation == current.number, let index = current.index(of: path) else { return }
        current.pairs[index].state = .succeeded
        if current.firstValidAt == nil { current.firstValidAt = now }
        if role == .controlling, transaction.purpose == .nomination, transaction.role == .controlling {
            current.nominating = nil
            select(path, at: now)
        } else if role == .controlled, current.pairs[index].isNominatedByPeer {
            current.pairs[index].isNominatedByPeer = false
            follow(nominationOf: path, at: now)
        } else {
            nominate(at: now)
        }
    }
}
