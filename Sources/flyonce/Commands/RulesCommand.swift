import ArgumentParser
import Expressions
import Inspection
import Rules

struct RulesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules", abstract: "Try conditions and rule packs.",
        subcommands: [Check.self, Test.self, Eval.self])

    struct Eval: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Evaluate CEL expressions: a line of JSON in, a line out.",
            discussion: """
                Reads lines {"expr", "bindings": {name: typed}, "container", "disable_macros", "disable_check"} and answers
                {"value": typed} or {"error"}, one line for one line, in order. Typed values: {"int":"1"}, {"string":"a"},
                {"list":[typed…]}, {"map":[[typed, typed]…]}, …
                """)

        func run() {
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

        func run() throws {
            let rules = try ModelFiles.rules(catalogue: catalogue, packs: packs)
            say("\(counted(packs.count, "pack")), \(counted(rules.count, "rule")): nothing wrong")
        }
    }

    struct Test: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Run the tests inside rule packs.")

        @Argument(help: "Rule packs (YAML).") var packs: [String]
        @Option(help: "The catalogue of scene types.") var catalogue: String?

        func run() throws {
            let results = try ModelFiles.rules(catalogue: catalogue, packs: packs).runTests()
            for result in results where !result.passed { printLine("failed: \(result.description)") }
            let failed = results.count { !$0.passed }
            printLine("\(results.count - failed) passed, \(failed) failed")
            if failed > 0 { throw ExitCode(Failure.Code.failed.rawValue) }
        }
    }
}
