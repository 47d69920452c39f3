import ArgumentParser
import Expressions
import Foundation
import Inspection
import Rules
import Settings

struct RulesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules", abstract: "Try conditions and rule packs.",
        subcommands: [Check.self, Test.self, Eval.self, Explain.self, Backtest.self])

    struct Eval: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Evaluate CEL, a line of JSON in and a line out; or try a rule's condition on a frame.",
            discussion: """
                With --frame: says what the condition comes to for each object of the frame, and why. The file is one frame as \
                tests of packs write it, such as {objects: [{label: garbage, confidence: 0.8}]}, perhaps with parameters, areas \
                and registers beside it (docs/rules.md).

                Without it: reads lines {"expr", "bindings": {name: typed}, "container", "disable_macros", "disable_check"} and answers
                {"value": typed} or {"error"}, one line for one line, in order. Typed values: {"int":"1"}, {"string":"a"},
                {"list":[typed…]}, {"map":[[typed, typed]…]}, …
                """)

        @Argument(help: "The condition, in the words of rules; with --frame.") var expression: String?
        @Option(help: "A frame (YAML) as tests of packs write it.", completion: .file()) var frame: String?

        func validate() throws {
            if (expression == nil) != (frame == nil) {
                throw ValidationError("A condition and --frame FILE belong together; without both, lines are read.")
            }
        }

        func run() throws {
            if let expression, let frame {
                do throws(RulesError) {
                    let lines = try ConditionTrial.lines(of: expression, frameAt: frame)
                    if lines.isEmpty { say("the frame has no object that it could be asked of") }
                    for line in lines { printLine(line) }
                    return
                } catch {
                    throw Failure.listed(error.description)
                }
            }
            for line in LineInput() {
                guard let line else {
                    printLine(GeoCommand.Project.error("the line is longer than \(LineInput.limit) bytes"))
                    continue
                }
                if line.allSatisfy(\.isWhitespace) { continue }
                printLine(answer(toLine: line))
            }
        }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say everything that is wrong with rule packs, at once.")

        @Argument(help: "Rule packs (YAML).") var packs: [String]
        @Option(help: "The catalogue of scene types.") var catalogue: String?
        @Option(
            help: "Also check a jurisdiction (cn, or a file); print what it says of each scene type of these packs.")
        var jurisdiction: String?
        @Option(help: "With --jurisdiction: the day whose law counts, such as 2026-08-15; else today.") var day: String?

        func validate() throws {
            if day != nil, jurisdiction == nil { throw ValidationError("--day belongs to --jurisdiction.") }
        }

        func run() throws {
            let rules = try ModelFiles.rules(catalogue: catalogue, packs: packs)
            if let jurisdiction {
                let read = try ModelFiles.jurisdiction(JurisdictionSettings(jurisdiction), catalogue: rules.catalogue)
                for sceneType in Set(rules.summaries.map(\.sceneType)).sorted() {
                    printLine(try read.line(of: sceneType, on: day))
                }
            }
            for warning in rules.warnings { say("warning: \(warning)") }
            let warned = rules.warnings.isEmpty ? "" : ", \(counted(rules.warnings.count, "warning"))"
            say("\(counted(packs.count, "pack")), \(counted(rules.count, "rule")): nothing wrong\(warned)")
        }
    }

    struct Test: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Run the tests inside rule packs, and say which conditions they leave unproved.",
            discussion: """
                A condition is covered when the tests have seen it true and seen it false. Every condition that is not is listed. \
                Failed tests end with 1; conditions that are not covered do not.
                """)

        @Argument(help: "Rule packs (YAML); every shipped one when none is named.") var packs: [String] = []
        @Option(help: "The catalogue of scene types.") var catalogue: String?
        @Option(help: "Also write the results as JUnit XML.", completion: .file()) var junit: String?

        func run() throws {
            let rules: RuleSet
            do throws(Failure) {
                rules = try ModelFiles.rules(catalogue: catalogue, packs: packs)
            } catch {
                do throws(Failure) {
                    try write(PackTestReport.junit(error: error.description))
                } catch let unwritten {
                    say(unwritten.description)
                }
                throw error
            }
            for warning in rules.warnings { say("warning: \(warning)") }
            let report = rules.testReport()
            for line in report.lines { printLine(line) }
            try write(report.junit)
            if !report.failures.isEmpty { throw ExitCode(Failure.Code.failed.rawValue) }
        }

        private func write(_ results: String) throws(Failure) {
            guard let junit else { return }
            let folder = URL(filePath: junit).deletingLastPathComponent().path
            guard InspectCommand.isFolder(folder) else {
                throw Failure(.unavailable, "\(junit) cannot be written: there is no folder \(folder); make it first.")
            }
            do {
                try Data(results.utf8).write(to: URL(filePath: junit))
            } catch {
                throw Failure(.unavailable, "\(junit) cannot be written (\(FileFault.reason(of: error))).")
            }
        }
    }
}
