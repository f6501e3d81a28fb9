import Foundation
import LiveKitProtocol
import Logging
import Media
import MediaWire
import Storage
import SwiftProtobuf
import Synchronization

/// Completes what a job that died has left in its work folder: files are closed and stored, uploads are carried on, playlists are
/// ended.
///
/// Nothing but what the job itself has written is touched: an older file where the job's would have been stays as it is.
struct Salvage: Sendable {
    let description: JobDescription
    /// Called before a file is closed, which takes processor time, and no other time.
    let willClose: @Sendable () -> Void
    /// Called before anything is stored, which may have to wait for the store.
    let willStore: @Sendable () -> Void
    let logger: Logger

    /// The egress with what became of its outputs; nil if the job left nothing.
    func run() async -> Livekit_EgressInfo? {
        guard var info = try? Livekit_EgressInfo(serializedBytes: description.info) else { return nil }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: description.workFolder)) ?? []
        var uploads: [ResumedUpload] = []
        let durations = Mutex<[String: Duration]>([:])
        for name in names.sorted() where name.hasPrefix("uploads-") {
            let folder = "\(description.workFolder)/\(name)"
            guard UploadSession.isResumable(folder) else { continue }
            willStore()
            do throws(StorageError) {
                uploads += try await UploadSession.resume(folder: folder, logger: logger) { path, key in
                    guard let (ending, duration) = close(path) else { return nil }
                    durations.withLock { $0[key] = duration }
                    return ending
                }
            } catch {
                logger.error("uploads cannot be carried on", metadata: ["folder": "\(folder)", "reason": "\(error)"])
                info.note("uploads cannot be carried on: \(error)")
            }
            await endPlaylists(of: folder)
        }
        guard !uploads.isEmpty else { return nil }
        let lengths = durations.withLock { $0 }
        for upload in uploads { note(upload, lengths[upload.key], in: &info) }
        return info
    }

    /// Makes the best of a file that nobody closed; nil if nothing of it can be played.
    private func close(_ path: String) -> (FileEnding, Duration)? {
        willClose()
        defer { willStore() }
        do throws(MediaError) {
            guard path.hasSuffix(".mp4") else {
                let summary = try MediaProbe.summary(of: path)
                return (FileEnding(length: summary.size), summary.duration)
            }
            if isLocal {
                let summary = try Remuxer.faststart(from: path, to: path)
                return (FileEnding(length: summary.size), summary.duration)
            }
            let length = try FragmentedFile.wholeLength(of: path)
            guard truncate(path, off_t(length)) == 0 else { return nil }
            let duration = try MediaProbe.summary(of: path).duration
            let head = try FragmentedHead.complete(path, duration: duration)
            return (FileEnding(length: length, head: head.bytes, replacing: head.replaced), duration)
        } catch {
            logger.warning("nothing playable was left of a file", metadata: ["file": "\(path)", "reason": "\(error)"])
            return nil
        }
    }

    private var isLocal: Bool {
        description.plan.outputs.contains { output in
            if case .file = output.kind { output.storage == .local } else { false }
        }
    }

    private func endPlaylists(of folder: String) async {
        let playlists = PlaylistKeeper.playlists(of: folder).compactMap(\.ended)
        let output = description.plan.outputs.first { if case .segments = $0.kind { true } else { false } }
        guard let output, !playlists.isEmpty else { return }
        do throws(StorageError) {
            let session = try UploadSession(
                folder: "\(description.workFolder)/playlists-\(UInt32.random(in: 0 ... .max))",
                destination: output.storage,
                backup: output.backup,
                localRoot: description.recordings,
                settings: description.uploadSettings,
                logger: logger
            )
            for playlist in playlists {
                session.submit(playlist.bytes, as: playlist.key, contentType: playlist.contentType) { _ in }
            }
            await session.settle()
        } catch {
            logger.error("playlists cannot be ended", metadata: ["reason": "\(error)"])
        }
    }

    private func note(_ upload: ResumedUpload, _ duration: Duration?, in info: inout Livekit_EgressInfo) {
        if upload.isInBackup { info.backupStorageUsed = true }
        switch upload.result {
        case .failure(let error):
            if !upload.grew || duration != nil { info.note("\(upload.key) is not stored: \(error)") }
        case .success(let object):
            if let index = info.fileResults.firstIndex(where: { $0.filename == upload.key }) {
                info.fileResults[index].location = object.location
                info.fileResults[index].size = object.size
                guard let duration else { return }
                info.fileResults[index].duration = duration.nanoseconds
                info.fileResults[index].endedAt = info.fileResults[index].startedAt + duration.nanoseconds
            } else if let index = info.segmentResults.firstIndex(where: { $0.playlistName == upload.key }) {
                info.segmentResults[index].playlistLocation = object.location
            }
        }
    }
}
