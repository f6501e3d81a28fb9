/// What encodes one layer: on the spot in tests, on a thread of its own in sessions.
protocol EncoderLane: AnyObject {
    /// Encodes a picture and sends it, now or soon.
    func encode(_ picture: LayerPicture)
    /// Nobody watches: the encoder is given up until the next picture, which will be a key frame.
    func pause()
    /// Nothing follows; returns when everything was encoded.
    func finish()
}
