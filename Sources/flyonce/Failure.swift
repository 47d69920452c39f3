import ArgumentParser
import Foundation
import Inspection

/// An end of a command that its user must act on: one sentence, and the exit code of sysexits.h.
struct Failure: Error, CustomStringConvertible {
    enum Code: Int32 {
        case failed = 1
        case usage = 2
        /// EX_DATAERR: the input is not what it should be.
        case badInput = 65
        /// EX_UNAVAILABLE: something needed is not there.
        case unavailable = 69
        /// EX_CONFIG.
        case badConfig = 78
    }

    var code: Code
    var description: String
    /// A line for each thing that is wrong, each beginning with its file, as editors read them.
    var isListed = false

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    /// What is wrong with files.
    static func listed(_ lines: String) -> Failure {
        var failure = Failure(.badConfig, lines)
        failure.isListed = true
        return failure
    }
}

extension Failure {
    /// What the store said, as the end of a command.
    init(_ error: StoreError) {
        let code: Code =
            switch error.kind {
            case .locked, .full, .unreadable, .invalid: .unavailable
            case .damaged, .newerFormat: .badInput
            case .io, .notFound: .failed
            }
        self.init(code, error.hint.isEmpty ? error.description : "\(error.description) (\(error.hint))")
    }

    /// Why a running daemon ended.
    init(running error: any Error) {
        if let failure = error as? Failure {
            self = failure
        } else {
            self.init(.failed, "The daemon ended: \(error)")
        }
    }
}

/// Writes a line for people. Results go to standard output by ``printLine(_:)``, everything else here.
func say(_ text: String) { writeComplaint(Data((text + "\n").utf8)) }

func printLine(_ text: String) { writeOutput(Data((text + "\n").utf8)) }

func printLine(_ bytes: [UInt8]) { writeOutput(Data(bytes + [10])) }

/// To standard error. What nobody reads is dropped.
func writeComplaint(_ data: Data) { try? FileHandle.standardError.write(contentsOf: data) }

/// To standard output. Where nobody reads it any more (`| head`) the process ends without a word, with the code that a shell
/// gives an end by SIGPIPE: libraries of live inputs ignore that signal, which then ends nothing by itself.
func writeOutput(_ data: Data) {
    do {
        try FileHandle.standardOutput.write(contentsOf: data)
    } catch {
        if FileFault.code(of: error) == EPIPE { _exit(128 + SIGPIPE) }
        say("flyonce: standard output cannot be written: \(FileFault.reason(of: error)).")
        _exit(Failure.Code.failed.rawValue)
    }
}
