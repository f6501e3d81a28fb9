/// The names that clients, servers and requests of the bus have: a prefix and twelve letters or digits.
enum RPCID {
    static func client() -> String { make("CLI_") }
    static func server() -> String { make("SRV_") }
    static func request() -> String { make("REQ_") }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)

    private static func make(_ prefix: String) -> String {
        let letters = (0..<12).map { _ in alphabet[Int.random(in: alphabet.indices)] }
        return prefix + String(decoding: letters, as: UTF8.self)
    }
}
