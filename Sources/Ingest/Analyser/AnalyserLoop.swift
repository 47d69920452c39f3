import GStreamer
import Glibc
import Inspection
import Synchronization

/// The supervising thread of an analyser: does what ``AnalyserSession`` decides.
struct AnalyserLoop: ~Copyable {
    static let variable = "FLYONCE_ANALYSER_SOCKET"
    static let readBytes = 64 << 10
    /// Lines of its output that are passed on in ``printedSeconds``.
    static let printedLines = 20
    static let printedSeconds = 10.0
    /// Lines that mean nothing in the same time, beyond which it is taken for mad: they cost the gateway its time.
    static let nonsenseLines = 1000

    private let analyser: Analyser
    private var session: AnalyserSession
    private var memory: AnalyserMemory?
    private var child: ChildProcess?
    private var isSocketOpen = false
    private var isOutputOpen = false
    private var lines: AnalyserLines
    private var printed = AnalyserLines(limit: 2000)
    private var nonsense = AnalyserPrinting(lines: nonsenseLines, seconds: printedSeconds)
    private var printing = AnalyserPrinting(lines: printedLines, seconds: printedSeconds)
    /// Of this process: mostly why it ended.
    private var lastLine: String?
    private var orders: [Int: Analyser.Order] = [:]
    private var outgoing: [UInt8] = []

    init(_ analyser: Analyser) {
        self.analyser = analyser
        lines = AnalyserLines(limit: analyser.options.lineBytes)
        session = AnalyserSession(
            options: analyser.options, keepsAll: !analyser.isLive, now: analyser.clock.monotonicNanoseconds)
    }

    private var now: Int64 { analyser.clock.monotonicNanoseconds }

    /// Blocks until the analyser was told to stop and its process is gone.
    consuming func run() {
        while true {
            let (fresh, isStopping) = analyser.shared.withLock { shared in
                defer { shared.orders = [] }
                return (shared.orders, shared.isStopping)
            }
            for order in fresh {
                orders[order.id] = order
                perform(session.submit(order.id, now: now))
            }
            if isStopping { perform(session.stop(now: now)) }
            perform(session.tick(now: now))
            serve()
            if session.phase == .stopped { break }
            let isReady = session.isReady
            analyser.shared.withLock { $0.isReady = isReady }
            rest()
        }
        analyser.shared.withLock { $0.isReady = false }
    }

    private func rest() {
        let wait = min(session.wait(now: now) ?? 1, 1)
        guard let child else { return analyser.wake.wait(atMost: wait) }
        // A child that closed both its ends is about to be seen to end.
        child.wait(
            for: analyser.wake, isWriting: !outgoing.isEmpty, isSocketOpen: isSocketOpen, isOutputOpen: isOutputOpen,
            atMost: isSocketOpen ? wait : min(wait, 0.01))
    }

    private mutating func perform(_ actions: [AnalyserSession.Action]) {
        for action in actions {
            switch action {
            case .start: start()
            case .end: child?.signal(SIGTERM)
            case .kill: child?.signal(SIGKILL)
            case .send(let id): send(id)
            case .accept(let id):
                memory?.free(id)
                orders[id] = nil
            case .lost(let id):
                orders[id] = nil
                analyser.count("analyser_frames_dropped")
                analyser.tell(.lost(id))
            case .unasked:
                analyser.count("analyser_unasked_answers")
                refuse()
            case .hung(let seconds):
                analyser.count("analyser_hangs")
                analyser.notice(.hung(seconds: seconds))
            case .restsFor: break
            }
        }
    }

    // MARK: The process

    private mutating func start() {
        do {
            if memory == nil {
                memory = try AnalyserMemory(
                    in: analyser.options.sharedMemory, source: analyser.name, slots: max(analyser.options.queue, 1))
            }
            let started = try ChildProcess(analyser.options.command, socketVariable: Self.variable)
            child = started
            isSocketOpen = true
            isOutputOpen = true
            outgoing = []
            lines = AnalyserLines(limit: analyser.options.lineBytes)
            printed = AnalyserLines(limit: 2000)
            lastLine = nil
            nonsense = AnalyserPrinting(lines: Self.nonsenseLines, seconds: Self.printedSeconds)
            analyser.shared.withLock { $0.process = started.identifier }
            analyser.notice(.started(process: started.identifier))
        } catch {
            analyser.notice(.cannotStart("\(error)"))
            over(status: nil)
        }
    }

    private mutating func over(status: Int32?) {
        child = nil
        outgoing = []
        memory?.freeAll()
        let actions = session.exited(fraction: Double.random(in: 0...1), now: now)
        analyser.shared.withLock { shared in
            shared.process = nil
            shared.isReady = false
            shared.counters["analyser_restarts"] = Int64(session.restarts)
        }
        for case .restsFor(let seconds) in actions {
            guard let status else { continue }
            analyser.notice(
                .ended(status: status, lastLine: lastLine, restartIn: session.isGivenUp ? nil : seconds))
        }
        perform(actions)
    }

