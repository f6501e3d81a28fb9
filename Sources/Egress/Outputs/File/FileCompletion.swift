import Glibc
import LiveKitProtocol
import Logging
import Media
import Storage

/// What is done with a file after its last packet, on a thread of its own.
struct FileCompletion: Sendable {
    let file: WrittenFile
    /// Whether anything was written but the head.
    let hasMedia: Bool
    let isLocal: Bool
    let store: any OutputStore
    let growing: any GrowingFile
    let context: OutputContext
    /// Ended when the file is stored or lost.
    let pending: PendingWork

    func run() {
        guard hasMedia, let summary = try? MediaProbe.summary(of: file.path) else {
            growing.cancel()
            unlink(file.path)
            context.report(.failed(JobFailure(text: "the file cannot be completed: it holds no media", code: 500)))
            return pending.end()
        }
        if isLocal, file.format == .mp4, let plain = plainFile() {
            // Handed over before the fragments are given up, so that a crash in between loses nothing.
            let duration = plain.summary.duration
            store.submit(plain.path, as: file.key, contentType: file.contentType, replacing: false) {
                stored($0, duration)
            }
            growing.cancel()
            unlink(file.path)
        } else {
            complete(summary)
        }
    }

    /// A local MP4 with its index at the beginning; nil if it stays in fragments, which play as well.
    private func plainFile() -> (path: String, summary: MediaSummary)? {
        let path = "\(file.path).plain"
        do throws(MediaError) {
            return (path, try Remuxer.faststart(from: file.path, to: path))
        } catch {
            context.logger.warning("the file stays in fragments", metadata: ["reason": "\(error)"])
            context.report(.note("the file stays in fragments: \(error)"))
            return nil
        }
    }

    /// Ends an upload that went on during the recording, or moves a file that is complete as it is to its place.
    private func complete(_ summary: MediaSummary) {
        var head: FragmentedHead?
        if file.format == .mp4 {
            do throws(MediaError) {
                head = try FragmentedHead.complete(file.path, duration: summary.duration)
            } catch {
                context.logger.warning("the file does not say its length", metadata: ["reason": "\(error)"])
            }
        }
        let duration = summary.duration
        growing.finish(head: head?.bytes, replacing: head?.replaced ?? 0) { stored($0, duration) }
    }

    private func stored(_ result: Result<StoredObject, StorageError>, _ duration: Duration) {
        defer { pending.end() }
        switch result {
        case .failure(let error): context.report(.failed(JobFailure(error)))
        case .success(let object):
            let nanoseconds = Int64((duration / .nanoseconds(1)).rounded())
            var info = Livekit_FileInfo()
            info.filename = file.key
            info.startedAt = file.origin
            info.endedAt = file.origin + nanoseconds
            info.duration = nanoseconds
            info.size = object.size
            info.location = object.location
            context.report(.file(info))
            context.manifest.note(from: info.startedAt, to: info.endedAt)
            context.manifest.add(Manifest.File(filename: file.key, location: object.location))
        }
    }
}
