/// Taking strings apart at a separator and putting them together.
enum Splitting {
    private static func limit(_ arguments: [CELValue], at index: Int, _ name: String) throws(EvaluationError) -> Int {
        guard arguments.count > index else { return -1 }
        guard case .int(let limit) = arguments[index] else { throw .noOverload(name, arguments) }
        return Int(clamping: limit)
    }

    /// The places where `part` stands in `text`, without overlaps, at most `limit` of them; all when it is negative.
    private static func places(of part: [UInt8], in text: [UInt8], limit: Int) -> [Int] {
        var places: [Int] = []
        var start = 0
        while limit < 0 || places.count < limit, let place = next(part, in: text, from: start) {
            places.append(place)
            start = place + part.count
        }
        return places
    }

    /// A search that stops at the first hit, so that all hits together cost one walk.
    private static func next(_ part: [UInt8], in text: [UInt8], from start: Int) -> Int? {
        guard let first = part.first, text.count >= part.count else { return nil }
        var place = start
        while place <= text.count - part.count {
            if text[place] == first, text[place..<place + part.count] == part[...] { return place }
            place += 1
        }
        return nil
    }

    static func split(
        _ text: String, _ arguments: [CELValue], _ meter: inout Meter
    ) throws(EvaluationError) -> [CELValue] {
        guard case .string(let separator) = arguments[1] else { throw .noOverload("split", arguments) }
        let limit = try limit(arguments, at: 2, "split")
        guard limit != 0 else { return [] }
        guard limit != 1 else { return [.string(text)] }
        try meter.charge(text.utf8.count / 8 * (1 + separator.utf8.count / 64))
        var pieces: [String]
        if separator.isEmpty {
            let scalars = Array(text.unicodeScalars)
            let whole = limit < 0 || limit >= scalars.count ? scalars.count : limit - 1
            try meter.allow(elements: whole + 1)
            pieces = scalars[..<whole].map { CodePoints.string([$0]) }
            if whole < scalars.count { pieces.append(CodePoints.string(scalars[whole...])) }
        } else {
            let bytes = Array(text.utf8)
            let part = Array(separator.utf8)
            let places = places(of: part, in: bytes, limit: limit < 0 ? -1 : limit - 1)
            try meter.allow(elements: places.count + 1)
            var start = 0
            pieces = []
            for place in places {
                pieces.append(String(decoding: bytes[start..<place], as: UTF8.self))
                start = place + part.count
            }
            pieces.append(String(decoding: bytes[start...], as: UTF8.self))
        }
        return pieces.map { .string($0) }
    }

    static func replace(
        _ text: String, _ arguments: [CELValue], _ meter: inout Meter
    ) throws(EvaluationError) -> String {
        guard case .string(let old) = arguments[1], case .string(let new) = arguments[2] else {
            throw .noOverload("replace", arguments)
        }
        let limit = try limit(arguments, at: 3, "replace")
        guard limit != 0 else { return text }
        let bytes = Array(text.utf8)
        let part = Array(old.utf8)
        let replacement = Array(new.utf8)
        try meter.charge(bytes.count / 8 * (1 + part.count / 64))
        var places: [Int]
        if part.isEmpty {
            // Before every code point and at the end.
            places = bytes.indices.filter { bytes[$0] & 0xC0 != 0x80 } + [bytes.count]
            if limit > 0 { places = Array(places.prefix(limit)) }
        } else {
            places = Self.places(of: part, in: bytes, limit: limit)
        }
        let (growth, overflow) = places.count.multipliedReportingOverflow(by: max(0, replacement.count - part.count))
        try meter.allow(bytes: overflow ? Int.max : bytes.count + growth)
        var result: [UInt8] = []
        var start = 0
        for place in places {
            result += bytes[start..<place]
            result += replacement
            start = place + part.count
        }
        result += bytes[start...]
        return String(decoding: result, as: UTF8.self)
    }

    static func join(_ arguments: [CELValue], _ meter: inout Meter) throws(EvaluationError) -> String {
        guard case .list(let elements) = arguments[0] else { throw .noOverload("join", arguments) }
        var separator = ""
        if arguments.count > 1 {
            guard case .string(let text) = arguments[1] else { throw .noOverload("join", arguments) }
            separator = text
        }
        try meter.charge(1 + elements.count * (1 + separator.utf8.count >> 4))
        var result = ""
        for (index, element) in elements.enumerated() {
            guard case .string(let text) = element else { throw .noOverload("join", element) }
            if index > 0 { result += separator }
            result += text
            try meter.charge(bytes: text.utf8.count)
            if result.utf8.count > meter.limits.stringBytes { try meter.allow(bytes: result.utf8.count) }
        }
        return result
    }
}
