// swift-tools-version: 6.2
import PackageDescription

// The module table of ARCHITECTURE.md. A module may use only modules listed above it; `ArchitectureTests` holds the
// imports in `Sources/` to this table.

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioWebSocket: Target.Dependency = .product(name: "NIOWebSocket", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let protobuf: Target.Dependency = .product(name: "SwiftProtobuf", package: "swift-protobuf")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let coreMetrics: Target.Dependency = .product(name: "CoreMetrics", package: "swift-metrics")
let httpClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")

func library(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

func tests(of name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: [.target(name: name)] + dependencies,
        resources: resources,
        swiftSettings: strict
    )
}

let systemLibraries: [Target] = [
    .systemLibrary(name: "CFFmpeg", pkgConfig: "libavformat libavcodec libswresample libswscale libavutil"),
    .systemLibrary(name: "CYUV"),
    .systemLibrary(name: "CSRTP", pkgConfig: "libsrtp2"),
    .systemLibrary(name: "COpenSSL", pkgConfig: "openssl"),
    .systemLibrary(name: "CUSRSCTP", pkgConfig: "usrsctp"),
    .systemLibrary(name: "CPangoCairo", pkgConfig: "pangocairo"),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib"),
    // Without pkgConfig: SwiftPM warns of a flag in hiredis.pc, and the module map says what there is to link.
    .systemLibrary(name: "CHiredis"),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3"),
]

let modules: [Target] = [
    .target(
        name: "LiveKitProtocol",
        dependencies: [protobuf, crypto],
        exclude: ["Protos"],
        swiftSettings: strict
    ),
    library("MediaWire"),
    library("PeerTransport", ["MediaWire", "CSRTP", "COpenSSL", "CUSRSCTP", logging]),
    library("PeerTransportNIO", ["PeerTransport", "MediaWire", nioCore, nioPosix, logging]),
    library("Forwarding", ["MediaWire"]),
    library("Signaling", ["LiveKitProtocol", "MediaWire", protobuf]),
    library("Media", ["MediaWire", "CFFmpeg", "CYUV"]),
    library("Scene", [yams], resources: [.embedInCode("Layouts")]),
    library("Compositor", ["Scene", "Media", "MediaWire", "CPangoCairo", "CYUV"]),
    library(
        "Storage",
        ["MediaWire", httpClient, nioCore, nioPosix, nioHTTP1, crypto, cryptoExtras, logging]
    ),
    library(
        "MessageBus",
        ["LiveKitProtocol", "MediaWire", "CHiredis", nioCore, nioPosix, nioSSL, crypto, protobuf, logging]
    ),
    library("Persistence", ["CSQLite"]),
    library("Settings", ["MessageBus", yams, logging]),
    library("JobProcess", ["MediaWire", logging]),
    library("Observability", [metrics, coreMetrics, nioCore, nioPosix, nioHTTP1, logging]),
    library(
        "RoomClient",
        [
            "Signaling", "PeerTransportNIO", "PeerTransport", "MediaWire", "LiveKitProtocol", nioCore, nioPosix,
            nioHTTP1,
            nioWebSocket, nioSSL, protobuf, logging,
        ]
    ),
    library(
        "RoomServer",
        [
            "Forwarding", "Signaling", "PeerTransportNIO", "PeerTransport", "MessageBus", "Settings", "MediaWire",
            "LiveKitProtocol",
            "CZlib", nioCore, nioPosix, nioHTTP1, nioWebSocket, protobuf, lifecycle, logging, httpClient, yams,
        ]
    ),
    library(
        "Egress",
        [
            "RoomClient", "PeerTransportNIO", "Compositor", "Scene", "Media", "Storage", "MessageBus", "Settings",
            "Observability", "Persistence", "JobProcess",
            "LiveKitProtocol", "MediaWire", yams, nioCore, nioPosix, nioHTTP1, nioWebSocket, nioSSL,
            httpClient,
            metrics, protobuf, lifecycle, logging,
        ],
        resources: [.embedInCode("Pipelines")]
    ),
    library(
        "Ingress",
        [
            "RoomClient", "PeerTransportNIO", "PeerTransport", "Media", "MessageBus", "Settings", "Observability",
            "Persistence", "JobProcess", "LiveKitProtocol", "MediaWire", yams, nioCore, nioPosix, nioHTTP1, nioSSL,
            metrics, protobuf, lifecycle, logging,
        ],
        resources: [.embedInCode("Pipelines")]
    ),
    library("TestKit", ["MediaWire", "PeerTransport", "Media", "LiveKitProtocol"]),
    .executableTarget(
        name: "sluice",
        dependencies: [
            "RoomServer", "RoomClient", "Egress", "Ingress", "MessageBus", "Settings", "Observability", "Media",
            "Scene",
            "Compositor",
            "LiveKitProtocol", "MediaWire",
            "PeerTransportNIO",
            "Storage", arguments, lifecycle, signals, logging, yams, nioCore, nioPosix, nioHTTP1, protobuf, httpClient,
        ],
        swiftSettings: strict
    ),
]

let testTargets: [Target] = [
    .testTarget(name: "ArchitectureTests", swiftSettings: strict),
    tests(of: "LiveKitProtocol", [protobuf]),
    tests(of: "MediaWire"),
    tests(of: "PeerTransport", ["MediaWire", "TestKit"]),
    tests(of: "PeerTransportNIO", ["PeerTransport", "MediaWire", nioCore, nioPosix]),
    tests(of: "Forwarding", ["MediaWire"]),
    tests(of: "Signaling", ["LiveKitProtocol", "MediaWire", protobuf]),
    tests(of: "Media", ["MediaWire", "TestKit"]),
    tests(of: "Scene"),
    tests(of: "Compositor", ["Scene", "Media", "MediaWire", "TestKit"]),
    tests(
        of: "Storage",
        ["MediaWire", "TestKit", httpClient, nioCore, nioPosix, nioHTTP1, crypto, cryptoExtras, logging]
    ),
    tests(of: "Settings", ["MessageBus"]),
    tests(of: "JobProcess", ["MediaWire", logging]),
    tests(of: "Observability", [metrics, coreMetrics, nioCore, nioPosix, logging]),
    tests(of: "MessageBus", ["LiveKitProtocol", "MediaWire", "TestKit", protobuf, nioCore, nioPosix, logging]),
    tests(
        of: "RoomClient",
        [
            "RoomServer", "Signaling", "PeerTransport", "PeerTransportNIO", "MediaWire", "LiveKitProtocol", nioCore,
            nioPosix, nioHTTP1, nioWebSocket, protobuf, logging,
        ]
    ),
    tests(
        of: "RoomServer",
        [
            "Forwarding", "Signaling", "PeerTransport", "PeerTransportNIO", "Settings", "MediaWire", "LiveKitProtocol",
            nioCore,
            nioPosix, protobuf, logging, httpClient,
        ]
    ),
    tests(
        of: "Egress",
        [
            "RoomClient", "Compositor", "Scene", "Media", "Storage", "MessageBus", "Settings", "Observability",
            "JobProcess", "LiveKitProtocol",
            "MediaWire", "TestKit", nioCore, nioPosix, nioHTTP1, nioWebSocket, httpClient, logging, protobuf,
        ]
    ),
    tests(
        of: "Ingress",
        [
            "RoomServer", "RoomClient", "PeerTransport", "PeerTransportNIO", "Media", "MessageBus", "Settings",
            "Observability", "JobProcess", "LiveKitProtocol", "MediaWire", "TestKit", nioCore, nioPosix, nioHTTP1,
            nioSSL, protobuf,
            logging,
        ]
    ),
]

// MARK: - Building a part

/// `SLUICE_PART=MediaWire,MediaWireTests swift build` builds those targets and what they need, nothing else:
/// minutes saved while working on one module.
///
/// CONTRIBUTING.md says how it is meant to be used.
func part(_ all: [Target], named names: [String]) -> [Target] {
    var wanted = Set<String>()
    var queue = names
    while let name = queue.popLast() {
        guard wanted.insert(name).inserted, let target = all.first(where: { $0.name == name }) else { continue }
        for dependency in target.dependencies {
            switch dependency {
            case .byNameItem(let name, _), .targetItem(let name, _): queue.append(name)
            default: break
            }
        }
    }
    return all.filter { wanted.contains($0.name) }
}

let everything = systemLibraries + modules + testTargets
let targets: [Target] =
    if let names = Context.environment["SLUICE_PART"] {
        part(everything, named: names.split(separator: ",").map(String.init))
    } else {
        everything
    }

let packages: [(product: [String], dependency: Package.Dependency)] = [
    (["swift-nio"], .package(url: "https://github.com/apple/swift-nio", from: "2.101.2")),
    (["swift-nio-ssl"], .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6")),
    (["swift-protobuf"], .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0")),
    (["swift-crypto"], .package(url: "https://github.com/apple/swift-crypto", from: "4.1.0")),
    (["Yams"], .package(url: "https://github.com/jpsim/Yams", from: "6.2.2")),
    (["swift-log"], .package(url: "https://github.com/apple/swift-log", from: "1.16.2")),
    (
        ["swift-service-lifecycle"],
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0")
    ),
    (["swift-argument-parser"], .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")),
    (["swift-metrics"], .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0")),
    (["async-http-client"], .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0")),
]

let usedPackages = Set(
    targets.flatMap(\.dependencies).compactMap { dependency -> String? in
        if case .productItem(_, let package, _, _) = dependency { package } else { nil }
    }
)

let package = Package(
    name: "sluice",
    platforms: [.macOS(.v15)],
    products: targets.contains { $0.name == "sluice" } ? [.executable(name: "sluice", targets: ["sluice"])] : [],
    dependencies: packages.filter { !usedPackages.isDisjoint(with: $0.product) }.map(\.dependency),
    targets: targets
)
