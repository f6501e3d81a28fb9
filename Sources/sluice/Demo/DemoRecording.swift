import Foundation
import LiveKitProtocol

/// Records the demo's room over the API and waits for the file.
struct DemoRecording: Sendable {
    /// How long a recording may take to begin, and to be finished after it was stopped.
    private static let patience = Duration.seconds(30)

    let api: TwirpClient
    let room: String
    let layout: String

    private var grant: VideoGrant {
        var grant = VideoGrant()
        grant.roomRecord = true
        return grant
    }

    /// Starts, lets `seconds` pass and stops.
    ///
    /// Returns the final info. `progress` is told every second.
    func run(seconds: Double, began: () -> Void, progress: (Double) -> Void) async throws -> Livekit_EgressInfo {
        var file = Livekit_EncodedFileOutput()
        file.fileType = .mp4
        file.filepath = "demo-{time}.mp4"
        var request = Livekit_RoomCompositeEgressRequest()
        request.roomName = room
        request.layout = layout
        request.fileOutputs = [file]
        let started: Livekit_EgressInfo = try await api.call("Egress/StartRoomCompositeEgress", request, grant: grant)
        let active = try await wait(for: started.egressID) { $0.status != .egressStarting }
        began()
        // It began with its first frame, which was some time before anybody could tell.
        let recorded = Date().timeIntervalSince1970 - Double(active.startedAt) / 1e9
        let start = ContinuousClock.now - .seconds(min(max(0, recorded), 1))
        let end = start + .seconds(seconds)
        while ContinuousClock.now < end {
            progress(start.duration(to: .now) / .seconds(1))
            try await Task.sleep(until: min(end, .now + .seconds(1)))
        }
        var stop = Livekit_StopEgressRequest()
        stop.egressID = started.egressID
        let _: Livekit_EgressInfo = try await api.call("Egress/StopEgress", stop, grant: grant)
        return try await wait(for: started.egressID) {
            [.egressComplete, .egressFailed, .egressAborted, .egressLimitReached].contains($0.status)
        }
    }

    private func wait(
        for id: String,
        until holds: (Livekit_EgressInfo) -> Bool
    ) async throws -> Livekit_EgressInfo {
        let deadline = ContinuousClock.now + Self.patience
        var request = Livekit_ListEgressRequest()
        request.egressID = id
        while true {
            let list: Livekit_ListEgressResponse = try await api.call("Egress/ListEgress", request, grant: grant)
            if let info = list.items.first, holds(info) { return info }
            guard ContinuousClock.now < deadline else {
                throw TwirpError(.deadlineExceeded, "the recording did not go on for \(Self.patience)")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}
