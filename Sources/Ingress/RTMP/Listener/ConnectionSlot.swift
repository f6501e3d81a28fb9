internal import MediaWire

/// The place that a connection takes up; used on its event loop only.
final class ConnectionSlot {
    /// The peer.
    let address: TransportAddress
    private let table: ConnectionTable
    private var isAdmitted = false

    init(address: TransportAddress, table: ConnectionTable) {
        self.address = address
        self.table = table
    }

    /// The publisher is let in: it does not count against its address any more.
    func admit() {
        guard !isAdmitted else { return }
        isAdmitted = true
        table.admitted(from: address.ip)
    }

    /// The connection is closed.
    func close() {
        table.closed(from: address.ip, wasAdmitted: isAdmitted)
    }
}
