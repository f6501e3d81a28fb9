import LiveKitProtocol
import Storage

/// Which files of this machine an egress is going to write: no two may write the same ones.
///
/// Only names that are known before the recording begins can be compared: those with placeholders of tracks are not. The times
/// in names are taken as of the start, which catches two starts within a second.
enum PathClaims {
    /// The claims of a plan, checked against the folder of recordings.
    ///
    /// - Throws: `invalid_argument` for a path that leads out of the folder or into the work folder.
    static func claims(
        of plan: EgressPlan,
        values: FileNameValues,
        storage: LocalStorage,
        workFolder: String
    ) throws(TwirpError) -> Set<String> {
        var claims: Set<String> = []
        for output in plan.outputs where output.storage == .local {
            try checkPaths(of: output, in: storage)
            for name in names(of: output, in: plan) {
                let path = try resolved(name, values: values, storage: storage)
                guard !path.hasPrefix(workFolder + "/") else {
                    throw .invalid(name.field, "\(path) lies in the folder of unfinished recordings")
                }
                if name.isComparable { claims.insert(path) }
            }
        }
        return claims
    }

    private struct Name {
        var field: String
        var template: String
        var fileExtension: String

        /// Whether nothing but the room and the time has to be filled in.
        var isComparable: Bool {
            !["{track_", "{publisher_identity}"].contains { template.contains($0) }
        }
    }

    /// Names take a leading `../` off, as keys of object stores have it; here whoever writes one is told instead.
    private static func checkPaths(of output: OutputPlan, in storage: LocalStorage) throws(TwirpError) {
        for (field, path) in paths(of: output) where path.hasPrefix("../") {
            throw .invalid(field, StorageError.outside(path: path, root: storage.root).description)
        }
    }

    private static func paths(of output: OutputPlan) -> [(field: String, path: String)] {
        switch output.kind {
        case .file(let file): [("filepath", file.path)]
        case .segments(let segments):
            [
                ("playlist_name", segments.playlistName), ("live_playlist_name", segments.livePlaylistName ?? ""),
                ("filename_prefix", segments.filenamePrefix),
            ]
        case .images(let images): [("filename_prefix", images.filenamePrefix)]
        case .stream, .webSocket: []
        }
    }

    private static func resolved(
        _ name: Name,
        values: FileNameValues,
        storage: LocalStorage
    ) throws(TwirpError) -> String {
        let path = FileNameTemplate(name.template).path(values: values, fileExtension: name.fileExtension)
        do throws(StorageError) {
            return try storage.check(path)
        } catch {
            throw .invalid(name.field, error.description)
        }
    }

    private static func names(of output: OutputPlan, in plan: EgressPlan) -> [Name] {
        let isComposite = if case .composite = plan.source { true } else { false }
        /// The default name is made of the room only where the source is a whole room.
        func known(_ template: String) -> Bool { isComposite || !(template.isEmpty || template.hasSuffix("/")) }
        switch output.kind {
        case .file(let file):
            let format = file.format?.rawValue ?? "media"
            return known(file.path) ? [Name(field: "filepath", template: file.path, fileExtension: format)] : []
        case .segments(let segments):
            let playlist = segments.playlistName.isEmpty ? segments.filenamePrefix : segments.playlistName
            var names: [Name] = []
            if known(playlist) {
                names.append(Name(field: "playlist_name", template: playlist, fileExtension: "m3u8"))
            }
            if !segments.filenamePrefix.isEmpty, known(segments.filenamePrefix) {
                names.append(
                    Name(field: "filename_prefix", template: segments.filenamePrefix, fileExtension: "segments")
                )
            }
            return names
        case .images(let images):
            guard !images.filenamePrefix.isEmpty, known(images.filenamePrefix) else { return [] }
            return [Name(field: "filename_prefix", template: images.filenamePrefix, fileExtension: "images")]
        case .stream, .webSocket: return []
        }
    }
}
