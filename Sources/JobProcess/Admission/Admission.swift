package import MediaWire

/// Decides whether a worker can take another job, and which one has to go when it took too many.
///
/// What is free is the part of the cores that may be given away, less what every running job needs: for its first 15 seconds
/// at least what it is expected to cost, then what it was measured to use. A worker without any job offers all its cores:
/// a single job may be dearer than the part that is given away. Where cores are not counted, on a machine that somebody tries things
/// out on, every job is taken that memory allows, and none has to go because the machine is busy.
package struct Admission: Sendable {
    /// Why a job is not taken.
    package enum Refusal: Sendable, Hashable {
        /// Cores.
        case cpu(needed: Double, available: Double)
        /// Bytes.
        case memory(needed: Int64, available: Int64)

        /// What is needed and what there is, for the log.
        package var numbers: (needed: String, available: String) {
            switch self {
            case .cpu(let needed, let available): ("\(needed) cores", "\(available) cores")
            case .memory(let needed, let available): ("\(needed) bytes", "\(available) bytes")
            }
        }

        /// LiveKit's text where it has one.
        package var text: String {
            switch self {
            case .cpu: "not enough CPU"
            case .memory: "not enough memory"
            }
        }
    }

    /// What is to be done about a machine that has too much to do.
    package enum Relief: Sendable, Hashable {
        /// Nothing.
        case none
        /// End this job in good order: it uses the most beyond what it was expected to.
        case stop(String)
        /// End it at once: it was asked to, and had its time.
        case kill(String)
        /// End it at once: it uses the most memory, and all of it is used.
        case killForMemory(String, bytes: Int64)
    }

    private struct Running {
        var cost: Double
        var since: Instant
        var measured: ProcessUsage?
        var stopAsked: Instant?
    }

    /// How long a job counts with its expected cost: until it is in full swing (LiveKit's value).
    package static let holdTime = Duration.seconds(15)
    /// A machine this busy is overloaded (LiveKit's value).
    package static let overload = 0.95
    /// The part of the cores that the jobs themselves have to use by then: to end one because of what others do on the
    /// machine would help nobody.
    package static let ownShare = 0.5
    /// How many measurements in a row have to show it (LiveKit's value; they are a second apart).
    package static let overloadMeasurements = 10
    /// Kept free beside what jobs are expected to need (LiveKit's value).
    package static let memoryHeadroom: Int64 = 1 << 30

    private let cores: Double
    private let limits: AdmissionLimits
    /// Whether cores are counted at all.
    private let countsCores: Bool
    private var running: [String: Running] = [:]
    private var overloaded = 0

    /// A worker that has nothing to do.
    package init(cores: Double, limits: AdmissionLimits, countsCores: Bool = true) {
        self.countsCores = countsCores
        self.cores = cores
        self.limits = limits
    }

    /// Whether a job is running or being started.
    package var isIdle: Bool { running.isEmpty }

    /// Cores that can be given away.
    package func available(at now: Instant) -> Double {
        guard !running.isEmpty else { return cores }
        return cores * limits.maximumUtilization - running.values.reduce(0) { $0 + Self.need(of: $1, at: now) }
    }

    /// Why a job of this cost cannot be taken; nil if it can.
    package func refusal(ofCost cost: Double, at now: Instant) -> Refusal? {
        let available = available(at: now)
        if countsCores, available < cost { return .cpu(needed: cost, available: available) }
        guard limits.maximumMemory > 0 else { return nil }
        let pending = running.values.reduce(Int64(0)) { sum, job in
            let measured = job.measured?.memory ?? 0
            return sum + (now - job.since < Self.holdTime ? max(measured, limits.memory) : measured)
        }
        let left = limits.maximumMemory - pending - Self.memoryHeadroom
        return left < limits.memory ? .memory(needed: limits.memory, available: max(0, left)) : nil
    }

    /// How willing the worker is to take a job of this cost: the affinity of its offer.
    ///
    /// One that already records is the better choice, so that idle ones can be taken away.
    package func affinity(forCost cost: Double, at now: Instant) -> Float {
        if refusal(ofCost: cost, at: now) != nil { return -1 }
        return running.isEmpty ? 0.5 : 1
    }

    /// A job has been taken.
    package mutating func begin(_ id: String, cost: Double, at now: Instant) {
        running[id] = Running(cost: cost, since: now)
    }

    /// A job is over.
    package mutating func end(_ id: String) {
        running[id] = nil
    }

    /// What every job has used, once a second, and what part of the machine's cores is busy, by whomever.
    package mutating func measured(_ usage: [String: ProcessUsage], load: Double, at now: Instant) -> Relief {
        for (id, usage) in usage { running[id]?.measured = usage }
        if let late = running.first(where: { job in job.value.stopAsked.map { now - $0 >= limits.killGrace } ?? false })
        {
            running[late.key]?.stopAsked = nil
            return .kill(late.key)
        }
        if let relief = memoryRelief() { return relief }
        let own = usage.values.reduce(0) { $0 + $1.cores }
        let isBusy = load > Self.overload && own > cores * Self.ownShare
        // A single job may use all there is: nobody else suffers.
        overloaded = countsCores && isBusy && running.count > 1 ? overloaded + 1 : 0
        guard overloaded >= Self.overloadMeasurements else { return .none }
        overloaded = 0
        let candidates = running.filter { $0.value.stopAsked == nil }
        guard let worst = candidates.max(by: { Self.excess($0.value) < Self.excess($1.value) }) else { return .none }
        running[worst.key]?.stopAsked = now
        return .stop(worst.key)
    }

    private func memoryRelief() -> Relief? {
        guard limits.maximumMemory > 0 else { return nil }
        let all = running.compactMap { job in job.value.measured.map { (id: job.key, bytes: $0.memory) } }
        guard all.reduce(0, { $0 + $1.bytes }) > limits.maximumMemory else { return nil }
        return all.max { $0.bytes < $1.bytes }.map { .killForMemory($0.id, bytes: $0.bytes) }
    }

    private static func need(of job: Running, at now: Instant) -> Double {
        guard let measured = job.measured else { return job.cost }
        return now - job.since < holdTime ? max(job.cost, measured.cores) : measured.cores
    }

    private static func excess(_ job: Running) -> Double { (job.measured?.cores ?? 0) - job.cost }
}
