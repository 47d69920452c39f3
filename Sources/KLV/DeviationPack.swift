/// Standard deviations and correlation coefficients of MISB ST 1010 (SDCC-FLP), of the items just before in the set.
enum DeviationPack {
    /// Items that one pack is about; more are refused.
    static let limit = 256

    private struct Control {
        var isSparse: Bool
        var sigmaBytes: Int
        var rhoBytes: Int
        var isRhoMapped: Bool
    }

    static func decode(_ bytes: [UInt8], _ range: Range<Int>, after preceding: [LocalSetItem]) -> LocalSetValue? {
        var cursor = ByteCursor(bytes, range)
        guard let size = cursor.identifier(), (1...limit).contains(size), let control = control(&cursor) else {
            return nil
        }
        let pairs = size * (size - 1) / 2
        let bits = control.isSparse ? cursor.range((pairs + 7) / 8) : 0..<0
        guard let bits else { return nil }
        let members = members(size, preceding)
        var sigmas: [LocalSetItem] = []
        if control.sigmaBytes > 0 {
            for member in members {
                guard let field = cursor.range(control.sigmaBytes),
                    let value = NumberForm.decode(.real(bytes: control.sigmaBytes), bytes, field)
                else { return nil }
                // No unit: that of a deviation need not be the item's (metres, of degrees).
                sigmas.append(LocalSetItem(tag: member.tag, name: member.name, unit: "", value: value))
            }
        }
        var rhos: [SeriesElement] = []
        let form: ItemForm =
            control.isRhoMapped ? .imapb(-1, 1, bytes: control.rhoBytes, limit: 8) : .real(bytes: control.rhoBytes)
        if control.rhoBytes > 0 {
            var pair = 0
            for first in 0..<size {
                for second in first + 1..<size {
                    defer { pair += 1 }
                    if control.isSparse, bytes[bits.lowerBound + pair / 8] >> UInt8(7 - pair % 8) & 1 == 0 { continue }
                    guard let field = cursor.range(control.rhoBytes), let value = NumberForm.decode(form, bytes, field)
                    else { return nil }
                    rhos.append(correlation(members[first], members[second], value))
                }
            }
        }
        guard cursor.isAtEnd else { return nil }
        return .set([
            LocalSetItem(tag: 1, name: "standardDeviations", unit: "", value: .set(sigmas)),
            LocalSetItem(tag: 2, name: "correlationSeries", unit: "", value: .series(rhos)),
        ])
    }

    /// One byte: deviations are IEEE, correlations mapped. Two: each says which. A mapping of deviations would need a
    /// range that ST 0601 does not give.
    private static func control(_ cursor: inout ByteCursor) -> Control? {
        guard let first = cursor.byte() else { return nil }
        if first < 0x80 {
            return Control(
                isSparse: first & 8 != 0, sigmaBytes: Int(first >> 4 & 7), rhoBytes: Int(first & 7), isRhoMapped: true)
        }
        guard let second = cursor.byte(), second & 0x90 == 0 else { return nil }
        return Control(
            isSparse: first & 0x20 != 0, sigmaBytes: Int(second & 15), rhoBytes: Int(first & 15),
            isRhoMapped: first & 0x10 != 0)
    }

    /// The last of the items, other packs like this one left out; numbered ones where there are too few.
    private static func members(_ size: Int, _ preceding: [LocalSetItem]) -> [LocalSetItem] {
        let items = preceding.lazy.reversed().filter { $0.name != "sdccFLP" }.prefix(size)
        guard items.count < size else { return items.reversed() }
        return (1...size).map { LocalSetItem(tag: $0, name: "element\($0)", unit: "", value: .unknown) }
    }

    private static func correlation(
        _ first: LocalSetItem, _ second: LocalSetItem, _ value: LocalSetValue
    ) -> SeriesElement {
        SeriesElement(items: [
            LocalSetItem(tag: 1, name: "first", unit: "", value: .text(first.name)),
            LocalSetItem(tag: 2, name: "second", unit: "", value: .text(second.name)),
            LocalSetItem(tag: 3, name: "coefficient", unit: "", value: value),
        ])
    }
}
