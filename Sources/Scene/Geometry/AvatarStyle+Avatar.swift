extension AvatarStyle {
    /// The avatar of a source's participant: the same colour for the same identity, in every recording.
    func avatar(for source: SceneSource) -> SceneAvatar {
        let name = source.name.isEmpty ? source.identity : source.name
        return SceneAvatar(
            initials: initials(of: name),
            name: String(name.prefix(maximumNameLength)),
            color: palette[Int(truncatingIfNeeded: stableHash(source.identity) % UInt64(palette.count))],
            textColor: textColor
        )
    }
}

/// A name longer than this would not be readable in any tile; it also bounds what a participant can make us draw.
private let maximumNameLength = 64

/// First letters of the first and the last word, upper case.
private func initials(of name: String) -> String {
    let words = name.split { !($0.isLetter || $0.isNumber) }
    guard let first = words.first?.first else { return "" }
    let last = words.count > 1 ? words.last?.first : nil
    return (String(first) + (last.map(String.init) ?? "")).uppercased()
}

/// FNV-1a: unlike `Hasher`, the same in every process.
private func stableHash(_ text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
}
