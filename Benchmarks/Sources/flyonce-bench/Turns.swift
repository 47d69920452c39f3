/// Runs ours and the anchor in turns, so that whatever else the machine does falls on both, and takes the medians.
struct Turns {
    static let rounds = 5

    /// Each closure runs once and answers what it measured.
    static func figure(
        _ name: String, unit: String, better: Figure.Better = .less, against anchorName: String,
        ours: () async throws -> Double, anchor: (() async throws -> Double)? = nil
    ) async throws -> Figure {
        var mine: [Double] = []
        var theirs: [Double] = []
        for _ in 0..<rounds {
            mine.append(try await ours())
            if let anchor { theirs.append(try await anchor()) }
        }
        return Figure(
            name: name, unit: unit, ours: median(mine), anchor: theirs.isEmpty ? nil : median(theirs),
            anchorName: anchorName, better: better)
    }

    /// Seconds that `work` takes.
    static func seconds(_ work: () async throws -> Void) async rethrows -> Double {
        let start = ContinuousClock.now
        try await work()
        return (ContinuousClock.now - start) / .seconds(1)
    }

    /// The same for work that never waits.
    static func seconds(_ work: () throws -> Void) rethrows -> Double {
        let start = ContinuousClock.now
        try work()
        return (ContinuousClock.now - start) / .seconds(1)
    }

    private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}

/// A measurement whose work did not do what it should have.
struct BenchError: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }

    static func check(_ condition: Bool, _ what: @autoclosure () -> String) throws {
        if !condition { throw BenchError(what()) }
    }
}
