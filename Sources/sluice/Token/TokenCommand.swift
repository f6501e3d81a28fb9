import ArgumentParser
import LiveKitProtocol

/// Prints an access token for a client.
struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Print an access token: to join a room, or to use the egress or ingress API."
    )

    @Option(help: "The room that may be joined.")
    var room: String?

    @Option(help: "Who joins.")
    var identity: String?

    @Flag(help: "The holder may start, list and stop recordings.")
    var record = false

    @Flag(help: "The holder may make, change, list and delete ingresses.")
    var ingressAdmin = false

    @Option(help: "The API key.")
    var key = DevelopmentKeys.key

    @Option(help: "The API secret.")
    var secret = DevelopmentKeys.secret

    @Option(help: "Hours until the token expires.")
    var hours = 6.0

    @Flag(help: "The client may only watch and listen.")
    var watch = false

    func validate() throws {
        guard hours > 0, hours.isFinite else { throw ValidationError("--hours must be above 0, not \(hours)") }
        guard record || ingressAdmin || room != nil else {
            throw ValidationError(
                "give --room and --identity to join, --record to record, or --ingress-admin to bring media in"
            )
        }
        guard (room == nil) == (identity == nil), room != "", identity != "" else {
            throw ValidationError("--room and --identity go together, and neither may be empty")
        }
    }

    func run() {
        var grant = room.map(VideoGrant.join) ?? VideoGrant()
        grant.roomRecord = record
        grant.ingressAdmin = ingressAdmin
        if watch { grant.canPublish = false }
        var grants = ClaimGrants()
        grants.identity = identity ?? ""
        grants.video = grant
        print(AccessToken(grants: grants, timeToLive: hours * 3600).signed(key: key, secret: secret))
    }
}
