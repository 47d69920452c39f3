/// The words of JSON (RFC 8259). Each is looked for at `place`, after any space; `place` moves behind what was read.
extension Span<UInt8> {
    private func byte(_ place: Int) -> UInt8? { place < count ? self[place] : nil }

    /// The next byte that is no space; nil at the end.
    @inline(__always)
    func next(_ place: inout Int) -> UInt8? {
        while place < count {
            let byte = self[place]
            guard byte <= 32, byte == 32 || byte == 9 || byte == 10 || byte == 13 else { return byte }
            place += 1
        }
        return nil
    }

    func take(_ byte: UInt8, _ place: inout Int) -> Bool {
        guard next(&place) == byte else { return false }
        place += 1
        return true
    }

    func bool(_ place: inout Int) throws(AnalysisFault) -> Bool {
        _ = next(&place)
        if word("true", &place) { return true }
        if word("false", &place) { return false }
        throw .json("neither true nor false", place)
    }

    func null(_ place: inout Int) throws(AnalysisFault) {
        _ = next(&place)
        guard word("null", &place) else { throw .json("no null", place) }
    }

    @inline(__always)
    private func word(_ word: String, _ place: inout Int) -> Bool {
        var end = place
        for letter in word.utf8 {
            guard byte(end) == letter else { return false }
            end += 1
        }
        place = end
        return true
    }

    /// Of a member, and the colon behind it.
    func name(_ place: inout Int) throws(AnalysisFault) -> AnalysisName {
        guard next(&place) == 34 else { throw .json("no member name", place) }
        let name: AnalysisName
        if let (key, end) = key(place + 1) {
            place = end
            name = AnalysisName(key)
        } else {
            name = AnalysisName(try string(&place))
        }
        guard take(58, &place) else { throw .json("no colon", place) }
        return name
    }

    /// The key of a name of plain ASCII characters, and where that ends with its quotation mark; nil for any other.
    @inline(__always)
    private func key(_ start: Int) -> (key: AnalysisName.Key, end: Int)? {
        var key = AnalysisName.Key()
        var place = start
        let end = Swift.min(count, start + AnalysisName.Key.longest + 1)
        while place < end {
            let byte = self[place]
            if byte == 34 { return key.isEmpty ? nil : (key, place + 1) }
            guard byte >= 32, byte < 128, byte != 92 else { return nil }
            key.add(byte, at: place - start)
            place += 1
        }
        return nil
    }

    // MARK: Numbers

    /// Always finite.
    func number(_ place: inout Int) throws(AnalysisFault) -> Double {
        let isNegative = next(&place) == 45
        let start = place
        if isNegative { place += 1 }
        let first = place
        var digits: UInt64 = 0
        readDigits(&place, &digits)
        var count = place - first
        guard count > 0, count == 1 || self[first] != 48 else { throw .json("no number", place) }
        var decimals = 0
        if byte(place) == 46 {
            place += 1
            let point = place
            readDigits(&place, &digits)
            decimals = place - point
            guard decimals > 0 else { throw .json("no number", place) }
            count += decimals
        }
        let hasExponent = byte(place) == 101 || byte(place) == 69
        if hasExponent {
            place += 1
            if byte(place) == 43 || byte(place) == 45 { place += 1 }
            let exponent = place
            readDigits(&place, &digits)
            guard place > exponent else { throw .json("no number", place) }
        }
        guard place - start <= AnalysisJSON.longestNumber else { throw .json("a number of too many digits", place) }
        if !hasExponent, let value = Double(digits, count: count, decimals: decimals) {
            return isNegative ? -value : value
        }
        guard let value = text(start..<place).flatMap({ Double($0) }), value.isFinite else {
            throw .json("a number out of range", place)
        }
        return value
    }

    /// Adds the digits to `number`, which wraps when there are more than nineteen.
    private func readDigits(_ place: inout Int, _ number: inout UInt64) {
        while place < count {
            let digit = self[place] &- 48
            guard digit < 10 else { return }
            number = number &* 10 &+ UInt64(digit)
            place += 1
        }
    }

    // MARK: Strings

    /// Nil when it is no UTF-8.
    private func text(_ range: Range<Int>) -> String? {
        guard let text = try? UTF8Span(validating: extracting(range)) else { return nil }
        return String(copying: text)
    }

    /// Of any length; of its escapes only the quotation mark is looked at.
    func skipString(_ place: inout Int) throws(AnalysisFault) {
        guard take(34, &place) else { throw .json("no string", place) }
        while let byte = byte(place) {
            place += 1
            switch byte {
            case 34: return
            case 92: place = Swift.min(place + 1, count)
            case 0..<32: throw .json("a control character in a string", place)
            default: break
            }
        }
        throw .json("a string without its end", place)
    }

    /// Where the text of a string of ASCII without escapes is; nil, and `place` where the string begins, for any other.
    func plainASCII(_ place: inout Int) -> Range<Int>? {
        guard next(&place) == 34 else { return nil }
        let start = place + 1
        var end = start
        while let byte = byte(end), byte >= 32, byte < 128, byte != 92 {
            if byte == 34 {
                place = end + 1
                return start..<end
            }
            end += 1
        }
        return nil
    }

    func string(_ place: inout Int) throws(AnalysisFault) -> String {
        guard take(34, &place) else { throw .json("no string", place) }
        let start = place
        while let byte = byte(place), byte != 34, byte != 92, byte >= 32 { place += 1 }
        guard byte(place) == 34 else { return try escapedString(start, &place) }
        guard let text = text(start..<place) else { throw .json("no UTF-8", place) }
        place += 1
        return text
    }

    /// Of a string that begins at `start` and is plain up to `place`.
    private func escapedString(_ start: Int, _ place: inout Int) throws(AnalysisFault) -> String {
        var text = (start..<place).map { self[$0] }
        while let byte = byte(place) {
            place += 1
            switch byte {
            case 34:
                guard let text = String(validating: text, as: UTF8.self) else { throw .json("no UTF-8", place) }
                return text
            case 92: text.append(contentsOf: String(try escape(&place)).utf8)
            case 0..<32: throw .json("a control character in a string", place)
            default: text.append(byte)
            }
        }
        throw .json("a string without its end", place)
    }

    private func escape(_ place: inout Int) throws(AnalysisFault) -> Unicode.Scalar {
        guard let byte = byte(place) else { throw .json("half an escape", place) }
        place += 1
        switch byte {
        case 34, 92, 47: return Unicode.Scalar(byte)
        case 98: return "\u{8}"
        case 102: return "\u{c}"
        case 110: return "\n"
        case 114: return "\r"
        case 116: return "\t"
        case 117:
            let first = try unit(&place)
            if let scalar = Unicode.Scalar(first) { return scalar }
            guard first < 0xDC00, self.byte(place) == 92 else { throw .json("half a surrogate pair", place) }
            place += 1
            guard self.byte(place) == 117 else { throw .json("half a surrogate pair", place) }
            place += 1
            let second = try unit(&place)
            guard (0xDC00..<0xE000).contains(second),
                let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
            else { throw .json("half a surrogate pair", place) }
            return scalar
        default: throw .json("no escape", place)
        }
    }

    /// Four hexadecimal digits.
    private func unit(_ place: inout Int) throws(AnalysisFault) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = byte(place) else { throw .json("half an escape", place) }
            place += 1
            switch byte {
            case 48...57: value = value << 4 | UInt32(byte - 48)
            case 65...70: value = value << 4 | UInt32(byte - 55)
            case 97...102: value = value << 4 | UInt32(byte - 87)
            default: throw .json("no escape", place)
            }
        }
        return value
    }
}
