/// How the tests of packs came out, and what of the conditions they showed.
public struct PackTestReport: Sendable, Hashable {
    /// In the order of packs, rules and tests.
    public var results: [PackTestResult]
    /// Every condition and exception of every rule, in the same order.
    public var conditions: [ConditionCoverage]
    /// Rules without any test.
    public var untested: [UntestedRule] = []
    /// Overrides with parameters of their own that counted in no test.
    public var unflown: [UnmetOverride] = []

    public struct UntestedRule: Sendable, Hashable, CustomStringConvertible {
        public var pack: String
        public var rule: String

        public var description: String { "\(rule): the rule has no test (add tests: […])" }
    }

    public struct UnmetOverride: Sendable, Hashable, CustomStringConvertible {
        public var pack: String
        public var rule: String
        /// From 0.
        public var index: Int

        public var description: String { "\(rule): overrides[\(index)] counted in no test" }
    }

    public var failures: [PackTestResult] { results.filter { !$0.passed } }

    /// Conditions of which the tests have not seen both outcomes.
    public var uncovered: [ConditionCoverage] { conditions.filter { !$0.isCovered } }

    /// Conditions of which both outcomes were seen, of a hundred; 100 only when none is missing, 0 where there are none.
    public var coveredPercent: Int {
        conditions.isEmpty ? 0 : (conditions.count - uncovered.count) * 100 / conditions.count
    }

    /// The report for people, a line each.
    public var lines: [String] {
        let passed = results.count - failures.count
        return failures.map { "failed: \($0.description)" } + untested.map { "not tested: \($0.description)" }
            + notCovered + ["\(passed) passed, \(failures.count) failed" + rulesWithout, coverage]
    }

    private var notCovered: [String] {
        uncovered.map { "not covered: \($0.description)" } + unflown.map { "not covered: \($0.description)" }
    }

    private var rulesWithout: String {
        untested.isEmpty ? "" : ", \(untested.count) \(untested.count == 1 ? "rule" : "rules") without a test"
    }

    private var coverage: String {
        guard !conditions.isEmpty else { return "no conditions to cover" }
        return
            "\(conditions.count - uncovered.count) of \(conditions.count) conditions covered: seen true and seen false "
            + "(\(coveredPercent) %)"
    }

    /// JUnit XML: a suite for each pack, a case for each test with the rule as its class. What is not covered stands in the
    /// suite's output; the share that is in its properties.
    public var junit: String {
        var packs: [String] = []
        for pack in results.map(\.pack) + conditions.map(\.pack) + untested.map(\.pack)
        where !packs.contains(pack) { packs.append(pack) }
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        text += "<testsuites tests=\"\(results.count + untested.count)\" failures=\"\(failures.count)\" errors=\"0\">\n"
        for pack in packs { text += suite(pack) }
        return text + "</testsuites>\n"
    }

    private func suite(_ pack: String) -> String {
        let part = PackTestReport(
            results: results.filter { $0.pack == pack }, conditions: conditions.filter { $0.pack == pack },
            untested: untested.filter { $0.pack == pack }, unflown: unflown.filter { $0.pack == pack })
        var text = "  <testsuite name=\"\(XMLText.escaped(pack))\" "
        text += "tests=\"\(part.results.count + part.untested.count)\" "
        text +=
            "failures=\"\(part.failures.count)\" errors=\"0\" skipped=\"\(part.untested.count)\">\n    <properties>\n"
        text += "      <property name=\"conditions\" value=\"\(part.conditions.count)\"/>\n"
        if !part.conditions.isEmpty {
            text += "      <property name=\"conditions_covered_percent\" value=\"\(part.coveredPercent)\"/>\n"
        }
        text += "    </properties>\n"
        for result in part.results {
            text += "    <testcase classname=\"\(XMLText.escaped("\(pack).\(result.rule)"))\" "
            text += "name=\"\(XMLText.escaped(result.test))\""
            if result.passed {
                text += "/>\n"
            } else {
                text +=
                    ">\n      <failure message=\"\(XMLText.escaped("\(result.place): \(result.explanation)"))\"/>\n    </testcase>\n"
            }
        }
        for rule in part.untested {
            text += "    <testcase classname=\"\(XMLText.escaped("\(pack).\(rule.rule)"))\" name=\"no test\">\n"
            text += "      <skipped message=\"\(XMLText.escaped(rule.description))\"/>\n    </testcase>\n"
        }
        if !part.notCovered.isEmpty {
            let said = part.notCovered.joined(separator: "\n")
            text += "    <system-out>\(XMLText.escaped(said))</system-out>\n"
        }
        return text + "  </testsuite>\n"
    }
}

/// Text inside XML 1.0.
enum XMLText {
    /// For content and for attributes in either quotes. Line ends inside attributes are kept; what XML 1.0 has no way to
    /// say comes out as U+FFFD.
    static func escaped(_ text: String) -> String {
        var view = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": view.append(contentsOf: "&amp;".unicodeScalars)
            case "<": view.append(contentsOf: "&lt;".unicodeScalars)
            case ">": view.append(contentsOf: "&gt;".unicodeScalars)
            case "\"": view.append(contentsOf: "&quot;".unicodeScalars)
            case "'": view.append(contentsOf: "&apos;".unicodeScalars)
            case "\t", "\n", "\r": view.append(contentsOf: "&#\(scalar.value);".unicodeScalars)
            case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": view.append("\u{FFFD}")
            default: view.append(scalar)
            }
        }
        return String(view)
    }
}