    private mutating func serve() {
        guard let child else { return }
        // Its end is looked for first: what it had sent before it is then all there to be read.
        let status = child.exitStatus
        hear(child)
        listen(child)
        flush(child)
        guard let status else { return }
        var rest: [ArraySlice<UInt8>] = []
        printed.finish { rest.append($0) }
        for line in rest { note(line) }
        over(status: status)
    }

    // MARK: The socket

    private mutating func send(_ id: Int) {
        guard let order = orders[id], let memory else { return }
        do {
            guard let place = try memory.lay(order.picture, for: id) else { return giveUp("no free slot") }
            outgoing += AnalyserFrameLine.text(id: id, source: analyser.name, metadata: order.metadata, place: place)
            analyser.count("analyser_frames")
            if let child { flush(child) }
        } catch {
            giveUp("the picture cannot be laid into \(analyser.options.sharedMemory): \(error)")
        }
    }

    /// Without pictures there is nothing to be had of it: begin anew after a rest.
    private mutating func giveUp(_ reason: String) {
        analyser.notice(.cannotStart(reason))
        perform(session.brokeOff(now: now))
    }

    private mutating func flush(_ child: ChildProcess) {
        guard isSocketOpen, !outgoing.isEmpty else { return }
        guard let sent = child.send(outgoing[...]) else { return close() }
        outgoing.removeFirst(min(sent, outgoing.count))
    }

    private mutating func close() {
        guard isSocketOpen else { return }
        isSocketOpen = false
        outgoing = []
        perform(session.brokeOff(now: now))
    }

    /// At most a few pieces a turn, so that a flood of lines does not keep the rest from its turn.
    private mutating func hear(_ child: ChildProcess) {
        for _ in 0..<16 where isSocketOpen {
            guard let bytes = child.receive(Self.readBytes) else { return close() }
            if bytes.isEmpty { return }
            var replies: [AnalyserReply?] = []
            let tooLong = lines.tooLong
            lines.append(bytes) { replies.append(analyser.interpret($0)) }
            analyser.count("analyser_bad_lines", by: Int64(lines.tooLong - tooLong + replies.count { $0 == nil }))
            for reply in replies {
                if let reply { take(reply) } else { refuse() }
            }
        }
    }

    private mutating func take(_ reply: AnalyserReply) {
        switch reply {
        case .hello(let hello):
            let actions = session.hello(now: now)
            if session.isReady {
                analyser.shared.withLock { $0.labels = hello.labels }
                analyser.notice(.ready(hello))
            }
            perform(actions)
        case .answer(let id, let objects):
            let actions = session.answered(id, now: now)
            if actions.contains(.accept(id)) {
                analyser.count("analyser_answers")
                analyser.tell(.answered(id, objects: objects))
            }
            perform(actions)
        }
    }

    private mutating func refuse() {
        guard isSocketOpen, !nonsense.admit(now: now).isPassed else { return }
        analyser.notice(.floods)
        close()
    }

    // MARK: What it prints

    private mutating func listen(_ child: ChildProcess) {
        for _ in 0..<4 where isOutputOpen {
            guard let bytes = child.printed(Self.readBytes) else {
                isOutputOpen = false
                return
            }
            if bytes.isEmpty { return }
            var texts: [ArraySlice<UInt8>] = []
            printed.append(bytes) { texts.append($0) }
            for text in texts { note(text) }
        }
    }

    private mutating func note(_ line: ArraySlice<UInt8>) {
        if line.contains(where: { $0 > 0x20 }) { lastLine = String(decoding: line.prefix(500), as: UTF8.self) }
        let (isPassed, leftOut) = printing.admit(now: now)
        if leftOut > 0 { analyser.notice(.leftOut(leftOut)) }
        if isPassed { analyser.notice(.printed(String(decoding: line, as: UTF8.self))) }
    }
}

/// How much of what an analyser prints is passed on: so many lines in so much time.
struct AnalyserPrinting: Sendable {
    private let lines: Int
    private let span: Int64
    private var begin: Int64?
    private var passed = 0
    private var leftOut = 0

    init(lines: Int, seconds: Double) {
        self.lines = lines
        span = Int64(min(max(seconds, 0), 86_400) * 1e9)
    }

    /// Whether this line is passed on, and how many before it were not.
    mutating func admit(now: Int64) -> (isPassed: Bool, leftOut: Int) {
        var missed = 0
        if begin.map({ now &- $0 >= span }) ?? true {
            begin = now
            passed = 0
            missed = leftOut
            leftOut = 0
        }
        guard passed < lines else {
            leftOut += 1
            return (false, 0)
        }
        passed += 1
        return (true, missed)
    }
}
