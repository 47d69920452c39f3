import Foundation

/// Anchors that are measured in Python.
enum PythonAnchor {
    /// The words that a script prints.
    static func words(_ python: String, _ script: String, _ arguments: String...) throws -> [String] {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: python)
        process.arguments = [script] + arguments
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw BenchError("\(script) failed") }
        return text.split(whereSeparator: \.isWhitespace).map(String.init)
    }

    /// Of the words that a script prints, the one that is nanoseconds: the first.
    static func nanoseconds(in words: [String], of script: String) throws -> Double {
        guard let value = words.first.flatMap(Double.init) else { throw BenchError("\(script) printed no number") }
        return value
    }
}
