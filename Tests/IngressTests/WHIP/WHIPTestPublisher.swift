import MediaWire
import NIOCore
import PeerTransport
import PeerTransportNIO
import Synchronization

/// A WHIP publisher of our own: sound, and pictures in VP8 or H.264 as one stream or in layers.
///
/// It answers requests for key frames. Everything but what it counts is on its hub's loop.
final class WHIPTestPublisher: @unchecked Sendable {
    struct Layer: Sendable {
        var rid: String?
        var width: Int
        var height: Int
    }

    private let hub: PeerHub
    private let peer: PeerConnection
    private let layers: [Layer]
    private let codec: Codec
    private let sound: SenderID
    private let picture: SenderID
    private var attachment: PeerAttachment?
    private var wanted: Set<String?>
    private var tick = 0
    private var numbers: [String?: SequenceNumber] = [:]
    private var packetizers: [String?: Packetizer] = [:]
    private var ticking: RepeatedTask?
    private let requests = Mutex(0)
    private let isConnectedNow = Mutex(false)

    private init(hub: PeerHub, layers: [Layer], codec: Codec) {
        self.hub = hub
        self.codec = codec
        self.layers = layers
        var configuration = PeerConfiguration(
            certificate: hub.certificate,
            iceRole: .controlling,
            localCandidates: hub.localCandidates
        )
        configuration.dataChannels = false
        peer = PeerConnection(configuration: configuration, now: hub.now)
        sound = peer.addSender(kind: .audio, codecs: [.opus], streamID: "live", trackID: "sound")
        picture = peer.addSender(
            kind: .video,
            codecs: [codec],
            streamID: "live",
            trackID: "picture",
            rids: layers.compactMap(\.rid)
        )
        wanted = Set(layers.map(\.rid))
    }

    static func make(
        hub: PeerHub,
        layers: [Layer] = [Layer(rid: nil, width: 640, height: 360)],
        codec: Codec = .vp8
    ) async throws -> WHIPTestPublisher {
        try await hub.loop.submit { WHIPTestPublisher(hub: hub, layers: layers, codec: codec) }.get()
    }

    /// Requests for key frames that came.
    var keyFrameRequests: Int { requests.withLock { $0 } }
    var isConnected: Bool { isConnectedNow.withLock { $0 } }

    func offer() async throws -> String {
        try await hub.loop.submit { try self.peer.createOffer(at: self.hub.now) }.get()
    }

    /// Connects, and sends every 20 ms.
    func begin(answer: String) async throws {
        try await hub.loop.submit {
            try self.peer.setRemoteAnswer(answer, at: self.hub.now)
            self.attachment = self.hub.attach(self.peer) { [unowned self] in handle($0) }
            self.attachment?.drain()
            self.ticking = self.hub.loop.scheduleRepeatedTask(
                initialDelay: .milliseconds(20),
                delay: .milliseconds(20)
            ) { _ in self.send() }
        }.get()
    }

    /// New ICE credentials of ours, as a fragment; `complete` takes the server's.
    func restartICE() async throws -> String {
        try await hub.loop.submit { () -> String in
            let offer = try self.peer.createOffer(iceRestart: true, at: self.hub.now)
            let lines = offer.split(separator: "\r\n")
            let wanted = ["a=mid:", "a=ice-ufrag:", "a=ice-pwd:", "a=candidate:"]
            let first = lines.drop { !$0.hasPrefix("m=") }.prefix { !$0.hasPrefix("m=video") }
            let kept = first.filter { line in line.hasPrefix("m=") || wanted.contains { line.hasPrefix($0) } }
            return kept.map { $0 + "\r\n" }.joined()
        }.get()
    }

