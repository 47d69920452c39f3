import Foundation

/// Analysers to try the seam with.
enum AnalyserScripts {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    static let recipe = root.appending(path: "deploy/analyser").path
    static let python = "/usr/bin/env"

    /// Makes a model in the form of YOLOv8's output that finds what is as red as can be.
    static let model = root.appending(path: "Tests/Proofs/red_model.py").path
    /// Finds the red square with the standard library alone, or misbehaves as its second argument says.
    static let plain = root.appending(path: "Tests/Proofs/red_analyser.py").path

    /// True when Python can import all of these.
    static func hasPython(_ modules: String...) -> Bool {
        run(["python3", "-c", "import " + modules.joined(separator: ", ")]) == 0
    }

    static func run(_ arguments: [String]) -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return -1 }
        process.waitUntilExit()
        return process.terminationStatus
    }
}
