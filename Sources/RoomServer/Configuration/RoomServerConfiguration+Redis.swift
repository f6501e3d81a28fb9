import MessageBus
import Settings

extension RoomServerConfiguration {
    /// Reads LiveKit's `redis` block; nil if it names no place.
    static func redisSection(
        _ section: YAMLSection,
        _ unknown: inout [String]
    ) throws(ConfigurationError) -> RedisConfiguration? {
        var section = section
        let places = [try section.text("address") ?? "", try section.text("sentinel_master_name") ?? ""]
        let lists = ["sentinel_addresses", "cluster_addresses"]
        let isNamed = places.contains { !$0.isEmpty } || lists.contains { section.contains($0) }
        guard isNamed else { return nil }
        let redis = try RedisConfiguration(&section)
        unknown += section.unknownKeys
        return redis
    }
}
