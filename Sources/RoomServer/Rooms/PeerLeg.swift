import MediaWire
import PeerTransport

/// One peer connection of a participant: the one it publishes on, the one it is sent to, or both in one.
final class PeerLeg {
    /// The channels of the protocol, by label.
    ///
    /// Routing goes by label alone: the packet's own kind is unreliable.
    enum Channel: String, CaseIterable {
        case reliable = "_reliable"
        case lossy = "_lossy"
        case dataTrack = "_data_track"
    }

    let peer: PeerConnection
    private(set) var state = PeerConnectionState.new
    private(set) var hasConnected = false

    private let queue: DrainQueue
    private var link: (any PeerLink)?
    private var isQueued = false
    private var channels: [Channel: DataChannelID] = [:]
    private var openChannels: Set<Channel> = []

    init(peer: PeerConnection, queue: DrainQueue) {
        self.peer = peer
        self.queue = queue
    }

    /// Starts driving the peer.
    func attach(to environment: any RoomEnvironment, onEvent: @escaping (PeerEvent) -> Void) {
        link = environment.attach(peer, onEvent: onEvent)
    }

    /// Says that the peer has been touched: it is drained soon.
    func touched() {
        guard !isQueued else { return }
        isQueued = true
        queue.add(self)
    }

    func drain() {
        isQueued = false
        link?.drain()
    }

    /// Ends the connection.
    func close(at now: Instant) {
        guard let link else { return }
        peer.close(at: now)
        link.drain()
        link.detach()
        self.link = nil
        state = .closed
    }

    /// Notes a state; returns whether it is news.
    func changed(to state: PeerConnectionState) -> Bool {
        defer { self.state = state }
        if state == .connected { hasConnected = true }
        return state != self.state
    }

    // MARK: Data channels

    /// Opens the server's own channels, for the model in which the server offers.
    func openChannels(at now: Instant) {
        for channel in Channel.allCases {
            channels[channel] = peer.openDataChannel(
                label: channel.rawValue,
                ordered: channel == .reliable,
                maxRetransmits: channel == .reliable ? nil : 0,
                at: now
            )
        }
    }

    /// Notes an open channel; returns which one it is, nil for a label without meaning.
    func opened(_ id: DataChannelID, label: String) -> Channel? {
        guard let channel = Channel(rawValue: label) else { return nil }
        channels[channel] = id
        openChannels.insert(channel)
        return channel
    }

    /// Notes a closed channel.
    func closed(_ id: DataChannelID) {
        guard let channel = self.channel(of: id) else { return }
        openChannels.remove(channel)
        channels[channel] = nil
    }

    func channel(of id: DataChannelID) -> Channel? {
        channels.first { $0.value == id }?.key
    }

    func isOpen(_ channel: Channel) -> Bool { openChannels.contains(channel) }

    /// Sends a message; returns false when the channel is not open or full.
    func send(_ payload: [UInt8], on channel: Channel, at now: Instant) -> Bool {
        guard isOpen(channel), let id = channels[channel] else { return false }
        defer { touched() }
        do {
            try peer.send(payload, binary: true, on: id, at: now)
            return true
        } catch {
            return false
        }
    }
}
