import Settings
import Testing

@Suite("A section of a YAML file")
struct YAMLSectionTests {
    @Test(
        "takes times as Go writes them",
        arguments: [
            ("30s", Duration.seconds(30)), ("1h30m", .seconds(5400)), ("250ms", .milliseconds(250)), ("0", .zero),
            ("1.5s", .milliseconds(1500)), ("2h45m30.5s", .milliseconds(9_930_500)), ("15us", .microseconds(15)),
        ]
    )
    func durations(text: String, expected: Duration) throws {
        var section = try YAMLSection(parsing: "a: \(text)")
        #expect(try section.duration("a") == expected)
    }

    @Test("explains a time without its unit", arguments: ["30", "-5s", "s", "1x", "1h30", "900000000h", "''", "[1]"])
    func wrongDurations(text: String) throws {
        var section = try YAMLSection(parsing: "a: \(text)")
        let error = #expect(throws: ConfigurationError.self) { try section.duration("a") }
        #expect(error?.path == "a")
        #expect(error?.problem.hasPrefix("must be a time with its unit, such as 30s") == true)
    }

    @Test("takes numbers within their range only")
    func numbers() throws {
        var section = try YAMLSection(parsing: "a: 0.5\nb: 2\nc: many\nd: .nan")
        #expect(try section.number("a", in: 0...1) == 0.5)
        #expect(throws: ConfigurationError(path: "b", problem: "must be a number from 0.0 to 1.0, not \"2\"")) {
            try section.number("b", in: 0...1)
        }
        #expect(throws: ConfigurationError.self) { try section.number("c", in: 0...1) }
        #expect(throws: ConfigurationError.self) { try section.number("d", in: 0...1) }
        #expect(try section.number("e", in: 0...1) == nil)
    }

    @Test("names the setting that an unknown key may have been meant to be")
    func nearest() throws {
        var section = try YAMLSection(parsing: "helth_port: 1\nsomething_else: 2\nhealth_port: 3")
        #expect(try section.integer("health_port", in: 0...9) == 3)
        _ = try section.text("cluster_id")
        #expect(
            section.unknownSettings == [
                UnknownSetting(path: "helth_port", nearest: "health_port"),
                UnknownSetting(path: "something_else", nearest: nil),
            ]
        )
        #expect(
            section.unknownSettings.map(\.description) == [
                "helth_port is not a setting: ignored (did you mean health_port?)",
                "something_else is not a setting: ignored",
            ]
        )
    }

    @Test("says which texts a choice has")
    func choices() throws {
        enum Level: String, CaseIterable { case debug, info }
        var section = try YAMLSection(parsing: "a: info\nb: loud")
        #expect(try section.choice("a", of: Level.self) == .info)
        #expect(throws: ConfigurationError(path: "b", problem: "must be one of debug, info, not \"loud\"")) {
            try section.choice("b", of: Level.self)
        }
    }
}
