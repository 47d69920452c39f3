/// Packs that have a form of their own.
enum PackForm {
    /// ST 0601 item 115: command id, text with its length, and optionally the time of the command.
    static func command(_ bytes: [UInt8], _ range: Range<Int>) -> LocalSetValue? {
        var cursor = ByteCursor(bytes, range)
        guard let id = cursor.identifier(), let length = cursor.length(), let text = cursor.range(length) else {
            return nil
        }
        var items = [
            LocalSetItem(tag: 1, name: "commandID", unit: "", value: .unsigned(UInt64(id))),
            LocalSetItem(tag: 2, name: "command", unit: "", value: .text(String(decoding: bytes[text], as: UTF8.self))),
        ]
        // Leading zeros may be left out.
        if (1...8).contains(cursor.remaining), let time = cursor.range(cursor.remaining) {
            let value = LocalSetValue.unsigned(cursor.unsigned(time))
            items.append(LocalSetItem(tag: 3, name: "commandTime", unit: "us", value: value))
        }
        return cursor.isAtEnd ? .set(items) : nil
    }

    /// ST 0806: what the data type of item 1 makes of the bytes.
    static func userData(_ bytes: [UInt8], _ range: Range<Int>, after preceding: [LocalSetItem]) -> LocalSetValue {
        let number: LocalSetValue? =
            switch preceding.value(1)?.items?.value(2)?.count {
            case 0: String(validating: bytes[range], as: UTF8.self).map { .text($0) }
            case 1: NumberForm.decode(.signedCount, bytes, range)
            case 2: NumberForm.decode(.count, bytes, range)
            default: nil
            }
        return number ?? .raw(Array(bytes[range]))
    }

    /// ST 1204: version, usage, then a UUID for each of sensor, platform, window and minor that the usage bits announce.
    static func coreIdentifier(_ bytes: [UInt8], _ range: Range<Int>) -> LocalSetValue? {
        var cursor = ByteCursor(bytes, range)
        guard let version = cursor.byte(), let usage = cursor.byte() else { return nil }
        var items = [
            LocalSetItem(tag: 1, name: "version", unit: "", value: .unsigned(UInt64(version))),
            LocalSetItem(tag: 2, name: "usage", unit: "", value: .unsigned(UInt64(usage))),
        ]
        let parts: [(name: String, isPresent: Bool)] = [
            ("sensorID", usage & 0x60 != 0), ("platformID", usage & 0x18 != 0),
            ("windowID", usage & 0x04 != 0), ("minorID", usage & 0x02 != 0),
        ]
        for (index, part) in parts.enumerated() where part.isPresent {
            guard let id = cursor.range(16) else { return nil }
            let text = LocalSetValue.text(UUIDText.canonical(bytes[id]))
            items.append(LocalSetItem(tag: index + 3, name: part.name, unit: "", value: text))
        }
        return cursor.isAtEnd ? .set(items) : nil
    }

    static func command(_ items: [LocalSetItem]) -> [UInt8]? {
        guard let id = items.value(1)?.count, let text = items.value(2)?.text else { return nil }
        var bytes: [UInt8] = []
        BER.append(identifier: id, to: &bytes)
        BER.append(length: text.utf8.count, to: &bytes)
        bytes += text.utf8
        if let time = items.value(3)?.count { bytes += BER.big(time, 8) }
        return bytes
    }

    static func coreIdentifier(_ items: [LocalSetItem]) -> [UInt8]? {
        guard let version = items.value(1)?.count, let usage = items.value(2)?.count else { return nil }
        var bytes = BER.big(version, 1) + BER.big(usage, 1)
        for tag in 3...6 {
            guard let text = items.value(tag)?.text else { continue }
            guard let id = UUIDText.bytes(text) else { return nil }
            bytes += id
        }
        return bytes
    }
}

enum UUIDText {
    /// The 36 characters of 16 bytes, lower case.
    static func canonical(_ bytes: ArraySlice<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for (index, byte) in bytes.enumerated() {
            if index == 4 || index == 6 || index == 8 || index == 10 { text.append(45) }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    static func hexadecimal(_ bytes: ArraySlice<UInt8>) -> String {
        canonical(bytes).filter { $0 != "-" }
    }

    /// Nil unless `text` is 32 hexadecimal digits and hyphens.
    static func bytes(_ text: String) -> [UInt8]? {
        let digits = text.utf8.filter { $0 != 45 }.compactMap { UInt8(String(UnicodeScalar($0)), radix: 16) }
        guard digits.count == 32, text.utf8.filter({ $0 != 45 }).count == 32 else { return nil }
        return stride(from: 0, to: 32, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
