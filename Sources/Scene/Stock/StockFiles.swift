/// The files of `layouts/`, compiled into the program so that one executable is the whole installation.
///
/// A new stock layout is a new file and a line here; nothing else knows any of them.
let stockFiles: [String: String] = [
    "grid-light": PackageResources.grid_light_yaml,
    "grid-dark": PackageResources.grid_dark_yaml,
    "speaker-light": PackageResources.speaker_light_yaml,
    "speaker-dark": PackageResources.speaker_dark_yaml,
    "single-speaker-light": PackageResources.single_speaker_light_yaml,
    "single-speaker-dark": PackageResources.single_speaker_dark_yaml,
].mapValues { String(decoding: $0, as: UTF8.self) }

/// `layouts/names.yaml`.
let stockNames = String(decoding: PackageResources.names_yaml, as: UTF8.self)
