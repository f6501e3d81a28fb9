/// Makes outputs of their plans.
enum OutputFactory {
    /// The output for a plan.
    ///
    /// All outputs of a job are made with the same context, or copies of it: that is how they share uploads and a manifest.
    static func make(_ plan: OutputPlan, context: OutputContext) throws(JobFailure) -> any RecordingOutput {
        switch plan.kind {
        case .file(let file): try FileOutput(plan: file, output: plan, context: context)
        case .segments(let segments): try SegmentsOutput(plan: segments, output: plan, context: context)
        case .images(let images): try ImagesOutput(plan: images, output: plan, context: context)
        case .stream(let stream): try StreamOutput(plan: stream, output: plan, context: context)
        case .webSocket(let url): try WebSocketOutput(url: url, context: context)
        }
    }
}
