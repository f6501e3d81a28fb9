internal import MediaWire
internal import NIOCore
internal import Synchronization

/// The open connections of a listener.
final class ConnectionTable: Sendable {
    private struct State {
        var counts: ConnectionCounts
        var channels: [ObjectIdentifier: any Channel] = [:]
        var isClosed = false
    }

    private let state: Mutex<State>

    init(limit: Int, pendingLimit: Int) {
        state = Mutex(State(counts: ConnectionCounts(limit: limit, pendingLimit: pendingLimit)))
    }

    /// How many there are.
    var count: Int { state.withLock { $0.counts.total } }

    /// Takes a connection in, on its event loop; nil if it is one too many.
    func open(_ channel: any Channel, from address: TransportAddress) -> ConnectionSlot? {
        let isAdmitted = state.withLock { state in
            guard !state.isClosed, state.counts.open(from: address.ip) else { return false }
            state.channels[ObjectIdentifier(channel)] = channel
            return true
        }
        guard isAdmitted else { return nil }
        let slot = ConnectionSlot(address: address, table: self)
        let bound = NIOLoopBound(slot, eventLoop: channel.eventLoop)
        channel.closeFuture.whenComplete { [self] _ in
            bound.value.close()
            state.withLock { $0.channels[ObjectIdentifier(channel)] = nil }
        }
        return slot
    }

    func admitted(from address: IPAddress) {
        state.withLock { $0.counts.admit(from: address) }
    }

    func closed(from address: IPAddress, wasAdmitted: Bool) {
        state.withLock { $0.counts.close(from: address, wasAdmitted: wasAdmitted) }
    }

    /// Takes no more in, and gives those that there are.
    func close() -> [any Channel] {
        state.withLock { state in
            state.isClosed = true
            return Array(state.channels.values)
        }
    }
}
