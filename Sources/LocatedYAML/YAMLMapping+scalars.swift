/// Typed single values. Ranges are checked; the complaint says what would have been right.
extension YAMLMapping {
    public func optionalString(_ key: String) -> String? {
        guard let node = node(key) else { return nil }
        guard let text = node.scalar else {
            complain(key, "must be text, not \(node.kind)")
            return nil
        }
        return text
    }

    /// Required and not empty; "" stands in.
    public func string(_ key: String) -> String {
        guard let text = optionalString(key) else {
            if !has(key) { missing(key) }
            return ""
        }
        if text.isEmpty { complain(key, "must not be empty") }
        return text
    }

    public func string(_ key: String, default value: String) -> String { optionalString(key) ?? value }

    public func optionalBool(_ key: String) -> Bool? {
        guard let text = optionalString(key) else { return nil }
        switch text {
        case "true": return true
        case "false": return false
        default:
            let meant = ["yes": "true", "on": "true", "no": "false", "off": "false"][text.lowercased()]
            complain(key, "must be true or false, not \(quoted(text))", hint: meant.map { "write \($0)" } ?? "")
            return nil
        }
    }

    public func bool(_ key: String, default value: Bool) -> Bool { optionalBool(key) ?? value }

    public func optionalInt(_ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let text = optionalString(key) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            complain(
                key, "must be a whole number from \(range.lowerBound) to \(range.upperBound), not \(quoted(text))")
            return nil
        }
        return number
    }

    public func int(_ key: String, default value: Int, in range: ClosedRange<Int>) -> Int {
        optionalInt(key, in: range) ?? value
    }

    public func optionalNumber(_ key: String, in range: ClosedRange<Double>) -> Double? {
        guard let text = optionalString(key) else { return nil }
        guard let number = Double(text), number.isFinite, range.contains(number) else {
            complain(key, "must be a number from \(range.lowerBound) to \(range.upperBound), not \(quoted(text))")
            return nil
        }
        return number
    }

    public func number(_ key: String, default value: Double, in range: ClosedRange<Double>) -> Double {
        optionalNumber(key, in: range) ?? value
    }

    /// Required; nil, with a complaint, when it is missing or wrong.
    public func requiredNumber(_ key: String, in range: ClosedRange<Double>) -> Double? {
        if !has(key) { missing(key) }
        return optionalNumber(key, in: range)
    }

    /// A time such as `500ms`, `30s`, `5m`, `2h`, `1d`.
    public func optionalDuration(_ key: String, in range: ClosedRange<Duration>) -> Duration? {
        guard let text = optionalString(key) else { return nil }
        let units = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86_400)]
        guard let seconds = Quantity.parse(text, units: units), seconds <= 1e9 else {
            complain(key, "must be a time with its unit, not \(quoted(text))", hint: "such as 500ms, 30s, 5m, 2h or 1d")
            return nil
        }
        let value = Duration.seconds(seconds)
        guard range.contains(value) else {
            complain(key, "must be from \(range.lowerBound) to \(range.upperBound), not \(text)")
            return nil
        }
        return value
    }

    public func duration(_ key: String, default value: Duration, in range: ClosedRange<Duration>) -> Duration {
        optionalDuration(key, in: range) ?? value
    }

    /// A size in bytes such as `512KiB`, `64MiB`, `2GiB`, `1000`.
    public func optionalBytes(_ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let text = optionalString(key) else { return nil }
        let units = [
            ("KiB", 1024.0), ("MiB", 1_048_576), ("GiB", 1_073_741_824), ("TiB", 1_099_511_627_776), ("B", 1), ("", 1),
        ]
        guard let size = Quantity.parse(text, units: units), size <= 1e15, let bytes = Int(exactly: size.rounded())
        else {
            complain(key, "must be a size, not \(quoted(text))", hint: "such as 512KiB, 64MiB or 2GiB")
            return nil
        }
        guard range.contains(bytes) else {
            complain(key, "must be from \(range.lowerBound) to \(range.upperBound) bytes, not \(text)")
            return nil
        }
        return bytes
    }

    public func bytes(_ key: String, default value: Int, in range: ClosedRange<Int>) -> Int {
        optionalBytes(key, in: range) ?? value
    }

    public func optionalEnumeration<E: RawRepresentable & CaseIterable>(_ key: String, as type: E.Type = E.self) -> E?
    where E.RawValue == String {
        optionalString(key).flatMap { word($0, of: key) }
    }

    /// `text`, which is the value of `key`, as a word of the enumeration.
    func word<E: RawRepresentable & CaseIterable>(_ text: String, of key: String) -> E? where E.RawValue == String {
        if let value = E(rawValue: text) { return value }
        complain(
            key, "must not be \(quoted(text))", hint: NearestName.hint(for: text, among: E.allCases.map(\.rawValue)))
        return nil
    }

    public func enumeration<E: RawRepresentable & CaseIterable>(_ key: String, default value: E) -> E
    where E.RawValue == String {
        optionalEnumeration(key) ?? value
    }

    /// Required; `placeholder` stands in when it is missing or wrong.
    public func enumeration<E: RawRepresentable & CaseIterable>(_ key: String, placeholder: E) -> E
    where E.RawValue == String {
        if !has(key) { missing(key) }
        return optionalEnumeration(key) ?? placeholder
    }

    private func quoted(_ text: String) -> String {
        let shown = text.unicodeScalars.prefix(60)
        return "\"" + String(String.UnicodeScalarView(shown)) + (shown.count < text.unicodeScalars.count ? "…\"" : "\"")
    }
}
