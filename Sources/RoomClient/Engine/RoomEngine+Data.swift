import FoundationEssentials
import LiveKitProtocol
import Logging
import MediaWire
import NIOCore
import PeerTransport
import Signaling
import SwiftProtobuf

/// A message that waits for its channel to open.
struct QueuedData {
    var packet: Livekit_DataPacket
    var isReliable: Bool
    var size: Int
    var deadline: Instant
    var completion: @Sendable (Result<Void, RoomClientError>) -> Void
}

// Messages: sent on our channels of the publisher's connection, received on the server's of the subscriber's.
extension RoomEngine {
    /// Label of the channel that loses and reorders nothing.
    static let reliableLabel = "_reliable"
    /// Label of the channel that does not wait for what is lost.
    static let lossyLabel = "_lossy"
    /// Largest encoded message: what all clients can take.
    static let maximumMessageSize = 64_000
    /// Bytes of messages that wait for a channel.
    static let maximumQueuedDataBytes = 4 << 20
    /// How long a message waits for its channel.
    static let dataPatience = Duration.seconds(15)

    /// Sends a message, once its channel is open.
    func sendData(
        _ packet: Livekit_DataPacket,
        reliably: Bool,
        _ done: @escaping @Sendable (Result<Void, RoomClientError>) -> Void
    ) {
        loop.preconditionInEventLoop()
        guard !isEnded, room.local != nil else {
            done(.failure(RoomClientError(.notConnected, "data is sent after joining the room")))
            return
        }
        let size = (try? packet.serializedBytes() as [UInt8])?.count ?? 0
        guard size <= Self.maximumMessageSize - 64 else {  // the sender's names and a number are added
            let text = "a data message has at most \(Self.maximumMessageSize) bytes, not \(size)"
            done(.failure(RoomClientError(.invalidArgument, text)))
            return
        }
        let label = reliably ? Self.reliableLabel : Self.lossyLabel
        if queuedData.isEmpty, let publisher, let channel = publisher.channels[label], channel.isOpen {
            done(sendNow(packet, reliably: reliably))
            return
        }
        guard queuedDataBytes + size <= Self.maximumQueuedDataBytes else {
            done(.failure(RoomClientError(.unavailable, "too much data waits for the connection")))
            return
        }
        queuedDataBytes += size
        queuedData.append(
            QueuedData(
                packet: packet,
                isReliable: reliably,
                size: size,
                deadline: now + Self.dataPatience,
                completion: done
            )
        )
        if publisher?.negotiation.hasOffered == false { negotiatePublisher() }
        arm()
    }

    /// Changes our own metadata and attributes.
    func updateMetadata(_ metadata: String?, attributes: [String: String]) {
        loop.preconditionInEventLoop()
        var request = Livekit_SignalRequest()
        request.updateMetadata.metadata = metadata ?? room.local?.metadata ?? ""
        request.updateMetadata.name = room.local?.name ?? ""
        request.updateMetadata.attributes = attributes
        send(request)
    }

    /// Takes a message from the server.
    func receiveData(_ bytes: [UInt8], on id: DataChannelID, from link: PeerLink) {
        guard let packet = try? Livekit_DataPacket(serializedBytes: bytes) else {
            logger.debug("an undecodable data message was dropped", metadata: ["bytes": "\(bytes.count)"])
            return
        }
        let isReliable = link.channels[Self.reliableLabel]?.id == id
        if isReliable, !reliableMessages.isNew(packet) { return }
        emit(.data(DataMessage(packet: packet, isReliable: isReliable)))
    }

    /// A channel is open: ours, or one of the server's.
    func channelOpened(_ id: DataChannelID, label: String, on link: PeerLink) {
        link.channels[label] = (id, true)
        if link.target == .publisher { sendQueuedData() }
    }

    /// A channel is closed for good.
    func channelClosed(_ id: DataChannelID, on link: PeerLink) {
        link.channels = link.channels.filter { $0.value.id != id }
    }

    /// The reliable messages the server has not seen, again.
    func resendReliableMessages(after sequence: UInt32) {
        guard let publisher, let channel = publisher.channels[Self.reliableLabel], channel.isOpen else { return }
        for bytes in reliableMessages.unseen(after: sequence) {
            try? publisher.peer.send(bytes, binary: true, on: channel.id, at: now)
        }
        publisher.flush()
    }

    /// Fails messages that have waited for too long.
    func checkQueuedData(at now: Instant) {
        while let first = queuedData.first, now >= first.deadline {
            removeFirstQueued()
            first.completion(.failure(RoomClientError(.timeout, "the data channel did not open in time")))
        }
    }

    /// Fails all messages that wait.
    func failQueuedData(_ error: RoomClientError) {
        for message in queuedData { message.completion(.failure(error)) }
        queuedData = []
        queuedDataBytes = 0
    }

    /// Our channels, for the state sent on a resume.
    func dataChannelInfos() -> [Livekit_DataChannelInfo] {
        (publisher?.channels ?? [:]).keys.sorted().map { label in
            var info = Livekit_DataChannelInfo()
            info.label = label
            info.target = .publisher
            return info
        }
    }

    private func sendQueuedData() {
        while let first = queuedData.first {
            let label = first.isReliable ? Self.reliableLabel : Self.lossyLabel
            guard publisher?.channels[label]?.isOpen == true else { return }
            removeFirstQueued()
            first.completion(sendNow(first.packet, reliably: first.isReliable))
        }
    }

    private func removeFirstQueued() {
        queuedDataBytes -= queuedData.removeFirst().size
    }

    private func sendNow(_ packet: Livekit_DataPacket, reliably: Bool) -> Result<Void, RoomClientError> {
        guard let publisher, let channel = publisher.channels[reliably ? Self.reliableLabel : Self.lossyLabel] else {
            return .failure(RoomClientError(.notConnected, "there is no data channel"))
        }
        var packet = packet
        packet.kind = reliably ? .reliable : .lossy
        if reliably { packet.sequence = reliableMessages.nextSequence() }
        guard let bytes: [UInt8] = try? packet.serializedBytes() else {
            preconditionFailure("messages without required fields always encode")
        }
        do {
            try publisher.peer.send(bytes, binary: true, on: channel.id, at: now)
            if reliably { reliableMessages.sent(bytes, sequence: packet.sequence) }
            publisher.flush()
            return .success(())
        } catch {
            return .failure(RoomClientError(.unavailable, "the data could not be sent: \(error)"))
        }
    }
}
