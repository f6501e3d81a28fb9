import LiveKitProtocol

extension EgressLedger {
    /// The most egresses in one answer; the rest is on further pages.
    static let pageSize = 1000

    /// How an egress stands.
    func info(of id: String) async throws(TwirpError) -> Livekit_EgressInfo {
        do throws(EgressStoreError) {
            if let info = try await store.info(of: id) { return info }
        } catch { throw TwirpError(.unavailable, error.description) }
        throw TwirpError(.notFound, "egress not found: \(id)")
    }

    /// The egresses that match a request, those changed last first, a page at a time.
    func list(
        _ request: Livekit_ListEgressRequest,
        pageSize: Int = EgressLedger.pageSize
    ) async throws(TwirpError) -> Livekit_ListEgressResponse {
        var infos: [Livekit_EgressInfo]
        do throws(EgressStoreError) {
            if request.egressID.isEmpty {
                infos = try await store.list(room: request.roomName.isEmpty ? nil : request.roomName)
            } else {
                infos = try await store.info(of: request.egressID).map { [$0] } ?? []
            }
        } catch { throw TwirpError(.unavailable, error.description) }
        infos.removeAll { info in
            (request.active && info.isOver) || (!request.roomName.isEmpty && info.roomName != request.roomName)
        }
        infos.sort { Place($0) < Place($1) }
        if request.hasPageToken, !request.pageToken.token.isEmpty {
            guard let last = Place(token: request.pageToken.token) else {
                throw .invalid("page_token", "it is none that was given out")
            }
            infos.removeAll { Place($0) <= last }
        }
        var response = Livekit_ListEgressResponse()
        response.items = Array(infos.prefix(pageSize))
        if infos.count > pageSize, let last = response.items.last {
            response.nextPageToken.token = Place(last).token
        }
        return response
    }
}

/// Where an egress stands in a list.
private struct Place: Comparable {
    var updatedAt: Int64
    var id: String

    init(_ info: Livekit_EgressInfo) {
        updatedAt = info.updatedAt
        id = info.egressID
    }

    init?(token: String) {
        let parts = token.split(separator: ".", maxSplits: 1)
        guard parts.count == 2, let time = Int64(parts[0]) else { return nil }
        updatedAt = time
        id = String(parts[1])
    }

    var token: String { "\(updatedAt).\(id)" }

    static func < (one: Place, other: Place) -> Bool {
        (other.updatedAt, other.id) < (one.updatedAt, one.id)
    }
}
