@testable import FlightSimulator

/// The scenarios that come with the program, found beside the tests.
enum Shipped {
    static func path(_ name: String) -> String {
        let tests = String(#filePath).split(separator: "/").dropLast(3)
        return "/" + tests.joined(separator: "/") + "/Models/scenarios/" + name + ".yaml"
    }

    static func tiny() throws -> Scenario { try Scenario.load(path("tiny")) }

    /// Without any error of pose or analyser.
    static func exact(_ name: String) throws -> Scenario {
        var scenario = try Scenario.load(path(name))
        scenario.poseNoise = .init()
        scenario.timingOffset = 0
        scenario.analyser.boxNoise = 0
        scenario.analyser.missRate = 0
        scenario.analyser.wrongLabelRate = 0
        scenario.analyser.falsePositivesPerMinute = 0
        return scenario
    }
}
