import Foundation
import Inspection

/// The evidence a Feature lists, for a destination that sends the files too.
enum FeatureEvidence {
    struct Item: Decodable {
        var sha256, kind, media_type, captured_at: String
        var bytes: Int
        var redacted: Bool
        var original_sha256: String?
        var box: [Double]?
    }

    private static let listMember = Array("\"evidence\":[".utf8)

    /// Only the list is decoded: quotes inside of the Feature's strings are escaped, so that its name stands in one place.
    private static func list(in feature: [UInt8]) -> ArraySlice<UInt8>? {
        guard let member = feature.firstPlace(of: listMember) else { return nil }
        var depth = 1
        var isString = false
        var index = member.upperBound
        while index < feature.endIndex {
            switch (feature[index], isString) {
            case (UInt8(ascii: "\\"), true): index += 1
            case (UInt8(ascii: "\""), _): isString.toggle()
            case (UInt8(ascii: "["), false): depth += 1
            case (UInt8(ascii: "]"), false):
                depth -= 1
                if depth == 0 { return feature[(member.upperBound - 1)...index] }
            default: break
            }
            index += 1
        }
        return nil
    }

    static func items(in feature: [UInt8]) -> [EvidenceItem] {
        guard let list = list(in: feature), list.count > 2 else { return [] }
        return plainItems(list) ?? decodedItems(list)
    }

    /// What the Feature says of most files, read in the order it is written in: a decoder takes longer than all else that a
    /// delivery asks of the store. Nil for anything else.
    private static func plainItems(_ list: ArraySlice<UInt8>) -> [EvidenceItem]? {
        var reader = Reader(bytes: list, index: list.startIndex)
        var items: [EvidenceItem] = []
        guard reader.take("[") else { return nil }
        repeat {
            guard reader.take("{\"sha256\":\""), let sha256 = reader.text(), reader.take(",\"kind\":\""),
                let kind = reader.text().flatMap(EvidenceItem.Kind.init), reader.take(",\"media_type\":\""),
                let mediaType = reader.text(), reader.take(",\"bytes\":"), let bytes = reader.number(),
                reader.take(",\"captured_at\":\""), let at = reader.text().flatMap({ UTCTime(rfc3339: $0) }),
                reader.take(",\"redacted\":false}")
            else { return nil }
            items.append(
                EvidenceItem(
                    sha256: sha256, kind: kind, mediaType: mediaType, bytes: bytes, capturedAt: at, redacted: false))
        } while reader.take(",")
        return reader.take("]") ? items : nil
    }

    private struct Reader {
        let bytes: ArraySlice<UInt8>
        var index: Int

        mutating func take(_ words: String) -> Bool {
            var place = index
            for byte in words.utf8 {
                guard place < bytes.endIndex, bytes[place] == byte else { return false }
                place += 1
            }
            index = place
            return true
        }

        /// To the next quote, which it passes. Nil for one with escapes.
        mutating func text() -> String? {
            var place = index
            while place < bytes.endIndex, bytes[place] != UInt8(ascii: "\"") {
                if bytes[place] == UInt8(ascii: "\\") { return nil }
                place += 1
            }
            guard place < bytes.endIndex else { return nil }
            defer { index = place + 1 }
            return String(validating: bytes[index..<place], as: UTF8.self)
        }

        /// Digits, as many as an integer surely holds.
        mutating func number() -> Int? {
            var value = 0
            var digits = 0
            while index < bytes.endIndex, (48...57).contains(bytes[index]), digits < 18 {
                value = value * 10 + Int(bytes[index] - 48)
                digits += 1
                index += 1
            }
            return digits > 0 ? value : nil
        }
    }

    private static func decodedItems(_ list: ArraySlice<UInt8>) -> [EvidenceItem] {
        guard let decoded = try? JSONDecoder().decode([Item].self, from: Data(list))
        else { return [] }
        return decoded.compactMap { item in
            guard let kind = EvidenceItem.Kind(rawValue: item.kind), let at = UTCTime(rfc3339: item.captured_at) else {
                return nil
            }
            return EvidenceItem(
                sha256: item.sha256, kind: kind, mediaType: item.media_type, bytes: item.bytes, capturedAt: at,
                redacted: item.redacted, box: FrameObject.Box(shares: item.box), original: item.original_sha256)
        }
    }
}
