import LiveKitProtocol
import MediaWire
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import PeerTransport
import PeerTransportNIO
import SwiftProtobuf

/// The least a room server can be: one room with one other participant, who publishes a tone and a picture.
///
/// It shares nothing with the real server but the transport, so that the client is tested against the protocol and not
/// against our own server's habits. Everything happens on the hub's loop.
final class FakeRoomServer: @unchecked Sendable {
    static let audioTrack: TrackSID = "TR_AMtone"
    static let videoTrack: TrackSID = "TR_VCpicture"
    static let other: ParticipantSID = "PA_other"

    let hub: PeerHub
    private(set) var port = 0
    /// Targets of the connections that were made.
    private(set) var targets: [String] = []
    /// What the client sent, pings and candidates left out.
    private(set) var requests: [Livekit_SignalRequest] = []
    /// Packets that came from the client's tracks, by media section.
    private(set) var receivedPackets: [Mid: Int] = [:]
    private(set) var receivedData: [Livekit_DataPacket] = []
    /// Refuses to resume when set.
    var forgetsSessions = false

    private var listener: (any Channel)?
    private var socket: (any Channel)?
    private var subscriber: Peer?
    private var publisher: Peer?
    private var senders: [TrackSID: SenderID] = [:]
    private var sequence: UInt16 = 65_500
    private var frame = 0
    private var ticks: RepeatedTask?
    private var channel: DataChannelID?

    private final class Peer {
        let connection: PeerConnection
        var attachment: PeerAttachment?
        var isNegotiating = false
        var needsOffer = false
        init(_ connection: PeerConnection) { self.connection = connection }
    }

    init(hub: PeerHub) { self.hub = hub }

    func start() async throws {
        let listener = try await ServerBootstrap(group: hub.loop)
            .childChannelInitializer { [self] channel in
                let upgrader = NIOWebSocketServerUpgrader(
                    shouldUpgrade: { channel, head in
                        let isAllowed = head.headers["Authorization"] == ["Bearer token"]
                        return channel.eventLoop.makeSucceededFuture(isAllowed ? HTTPHeaders() : nil)
                    },
                    upgradePipelineHandler: { [self] channel, head in accepted(channel, head.uri) }
                )
                let refusal = NIOLoopBound(Refusal(), eventLoop: channel.eventLoop)
                return channel.pipeline.configureHTTPServerPipeline(
                    withServerUpgrade: (
                        upgraders: [upgrader],
                        completionHandler: { context in
                            context.pipeline.syncOperations.removeHandler(refusal.value, promise: nil)
                        }
                    )
                ).flatMapThrowing {
                    try channel.pipeline.syncOperations.addHandler(refusal.value)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        try await hub.loop.submit { [self] in
            self.listener = listener
            port = listener.localAddress?.port ?? 0
            ticks = hub.loop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(20)) { [self] _ in tick() }
        }.get()
    }

    func stop() async throws {
        try await hub.loop.submit { [self] in
            ticks?.cancel()
            socket?.close(promise: nil)
            listener?.close(promise: nil)
            closePeers()
        }.get()
    }

    /// Runs on the loop and returns what the body found.
    func look<Value: Sendable>(_ body: @escaping @Sendable (FakeRoomServer) -> Value) async throws -> Value {
        try await hub.loop.submit { [self] in body(self) }.get()
    }

    /// Cuts the signal connection as a failing network would.
    func cutSocket() { socket?.close(promise: nil) }

    func send(_ make: (inout Livekit_SignalResponse) -> Void) {
        var response = Livekit_SignalResponse()
        make(&response)
        guard let socket, let bytes: [UInt8] = try? response.serializedBytes() else { return }
        let frame = WebSocketFrame(fin: true, opcode: .binary, data: socket.allocator.buffer(bytes: bytes))
        socket.writeAndFlush(frame, promise: nil)
    }

    /// Sends a message over the reliable channel.
    func sendData(_ packet: Livekit_DataPacket) {
        guard let subscriber, let channel, let bytes: [UInt8] = try? packet.serializedBytes() else { return }
        try? subscriber.connection.send(bytes, on: channel, at: hub.now)
        subscriber.attachment?.drain()
    }
}

/// Answers what was not upgraded.
private final class Refusal: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .end = unwrapInboundIn(data) else { return }
        let text = "invalid authorization token"
        let headers: HTTPHeaders = ["Content-Length": "\(text.utf8.count)"]
        context.write(
            wrapOutboundOut(.head(.init(version: .http1_1, status: .unauthorized, headers: headers))),
            promise: nil
        )
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: text)))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}

