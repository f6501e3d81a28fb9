import Testing

@testable import Ingress

@Suite("Layers fitted to their source")
struct LayerFittingTests {
}
