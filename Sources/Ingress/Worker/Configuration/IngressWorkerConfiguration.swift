public import JobProcess
import LiveKitProtocol

/// How an ingress worker does its work.
public struct IngressWorkerConfiguration: Sendable {
    /// The program a session's process runs, absolute: `sluice` itself.
    public var executable: String
    /// Its arguments; they have to lead to ``IngressSessionProcess/run()``.
    public var arguments = ["ingress-session"]
    /// The room server as sessions reach it, such as `ws://127.0.0.1:7880`, where nobody names another (`ws_url`).
    public var url: String
    /// The API key that publishers' tokens are issued with (`api_key`).
    public var apiKey: String
    /// Its secret, never logged (`api_secret`).
    public var apiSecret: String
    /// This worker's name in metrics and logs.
    public var nodeID: String
    /// Where publishers come in.
    public var ports = IngressPorts()
    /// How long a publisher that was lost is waited for (`publisher_grace_period`); zero: not at all.
    public var grace = Duration.seconds(10)
    /// Who stays when somebody publishes with a key that is in use (`publisher_conflict`).
    public var conflict = PublisherConflict.newest
    /// What sessions are expected to cost (`cpu_cost`).
    public var costs = IngressCostTable()
    /// What a session's process is allowed.
    public var process = JobLimits()
    /// The networks that pulled URLs may lead to although they are not public, such as `10.0.0.0/8` (`url_allowed_networks`).
    public var allowedNetworks: [String] = []
    /// Cores this worker may count on; nil: those of the machine, or of its control group.
    public var cores: Double?
    /// Whether a session is refused for want of cores.
    ///
    /// Without it sessions of a machine that is too small for them leave out pictures instead.
    public var countsCores = true

    /// A worker's configuration with the usual values for everything not named.
    public init(executable: String, url: String, apiKey: String, apiSecret: String, nodeID: String? = nil) {
        self.executable = executable
        self.url = url
        self.apiKey = apiKey
        self.apiSecret = apiSecret
        self.nodeID = nodeID ?? IngressNodeID.random().rawValue
    }
}
