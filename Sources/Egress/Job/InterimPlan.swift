import LiveKitProtocol
import Storage

/// Brings a plan of one file into the general form.
extension JobDescription {
    init(plan: RecordingPlan, path: String, info: [UInt8], url: String, token: String) {
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        let (folder, name) = (String(path[..<slash]), String(path[slash...].dropFirst()))
        self.init(
            plan: EgressPlan(
                roomName: plan.roomName,
                source: .composite(layout: plan.layout, mixing: .middle),
                outputs: [
                    OutputPlan(
                        kind: .file(FilePlan(format: .mp4, path: name)),
                        video: plan.video,
                        audio: plan.audio,
                        storage: .local,
                        writesManifest: false
                    )
                ]
            ),
            workFolder: "\(folder)/.\(name).parts",
            recordings: folder,
            info: info,
            url: url,
            token: token
        )
    }

    /// Where the file ends up.
    var path: String {
        guard case .file(let file)? = plan.outputs.first?.kind else { return "" }
        return "\(recordings)/\(file.path)"
    }
}

extension Livekit_EgressInfo {
    /// The recording is over; `file` is what became of it.
    mutating func conclude(_ outcome: JobStateMachine.Outcome, file: RecordedFile?, at unixNanoseconds: Int64) {
        conclude(outcome, at: unixNanoseconds)
        guard let file, !fileResults.isEmpty else { return }
        fileResults[0].size = file.size
    }
}

/// A finished recording on disk.
struct RecordedFile: Sendable, Hashable {
    var size: Int64
}