// MARK: - What the client said

extension FakeRoomServer {
    var subscriptionRequests: [Livekit_UpdateSubscription] {
        requests.compactMap { if case .subscription(let update) = $0.message { update } else { nil } }
    }
    var muteRequests: [Livekit_MuteTrackRequest] {
        requests.compactMap { if case .mute(let mute) = $0.message { mute } else { nil } }
    }
    var sizeUpdates: [Livekit_UpdateLocalVideoTrack] {
        requests.compactMap { if case .updateVideoTrack(let update) = $0.message { update } else { nil } }
    }
    var syncStates: [Livekit_SyncState] {
        requests.compactMap { if case .syncState(let state) = $0.message { state } else { nil } }
    }
    var announcedTracks: [Livekit_AddTrackRequest] {
        requests.compactMap { if case .addTrack(let add) = $0.message { add } else { nil } }
    }
}

// MARK: - Signalling

extension FakeRoomServer {
    private final class FrameHandler: ChannelInboundHandler {
        typealias InboundIn = WebSocketFrame
        let server: FakeRoomServer
        init(_ server: FakeRoomServer) { self.server = server }
        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let frame = unwrapInboundIn(data)
            switch frame.opcode {
            case .binary:
                guard
                    let request = try? Livekit_SignalRequest(
                        serializedBytes: Array(frame.unmaskedData.readableBytesView)
                    )
                else { return }
                server.receive(request)
            case .connectionClose: context.close(promise: nil)
            default: break
            }
        }
    }

    private func accepted(_ channel: any Channel, _ target: String) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(FrameHandler(self))
            socket = channel
            targets.append(target)
            guard target.contains("reconnect=1") else { return join() }
            if forgetsSessions {
                return send {
                    $0.leave.reason = .stateMismatch
                    $0.leave.action = .reconnect
                }
            }
            send { $0.reconnect = .init() }
            send { $0.update.participants = [self.ownInfo, self.otherInfo] }
            offer(restart: true)
        }
    }

    private var ownInfo: Livekit_ParticipantInfo {
        var info = Livekit_ParticipantInfo()
        info.sid = "PA_self"
        info.identity = "client"
        return info
    }

    private var otherInfo: Livekit_ParticipantInfo {
        var info = Livekit_ParticipantInfo()
        info.sid = Self.other.rawValue
        info.identity = "other"
        info.state = .active
        var audio = Livekit_TrackInfo()
        audio.sid = Self.audioTrack.rawValue
        audio.type = .audio
        audio.mimeType = "audio/opus"
        var video = Livekit_TrackInfo()
        video.sid = Self.videoTrack.rawValue
        video.type = .video
        video.mimeType = "video/VP8"
        info.tracks = [audio, video]
        return info
    }

    private func join() {
        closePeers()
        senders = [:]
        send {
            $0.join.participant = self.ownInfo
            $0.join.otherParticipants = [self.otherInfo]
            $0.join.subscriberPrimary = true
            $0.join.pingInterval = 5
            $0.join.pingTimeout = 15
            $0.join.serverInfo.version = "1.13.5"
        }
        let subscriber = makePeer(.controlling, "subscriber")
        self.subscriber = subscriber
        channel = subscriber.connection.openDataChannel(label: "_reliable", at: hub.now)
        publisher = makePeer(.controlled, "publisher")
        offer(restart: false)
    }

    private func makePeer(_ role: ICERole, _ label: String) -> Peer {
        let peer = Peer(
            PeerConnection(
                configuration: PeerConfiguration(
                    certificate: hub.certificate,
                    iceRole: role,
                    localCandidates: hub.localCandidates,
                    label: label
                ),
                now: hub.now
            )
        )
        peer.attachment = hub.attach(peer.connection) { [weak self] event in self?.reported(event) }
        return peer
    }

    private func reported(_ event: PeerEvent) {
        switch event {
        case .media(let media): receivedPackets[media.mid, default: 0] += 1
        case .dataChannelMessage(_, let bytes, _):
            if let packet = try? Livekit_DataPacket(serializedBytes: bytes) { receivedData.append(packet) }
        default: break
        }
    }

    private func offer(restart: Bool) {
        guard let subscriber else { return }
        guard !subscriber.isNegotiating || restart else { return subscriber.needsOffer = true }
        subscriber.isNegotiating = true
        subscriber.needsOffer = false
        guard let sdp = try? subscriber.connection.createOffer(iceRestart: restart, at: hub.now) else { return }
        subscriber.attachment?.drain()
        send {
            $0.offer.type = "offer"
            $0.offer.sdp = sdp
            $0.offer.id = 7
        }
    }

    private func receive(_ request: Livekit_SignalRequest) {
        let now = hub.now
        switch request.message {
        case .answer(let answer):
            try? subscriber?.connection.setRemoteAnswer(answer.sdp, at: now)
            subscriber?.attachment?.drain()
            subscriber?.isNegotiating = false
            if subscriber?.needsOffer == true { offer(restart: false) }
        case .offer(let offer):
            guard let publisher, (try? publisher.connection.setRemoteOffer(offer.sdp, at: now)) != nil,
                let sdp = try? publisher.connection.createAnswer(at: now)
            else { return }
            publisher.attachment?.drain()
            send {
                $0.answer.type = "answer"
                $0.answer.sdp = sdp
                $0.answer.id = offer.id
            }
        case .addTrack(let add):
            send {
                $0.trackPublished.cid = add.cid
                $0.trackPublished.track.sid = "TR_of_\(add.name)"
                $0.trackPublished.track.name = add.name
            }
        case .subscription(let update):
            for sid in update.participantTracks.flatMap(\.trackSids) {
                subscribe(TrackSID(rawValue: sid), update.subscribe)
            }
        case .ping, .pingReq, .trickle: return
        default: break
        }
        requests.append(request)
    }

    private func subscribe(_ track: TrackSID, _ isWanted: Bool) {
        guard let subscriber else { return }
        if isWanted, senders[track] == nil {
            let isAudio = track == Self.audioTrack
            senders[track] = subscriber.connection.addSender(
                kind: isAudio ? .audio : .video,
                codecs: [isAudio ? .opus : .vp8],
                streamID: "\(Self.other)|\(track)",
                trackID: track.rawValue
            )
        } else if !isWanted, let sender = senders.removeValue(forKey: track) {
            subscriber.connection.removeSender(sender)
        }
        offer(restart: false)
    }

    private func closePeers() {
        for peer in [subscriber, publisher].compactMap({ $0 }) {
            peer.connection.close(at: hub.now)
            peer.attachment?.drain()
            peer.attachment?.detach()
        }
        subscriber = nil
        publisher = nil
    }
}

