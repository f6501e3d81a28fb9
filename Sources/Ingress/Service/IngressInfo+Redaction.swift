import LiveKitProtocol

extension Livekit_IngressInfo {
    /// The same without secrets, as webhooks tell it: the stream key as `{stream_key}`, a pulled URL without credentials.
    ///
    /// Who calls the API with the grant `ingressAdmin` gets both, since there is no other way to learn a key; webhooks go through
    /// other hands and their logs, and `ingress_id` names the ingress there.
    func redacted() -> Livekit_IngressInfo {
        var info = self
        if !streamKey.isEmpty { info.streamKey = "{stream_key}" }
        if inputType == .urlInput { info.url = (try? PulledURL(url))?.redacted ?? "{url}" }
        return info
    }
}
