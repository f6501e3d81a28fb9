import Testing

@Suite("Dependency rule")
struct DependencyRuleTests {
    static let order = [
        "LiveKitProtocol", "MediaWire", "PeerTransport", "PeerTransportNIO", "Forwarding", "Signaling", "Media",
        "Scene",
        "Compositor", "Storage", "Persistence", "JobProcess", "RoomClient", "RoomServer", "Egress", "Ingress",
        "TestKit",
        "sluice",
    ]

    @Test("the table is read: every module of the design stands in Package.swift, in its order")
    func tableIsComplete() throws {
        let names = try Repository.moduleTable().map(\.name).filter { Self.order.contains($0) }
        #expect(names == Self.order)
    }

    @Test("a module uses only modules above it")
    func arrowsPointUp() throws {
        let table = try Repository.moduleTable()
        for (position, module) in table.enumerated() {
            let above = Set(table[..<position].map(\.name))
            let below = module.uses.intersection(table.map(\.name)).subtracting(above)
            #expect(below.isEmpty, "\(module.name) uses \(below.sorted()), which stand below it")
        }
    }

    @Test("a file imports only what Package.swift gives its module")
    func importsAreDeclared() throws {
        let table = try Repository.moduleTable()
        let ours = Set(table.map(\.name))
        let importLine = #/^(?:@\w+ )?(?:(?:public|package|internal|private|fileprivate) )?import (?:\w+ )?(\w+)/#
        var seen = 0
        for file in try Repository.swiftFiles(below: "Sources") {
            let allowed = table.first { $0.name == file.target }?.uses ?? []
            for line in file.lines {
                guard let match = line.firstMatch(of: importLine) else { continue }
                let name = String(match.output.1)
                guard ours.contains(name) else { continue }
                seen += 1
                #expect(allowed.contains(name), "\(file.path) imports \(name)")
            }
        }
        #expect(seen > 50, "only \(seen) imports between modules were found: is the pattern right?")
    }

    @Test("FFmpeg is visible only in Media, OpenSSL, libsrtp and usrsctp only in PeerTransport")
    func systemLibrariesStayInside() throws {
        let homes = [
            "CFFmpeg": "Media", "COpenSSL": "PeerTransport", "CSRTP": "PeerTransport", "CUSRSCTP": "PeerTransport",
            "CPangoCairo": "Compositor", "CSQLite": "Persistence",
        ]
        for module in try Repository.moduleTable() {
            for (library, home) in homes where module.uses.contains(library) {
                #expect(module.name == home, "\(module.name) uses \(library), which belongs to \(home)")
            }
        }
    }
}