// MARK: - Media

extension FakeRoomServer {
    /// Every 20 ms a packet of sound and a picture of two packets, every tenth of them a key frame.
    private func tick() {
        guard let subscriber else { return }
        frame += 1
        let now = hub.now
        if let sender = senders[Self.audioTrack] {
            let media = OutgoingMedia(
                codec: .opus,
                marker: false,
                sequenceNumber: SequenceNumber(rawValue: UInt16(truncatingIfNeeded: frame)),
                timestamp: UInt32(frame * 960),
                payload: [0xFC, UInt8(truncatingIfNeeded: frame)]
            )
            subscriber.connection.send(media, on: sender, at: now)
        }
        if let sender = senders[Self.videoTrack] {
            let header: [UInt8] = frame % 10 == 0 ? [0x10, 0, 0, 0x9D, 0x01, 0x2A, 64, 1, 180, 0] : [0x11, 0, 0]
            for (index, payload) in [[0x10] + header, [0x00, UInt8(truncatingIfNeeded: frame)]].enumerated() {
                let media = OutgoingMedia(
                    codec: .vp8,
                    marker: index == 1,
                    sequenceNumber: SequenceNumber(rawValue: sequence),
                    timestamp: UInt32(frame * 1800),
                    payload: payload
                )
                sequence &+= 1
                subscriber.connection.send(media, on: sender, at: now)
            }
        }
        subscriber.attachment?.drain()
    }
}
