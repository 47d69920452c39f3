import Foundation
import HTTPTypes
import Hummingbird

/// What a platform may answer that it should not.
public enum WrongAnswer: String, Sendable, Hashable, Codable, CaseIterable {
    /// The page of a proxy or a login.
    case html
    case empty
    case brokenJSON = "broken_json"
    case wrongTypes = "wrong_types"
    case noNumber = "no_number"
    /// A number that no number looks like.
    case badNumber = "bad_number"
    /// About another finding.
    case otherFinding = "other_finding"
    /// The number of another finding's case.
    case otherNumber = "other_number"
    case unknownStage = "unknown_stage"
    case unknownFlag = "unknown_flag"
    /// Longer than anybody reads.
    case huge

    /// In the place of `response`, which was to be about `entry`; `other` is a case of another finding.
    func response(for entry: CaseText.Case, other: String) -> Response {
        func json(_ text: String) -> Response { Response.json(.ok, Data(text.utf8)) }
        func answer(_ number: String, _ id: String, _ stage: String, _ more: String = "") -> Response {
            json(#"{"case_number":\#(number),"external_id":\#(id),"stage":\#(stage)\#(more)}"#)
        }
        let (number, id, stage) = (
            "\"\(entry.case_number)\"", "\"\(entry.external_id)\"", "\"\(entry.stage.rawValue)\""
        )
        return switch self {
        case .html: Response.bytes(.ok, Data("<html><body>Login</body></html>".utf8), "text/html")
        case .empty: json("")
        case .brokenJSON: json(#"{"case_number":\#(number),"exter"#)
        case .wrongTypes: answer("7", id, "[\(stage)]")
        case .noNumber: json(#"{"external_id":\#(id),"stage":\#(stage)}"#)
        case .badNumber: answer(#""<b>1</b>""#, id, stage)
        case .otherFinding: answer(number, #""01989d2e-0000-7000-8000-000000000000""#, stage)
        case .otherNumber: answer("\"\(other)\"", id, stage)
        case .unknownStage: answer(number, id, #""lost""#)
        case .unknownFlag: answer(number, id, stage, #","flags":["forgotten"]"#)
        case .huge: json(#"{"x":""# + String(repeating: "x", count: 3 << 20) + #""}"#)
        }
    }
}
