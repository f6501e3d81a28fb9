/// Where Redis is and how to get in, as LiveKit's `redis:` block has it.
public struct RedisConfiguration: Sendable, Hashable {
    /// `host:port` or `host`.
    ///
    /// Not used with Sentinel.
    public var address: String
    /// The ACL user; empty: the default user.
    public var username: String
    /// Empty: none.
    public var password: String
    /// The number of the database that keys are in; channels are the same in all.
    public var db: Int
    /// TLS; nil: plain TCP.
    public var tls: TLS?
    /// The Sentinels that know where the master is; nil: `address` is it.
    public var sentinel: Sentinel?
    /// How long a connection may take to come about.
    public var dialTimeout: Duration
    /// How long Redis may take to answer a command, and a command may wait for a lost connection to come back.
    public var commandTimeout: Duration
    /// How long a publication or subscription waits for a lost connection to come back.
    public var patience: Duration

    /// Redis at an address; the timeouts are those of LiveKit's client where it has them.
    public init(
        address: String = "localhost:6379",
        username: String = "",
        password: String = "",
        db: Int = 0,
        tls: TLS? = nil,
        sentinel: Sentinel? = nil,
        dialTimeout: Duration = .seconds(5),
        commandTimeout: Duration = .seconds(3),
        patience: Duration = .seconds(30)
    ) {
        self.address = address
        self.username = username
        self.password = password
        self.db = db
        self.tls = tls
        self.sentinel = sentinel
        self.dialTimeout = dialTimeout
        self.commandTimeout = commandTimeout
        self.patience = patience
    }
}

extension RedisConfiguration {
    /// How the connection is encrypted.
    public struct TLS: Sendable, Hashable {
        /// Whether any certificate is taken.
        public var insecure: Bool
        /// The name the certificate must have; empty: the host of the address.
        public var serverName: String
        /// A PEM file of certificates to trust; empty: the system's.
        public var caCertFile: String
        /// A PEM file with the client's certificate; empty: none.
        public var clientCertFile: String
        /// A PEM file with its key.
        public var clientKeyFile: String

        /// TLS settings; as they are, the server must prove its name to the system's trust.
        public init(
            insecure: Bool = false,
            serverName: String = "",
            caCertFile: String = "",
            clientCertFile: String = "",
            clientKeyFile: String = ""
        ) {
            self.insecure = insecure
            self.serverName = serverName
            self.caCertFile = caCertFile
            self.clientCertFile = clientCertFile
            self.clientKeyFile = clientKeyFile
        }
    }

    /// Where the Sentinels are and which master to ask them for.
    public struct Sentinel: Sendable, Hashable {
        /// The master's name.
        public var masterName: String
        /// `host:port` of each; asked in this order.
        public var addresses: [String]
        /// The ACL user at the Sentinels; empty: the default user.
        public var username: String
        /// The password at the Sentinels; empty: none.
        public var password: String

        /// The Sentinels of a master.
        public init(masterName: String, addresses: [String], username: String = "", password: String = "") {
            self.masterName = masterName
            self.addresses = addresses
            self.username = username
            self.password = password
        }
    }
}

extension RedisConfiguration: CustomStringConvertible, CustomDebugStringConvertible {
    /// Where, without the secrets.
    public var description: String {
        guard let sentinel else { return address }
        return "\(sentinel.masterName) by \(sentinel.addresses.joined(separator: ", "))"
    }

    /// Where, without the secrets.
    public var debugDescription: String { description }
}
