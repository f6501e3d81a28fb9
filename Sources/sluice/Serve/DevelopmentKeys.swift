/// The keys that `--dev` uses, the ones LiveKit's users know.
///
/// They protect nothing.
enum DevelopmentKeys {
    static let key = "devkey"
    static let secret = "secret"
}
