import ArgumentParser
import Foundation
import LiveKitProtocol
import Media
import MediaWire
import NIOPosix
import PeerTransportNIO
import RoomClient

/// Publishes material that was encoded before, so that publishing costs next to nothing.
struct BenchPublishCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Publish encoded files as the simulcast cameras of several participants."
    )

    @Option(help: "The server.")
    var url = "http://127.0.0.1:7880"

    @Option(help: "The room.")
    var room = "bench"

    @Option(help: "How many participants.")
    var count = 9

    @Option(help: "Seconds to publish.")
    var seconds = 60.0

    @Option(
        name: .customLong("layer"),
        help: "A layer as RID:FILE, small to large; VP8, VP9 or H.264 elementary streams (IVF, Annex B)."
    )
    var layers: [String]

    @OptionGroup var options: ServeOptions

    func validate() throws {
        guard (1...100).contains(count) else { throw ValidationError("--count must be 1 to 100, not \(count)") }
        guard (1...3).contains(layers.count) else { throw ValidationError("give one to three --layer options") }
        guard seconds > 0, seconds.isFinite else { throw ValidationError("--seconds must be above 0") }
    }

    func run() async throws {
        let footage = try layers.map(EncodedLayer.init(argument:))
        let keys = try options.keys()
        let hub = try await PeerHub.start(
            configuration: PeerHubConfiguration(
                bindAddress: "0.0.0.0",
                udpPort: 0,
                tcpPort: nil,
                advertisedAddresses: []
            ),
            on: MultiThreadedEventLoopGroup.singleton.next()
        )
        var clients: [RoomClient] = []
        var tracks: [LocalTrack] = []
        for number in 0..<count {
            let client = RoomClient(
                configuration: RoomClientConfiguration(url: url, token: token(number, keys: keys), publishes: true),
                hub: hub,
                logger: options.logger(label: "bench")
            )
            try await client.connect()
            tracks.append(
                try await client.publish(
                    .video(name: "camera", source: .camera, codec: footage[0].codec, layers: footage.map(\.description))
                )
            )
            clients.append(client)
        }
        print("\(count) participants publish")
        try await publish(footage, on: tracks)
        for client in clients { await client.disconnect() }
        await hub.shutdown()
    }

    private func publish(_ footage: [EncodedLayer], on tracks: [LocalTrack]) async throws {
        let start = WallClock(unixNanoseconds: Int64(Date().timeIntervalSince1970 * 1e9))
        let pacer = Pacer()
        let rate = footage[0].framesPerSecond
        let last = Int(seconds * rate)
        try await pacer.run(named: "publish", every: .seconds(1 / rate)) { number in
            for (place, track) in tracks.enumerated() {
                for layer in footage {
                    // Participants are in different places of the material, whole groups of pictures apart.
                    let frame = layer.frame(number, participant: place)
                    track.write(
                        EncodedFrame(
                            data: frame.data,
                            timestamp: UInt32(truncatingIfNeeded: Int64(Double(number) * 90_000 / rate)),
                            isKeyFrame: frame.isKeyFrame,
                            capturedAt: start + .seconds(Double(number) / rate)
                        ),
                        layer: layer.rid
                    )
                }
            }
            if number >= last { pacer.stop() }
        }
    }

    private func token(_ number: Int, keys: APIKeys.Pair) -> String {
        var grants = ClaimGrants()
        grants.identity = "publisher-\(number)"
        grants.video = .join(room)
        return AccessToken(grants: grants).signed(with: keys)
    }
}