    /// Takes the server's new credentials: its first answer with those of a fragment.
    func complete(answer: String, fragment: String) async throws {
        let lines = fragment.split(separator: "\r\n")
        let fresh = ["a=ice-ufrag:", "a=ice-pwd:"].map { name in (name, lines.first { $0.hasPrefix(name) } ?? "") }
        let changed = answer.split(separator: "\r\n").map { line in
            fresh.first { line.hasPrefix($0.0) }?.1 ?? line
        }
        try await hub.loop.submit {
            try self.peer.setRemoteAnswer(changed.map { $0 + "\r\n" }.joined(), at: self.hub.now)
            self.attachment?.drain()
        }.get()
    }

    /// Stops without a word, or with a DTLS goodbye.
    func vanish(saysGoodbye: Bool) async throws {
        try await hub.loop.submit {
            self.ticking?.cancel()
            if saysGoodbye {
                self.peer.close(at: self.hub.now)
                self.attachment?.drain()
            }
            self.attachment?.detach()
            self.attachment = nil
        }.get()
    }

    private func handle(_ event: PeerEvent) {
        switch event {
        case .keyFrameRequested(_, let rid):
            wanted.insert(rid)
            requests.withLock { $0 += 1 }
        case .connectionState(let state): isConnectedNow.withLock { $0 = state == .connected }
        default: break
        }
    }

    private func send() {
        guard peer.connectionState == .connected else { return }
        tick += 1
        let now = hub.now
        let opus = [UInt8](arrayLiteral: 0xFC, 1, 2, UInt8(truncatingIfNeeded: tick))
        send([opus], codec: .opus, rid: nil, key: "sound", on: sound, timestamp: UInt32(tick * 960), at: now)
        for layer in layers {
            let isKeyFrame = wanted.remove(layer.rid) != nil
            let frame = codec == .h264 ? Self.h264(isKeyFrame: isKeyFrame) : Self.vp8(layer, isKeyFrame: isKeyFrame)
            let payloads = packetizers[layer.rid, default: Packetizer(codec: codec)].packetize(frame: frame)
            let key = layer.rid ?? "picture"
            send(payloads, codec: codec, rid: layer.rid, key: key, on: picture, timestamp: UInt32(tick * 1800), at: now)
        }
        attachment?.drain()
    }

    private func send(
        _ payloads: [[UInt8]],
        codec: Codec,
        rid: String?,
        key: String,
        on sender: SenderID,
        timestamp: UInt32,
        at now: Instant
    ) {
        for (index, payload) in payloads.enumerated() {
            let number = numbers[key, default: 100]
            numbers[key] = number &+ 1
            let media = OutgoingMedia(
                codec: codec,
                marker: codec.kind == .video && index == payloads.count - 1,
                sequenceNumber: number,
                timestamp: timestamp,
                payload: payload
            )
            peer.send(media, on: sender, rid: rid, at: now)
        }
    }

    /// H.264 of 1280×720 with start codes: parameter sets of x264, and slices that are filling behind their header.
    static func h264(isKeyFrame: Bool) -> [UInt8] {
        let code: [UInt8] = [0, 0, 0, 1]
        let filling = [UInt8](repeating: 7, count: 1500)
        guard isKeyFrame else { return code + [0x41, 0x9A] + filling }
        let sequence: [UInt8] = [
            0x67, 0x64, 0x00, 0x1F, 0xAC, 0xD9, 0x40, 0x50, 0x05, 0xBB, 0x01, 0x10, 0x00, 0x00, 0x03, 0x00, 0x10, 0x00,
            0x00, 0x03, 0x00, 0xA0, 0xF1, 0x83, 0x19, 0x60,
        ]
        return code + sequence + code + [0x68, 0xEB, 0xE3, 0xCB, 0x22, 0xC0] + code + [0x65, 0x88] + filling
    }

    /// A VP8 frame header with the layer's size, and filling of about two packets.
    private static func vp8(_ layer: Layer, isKeyFrame: Bool) -> [UInt8] {
        let filling = [UInt8](repeating: 7, count: 1500)
        guard isKeyFrame else { return [0x11, 0, 0] + filling }
        let size = [layer.width, layer.height].flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        return [0x10, 0, 0, 0x9D, 0x01, 0x2A] + size + filling
    }
}
