import Inspection

/// Members of foreign dialects, which write one thing in several ways: what does not fit is nil, and read past.
extension AnalysisJSON {
    /// Of a string that is read, bytes of UTF-8.
    static let longestText = 4096

    /// A number, or a string of one.
    mutating func numberIfAny() throws(AnalysisFault) -> Double? {
        switch try kind() {
        case .number: return try number()
        case .string:
            return Double(decimal: try string())
        default:
            try skip()
            return nil
        }
    }

    /// A string of at most `limit` bytes, or a number as text.
    mutating func textIfAny(limit: Int = longestText) throws(AnalysisFault) -> String? {
        switch try kind() {
        case .string:
            let text = try string()
            return text.utf8.count <= limit ? text : nil
        case .number:
            let value = try number()
            return Int64(exactly: value).map { String($0) } ?? String(value)
        default:
            try skip()
            return nil
        }
    }

    mutating func boolIfAny() throws(AnalysisFault) -> Bool? {
        if try kind() == .bool { return try bool() }
        try skip()
        return nil
    }

    mutating func attributeIfAny() throws(AnalysisFault) -> FrameObject.Attribute? {
        switch try kind() {
        case .string: return try textIfAny(limit: AnalysisLine.attributeTextLimit).map { .string($0) }
        case .number: return .number(try number())
        case .bool: return .bool(try bool())
        default:
            try skip()
            return nil
        }
    }

    /// The texts of an array, sixteen at most, with commas between them.
    mutating func textsIfAny() throws(AnalysisFault) -> FrameObject.Attribute {
        var texts: [String] = []
        try arrayIfAny { (json) throws(AnalysisFault) in
            if let text = try json.textIfAny(limit: AnalysisLine.textLimit), texts.count < 16 { texts.append(text) }
        }
        return .string(texts.joined(separator: ","))
    }

    /// Reads an object's members; anything else is read past. True when it was an object.
    @discardableResult
    mutating func objectIfAny(
        _ member: (AnalysisName, inout AnalysisJSON) throws(AnalysisFault) -> Void
    ) throws(AnalysisFault) -> Bool {
        guard try kind() == .object else {
            try skip()
            return false
        }
        try object(member)
        return true
    }

    /// Reads an array's elements; anything else is read past. True when it was an array.
    @discardableResult
    mutating func arrayIfAny(
        _ element: (inout AnalysisJSON) throws(AnalysisFault) -> Void
    ) throws(AnalysisFault) -> Bool {
        guard try kind() == .array else {
            try skip()
            return false
        }
        try array(element)
        return true
    }
}
