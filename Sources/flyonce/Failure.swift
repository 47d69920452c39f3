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

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
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
func say(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
}

func printLine(_ text: String) {
    FileHandle.standardOutput.write(Data((text + "\n").utf8))
}

func printLine(_ bytes: [UInt8]) {
    FileHandle.standardOutput.write(Data(bytes + [10]))
}
