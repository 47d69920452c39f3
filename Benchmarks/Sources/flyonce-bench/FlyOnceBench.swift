import Foundation

/// Measures the parts of FlyOnce that need no other process, each against an anchor in the same run.
///
///     flyonce-bench [--json] [--stream FILE.ts] [--klvdata PYTHON] [--cel PYTHON] [--shapely PYTHON] [--models DIR] [--anchors DIR] [--scratch DIR]
///     flyonce-bench --write-packets DIR COUNT
///     flyonce-bench --klv-packets COUNT
///     flyonce-bench --recall COUNT [--scratch DIR] [--keep]
///     flyonce-bench --store [--scratch DIR]
///     flyonce-bench --restart COUNT [--scratch DIR]
///     flyonce-bench --forward COUNT [--scratch DIR]
///     flyonce-bench --transfer COUNT [--scratch DIR]
///     flyonce-bench --backlog COUNT [--scratch DIR]
///     flyonce-bench --rule-frames COUNT [--models DIR]
@main struct FlyOnceBench {
    static func main() async {
        do {
            try await run(Options(CommandLine.arguments.dropFirst()))
        } catch {
            FileHandle.standardError.write(Data("flyonce-bench: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func run(_ options: Options) async throws {
        if let (folder, count) = options.packets { return try writePackets(count, to: folder) }
        if let count = options.decoded {
            // For those who count what it allocates: nothing else is done.
            _ = try KLVFigures.pass([try SamplePacket.bytes(at: SamplePacket.start)], repetitions: count)
            return
        }
        if let count = options.recalled {
            return print(try await RecallFigures(scratch: options.scratch, count: count, keeps: options.keeps).report())
        }
        if let count = options.restarted {
            return try await RestartFigures(scratch: options.scratch, count: count).report().forEach { print($0) }
        }
        if let count = options.forwarded {
            return try await ForwardFigures(scratch: options.scratch, count: count, isBacklog: options.isBacklog)
                .report().forEach { print($0) }
        }
        if let count = options.transferred {
            return try await TransferFigures(scratch: options.scratch, count: count).report().forEach { print($0) }
        }
        if options.storeAlone {
            for figure in try await StoreFigures(scratch: options.scratch).figures() {
                print(options.json ? figure.json : figure.line)
            }
            return
        }
        if let count = options.classified { return try RuleFigures(models: options.models).classify(count) }
        func show(_ figures: [Figure]) {
            for figure in figures { print(options.json ? figure.json : figure.line) }
            fflush(nil)
        }
        show(
            try await KLVFigures(python: options.klvdata, script: options.anchors + "/klvdata_packets.py").figures())
        show(try await AnalysisFigures().figures())
        show(
            try await ExpressionFigures(python: options.cel, script: options.anchors + "/cel_rule.py").figures())
        show(try await RuleFigures(models: options.models).figures())
        show(
            try await AreaFigures(
                python: options.shapely, script: options.anchors + "/shapely_areas.py", scratch: options.scratch
            ).figures())
        if let stream = options.stream { show(try await TransportFigures(stream: stream).figures()) }
        show(try await StoreFigures(scratch: options.scratch).figures())
    }

    /// A file a packet, ten a second of flight: what a multiplexer is fed from.
    private static func writePackets(_ count: Int, to folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for (index, bytes) in try SamplePacket.stream(count, from: SamplePacket.start).enumerated() {
            try Data(bytes).write(to: URL(filePath: "\(folder)/\(10_000 + index).klv"))
        }
    }
}

struct Options {
    var json = false
    var stream: String?
    var klvdata: String?
    var cel: String?
    var shapely: String?
    var models = "../Models"
    var anchors = "Anchors"
    var scratch = ".build/bench"
    var packets: (folder: String, count: Int)?
    var decoded: Int?
    var classified: Int?
    var recalled: Int?
    var storeAlone = false
    var restarted: Int?
    var forwarded: Int?
    var transferred: Int?
    var isBacklog = false
    var keeps = false

    init(_ arguments: some Sequence<String>) throws {
        var rest = arguments.makeIterator()
        func value(_ option: String) throws -> String {
            guard let value = rest.next() else { throw BenchError("\(option) needs a value") }
            return value
        }
        while let option = rest.next() {
            switch option {
            case "--json": json = true
            case "--stream": stream = try value(option)
            case "--klvdata": klvdata = try value(option)
            case "--cel": cel = try value(option)
            case "--shapely": shapely = try value(option)
            case "--recall":
                guard let count = Int(try value(option)), (1000...10_000_000).contains(count) else {
                    throw BenchError("\(option) needs a count of 1000 to 10000000")
                }
                recalled = count
            case "--store": storeAlone = true
            case "--restart":
                guard let count = Int(try value(option)), (1000...10_000_000).contains(count) else {
                    throw BenchError("\(option) needs a count of 1000 to 10000000")
                }
                restarted = count
            case "--forward", "--backlog":
                guard let count = Int(try value(option)), (1000...10_000_000).contains(count) else {
                    throw BenchError("\(option) needs a count of 1000 to 10000000")
                }
                forwarded = count
                isBacklog = option == "--backlog"
            case "--transfer":
                guard let count = Int(try value(option)), (1000...10_000_000).contains(count) else {
                    throw BenchError("\(option) needs a count of 1000 to 10000000")
                }
                transferred = count
            case "--keep": keeps = true
            case "--rule-frames":
                guard let count = Int(try value(option)), (1...1_000_000).contains(count) else {
                    throw BenchError("\(option) needs a count of 1 to 1000000")
                }
                classified = count
            case "--models": models = try value(option)
            case "--anchors": anchors = try value(option)
            case "--scratch": scratch = try value(option)
            case "--write-packets":
                let folder = try value(option)
                guard let count = Int(try value(option)), (1...90_000).contains(count) else {
                    throw BenchError("\(option) needs a folder and a count of 1 to 90000")
                }
                packets = (folder, count)
            case "--klv-packets":
                guard let count = Int(try value(option)), (1...10_000_000).contains(count) else {
                    throw BenchError("\(option) needs a count of 1 to 10000000")
                }
                decoded = count
            default: throw BenchError("no such option: \(option)")
            }
        }
    }
}
