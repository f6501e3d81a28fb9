/// Header extensions of a packet that are passed on as they are.
package struct PassedExtensions: Sendable {
    /// What the packet's frame depends on (AV1 RTP specification, appendix A).
    package var dependencyDescriptor: [UInt8]?
    /// When the frame was captured (`abs-capture-time`).
    package var absCaptureTime: [UInt8]?
    /// How the picture is turned (3GPP TS 26.114 §7.4.5).
    package var videoOrientation: UInt8?

    /// None.
    package init() {}
}
