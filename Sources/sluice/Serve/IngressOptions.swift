import ArgumentParser

/// The flags that say where publishers come in.
struct IngressOptions: ParsableArguments {
    @Option(help: "TCP port of RTMP publishers, 0 for a free one, or off (default 1935).")
    var rtmpPort: InputPort?

    @Option(help: "TCP port of WHIP publishers, 0 for a free one, or off (default 8080).")
    var whipPort: InputPort?
}
