import Logging

/// Where a worker finds the room server, and what it calls itself there.
struct RoomServerAccess {
    /// `ws_url`: begins with `ws://`, `wss://`, `http://` or `https://`.
    var url: String
    var apiKey: String
    var apiSecret: String
    /// `node_id`; nil where the worker is to think of one.
    var nodeID: String?
}

extension YAMLSection {
    /// Reads whom a worker works for, from the file or LiveKit's environment variables.
    mutating func roomServer(
        _ environment: [String: String]
    ) throws(ConfigurationError) -> RoomServerAccess {
        let access = RoomServerAccess(
            url: try required(
                "ws_url",
                "LIVEKIT_WS_URL",
                in: environment,
                "the room server's URL, such as wss://rooms.example.com"
            ),
            apiKey: try required("api_key", "LIVEKIT_API_KEY", in: environment, "an API key of the room server"),
            apiSecret: try required("api_secret", "LIVEKIT_API_SECRET", in: environment, "the API key's secret"),
            nodeID: try text("node_id")
        )
        guard ["ws://", "wss://", "http://", "https://"].contains(where: access.url.hasPrefix) else {
            throw error("ws_url", "must begin with ws:// or wss://, not be \"\(access.url)\"")
        }
        return access
    }

    /// Reads the section `logging`.
    mutating func logLevel(_ oddities: inout SettingOddities) throws(ConfigurationError) -> Logger.Level {
        var section = try section("logging")
        oddities.markIdle(
            &section,
            "logging.",
            ["json", "sample", "sample_initial", "sample_interval", "component_levels"],
            because: "every line is text, and none is left out"
        )
        let text = try section.text("level")
        oddities.close(section)
        switch text {
        case nil, "": return .info
        case "warn": return .warning
        case let text?:
            guard let level = Logger.Level(rawValue: text) else {
                throw section.error("level", "must be one of debug, info, warn, error, not \"\(text)\"")
            }
            return level
        }
    }

    /// A text that a worker cannot do without, from the file or the environment; `meaning` says what it is.
    mutating func required(
        _ key: String,
        _ variable: String,
        in environment: [String: String],
        _ meaning: String
    ) throws(ConfigurationError) -> String {
        let text = try text(key) ?? ""
        if !text.isEmpty { return text }
        if let text = environment[variable], !text.isEmpty { return text }
        throw error(key, "is missing: \(meaning); it may also be given as \(variable) in the environment")
    }

    /// A port for operators; nil if it is missing or 0.
    mutating func operatorPort(_ key: String) throws(ConfigurationError) -> Int? {
        let port = try integer(key, in: 0...65_535) ?? 0
        return port == 0 ? nil : port
    }
}
