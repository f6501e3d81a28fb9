import AsyncHTTPClient
import Dispatch
import Foundation
import Media
import MediaWire
import NIOCore
import NIOHTTP1
import Synchronization

/// Finds out which of Twitch's servers takes a stream.
struct TwitchDirectory: Sendable {
    /// The list of servers, the nearest first.
    static let address = "https://ingest.twitch.tv/ingests"
    /// The server that finds the nearest by itself (help.twitch.tv, "Stream ingest recommendation"), for when there is no list.
    static let defaultServer = "ingest.global-contribute.live-video.net:443"
    /// How long the list is waited for.
    static let patience = Duration.seconds(5)
    private static let largestReply = 1 << 20

    /// Gets the list's text, which is JSON.
    var list: @Sendable () async throws -> [UInt8]

    /// The real list.
    static let live = TwitchDirectory {
        let reply = try await HTTPClient.shared.execute(HTTPClientRequest(url: address), timeout: .seconds(5))
        guard reply.status == .ok else { throw StreamURL.Problem(reason: "\(address) answered \(reply.status.code)") }
        return Array(buffer: try await reply.body.collect(upTo: largestReply))
    }

    /// Where a stream with this key goes: the default server if the list cannot be had.
    func target(key: String) async -> StreamTarget {
        let list = try? await list()
        return Self.target(server: list.flatMap(Self.server), key: key)
    }

    /// The same for a thread that may wait, for ``patience`` at most.
    func waitForTarget(key: String) -> StreamTarget {
        let answer = Answer()
        // The thread that waits is none of the cooperative pool's, which this needs.
        let task = Task {
            let target = await target(key: key)
            answer.value.withLock { $0 = target }
            answer.isThere.signal()
        }
        if answer.isThere.wait(timeout: .now() + Self.patience.inSeconds) == .timedOut { task.cancel() }
        return answer.value.withLock { $0 } ?? Self.target(server: nil, key: key)
    }

    private final class Answer: Sendable {
        let value = Mutex<StreamTarget?>(nil)
        let isThere = DispatchSemaphore(value: 0)
    }

    private struct List: Decodable {
        struct Ingest: Decodable {
            var template: String?

            enum CodingKeys: String, CodingKey {
                case template = "url_template_secure"
            }
        }

        var ingests: [Ingest]
    }

    /// The first server of the list with a secure template: `rtmps://host[:port]/app/{stream_key}`.
    static func server(_ list: [UInt8]) -> String? {
        guard let list = try? JSONDecoder().decode(List.self, from: Data(list)) else { return nil }
        let secure = list.ingests.lazy.compactMap(\.template).first { $0.hasPrefix("rtmps://") }
        guard let secure else { return nil }
        let authority = secure.dropFirst("rtmps://".count).prefix { $0 != "/" }
        return try? URLAuthority(authority).server
    }

    private static func target(server: String?, key: String) -> StreamTarget {
        .rtmp(RTMPTarget(isSecure: true, server: server ?? defaultServer, application: "app", key: key))
    }
}
