/// Rights on hosted agents: the `agent` claim.
public struct AgentGrant: Sendable, Hashable, Codable {
    /// May create, change and delete hosted agents.
    public var admin: Bool
    /// May manage simulations.
    public var simulationAdmin: Bool
    /// May use the databases of agents.
    public var databaseAdmin: Bool

    /// Makes a grant of the named rights.
    public init(admin: Bool = false, simulationAdmin: Bool = false, databaseAdmin: Bool = false) {
        self.admin = admin
        self.simulationAdmin = simulationAdmin
        self.databaseAdmin = databaseAdmin
    }

    /// Reads the grant: what is missing is not granted.
    public init(from decoder: any Decoder) throws {
        let claims = try decoder.container(keyedBy: CodingKeys.self)
        admin = try claims.decodeIfPresent(Bool.self, forKey: .admin) ?? false
        simulationAdmin = try claims.decodeIfPresent(Bool.self, forKey: .simulationAdmin) ?? false
        databaseAdmin = try claims.decodeIfPresent(Bool.self, forKey: .databaseAdmin) ?? false
    }
}
