import Foundation
import GRDB

/// The records of one page, wherever in the file it lies and whatever leads to it: what SQLite can no longer find is still there.
///
/// Source: https://www.sqlite.org/fileformat.html sections 1.6, 2.1.
struct StoredPage {
    /// A row as its page holds it: columns in the order of the file.
    struct Record {
        /// Of a table that has one.
        var rowid: Int64?
        var columns: [DatabaseValue]
    }

    /// Bytes of one row at most; the largest are flights' coverages.
    private static let largestPayload = 16 << 20
    /// Bytes of all rows of one page: a sound page has a few that are longer than itself.
    static let largestSum = 2 * largestPayload
    private static let usable = DatabasePages.pageSize

    private(set) var records: [Record] = []
    /// Cells that cannot be a row.
    private(set) var unreadable = 0

    /// `isWanted` says by the number of columns, and whether there is a row id, whether a record is worth its overflow pages.
    init(
        _ bytes: [UInt8], number: Int, of pages: DatabasePages, isWanted: (_ columns: Int, _ hasRowid: Bool) -> Bool
    ) {
        let start = number == 1 ? 100 : 0
        let kind = bytes[start]
        // Leaves of tables, and all pages of index trees, where the inner ones hold rows too.
        guard kind == 13 || kind == 10 || kind == 2 else { return }
        let isTable = kind == 13
        let array = start + (kind == 2 ? 12 : 8)
        let count = min(Int(bytes[start + 3]) << 8 | Int(bytes[start + 4]), (Self.usable - array) / 2)
        var sum = 0
        for cell in 0..<count {
            let place = array + 2 * cell
            var at = Int(bytes[place]) << 8 | Int(bytes[place + 1])
            if kind == 2 { at += 4 }
            guard at >= array + 2 * count, at < Self.usable - 3 else {
                unreadable += 1
                continue
            }
            guard let payload = Self.varint(bytes, &at), payload > 0, payload <= Self.largestPayload else {
                unreadable += 1
                continue
            }
            var rowid: Int64?
            if isTable {
                rowid = Self.varint(bytes, &at)
                if rowid == nil {
                    unreadable += 1
                    continue
                }
            }
            let local = Self.local(Int(payload), isTable: isTable)
            guard at + local <= Self.usable else {
                unreadable += 1
                continue
            }
            let here = Array(bytes[at..<(at + local)])
            guard let types = Self.types(here) else {
                unreadable += 1
                continue
            }
            guard isWanted(types.list.count, isTable) else { continue }
            sum += Int(payload)
            guard sum <= Self.largestSum else {
                unreadable += 1
                continue
            }
            guard let whole = Self.whole(here, Int(payload), bytes, at + local, pages),
                let columns = Self.columns(whole, types)
            else {
                unreadable += 1
                continue
            }
            records.append(Record(rowid: rowid, columns: columns))
        }
    }

    /// Bytes of a payload that lie in its own page. Source: section 1.6, "X", "M", "K".
    private static func local(_ payload: Int, isTable: Bool) -> Int {
        let most = isTable ? usable - 35 : (usable - 12) * 64 / 255 - 23
        guard payload > most else { return payload }
        let least = (usable - 12) * 32 / 255 - 23
        let fitting = least + (payload - least) % (usable - 4)
        return fitting <= most ? fitting : least
    }

    private static func whole(
        _ here: [UInt8], _ payload: Int, _ bytes: [UInt8], _ end: Int, _ pages: DatabasePages
    ) -> [UInt8]? {
        guard here.count < payload else { return here }
        guard end + 4 <= usable else { return nil }
        var whole = here
        var next = word(bytes, end)
        while whole.count < payload {
            guard next > 0, let page = pages.page(next) else { return nil }
            whole += page[4..<(4 + min(payload - whole.count, usable - 4))]
            next = word(page, 0)
        }
        return whole
    }

    /// Serial types of the columns, and where the values begin; nil when it is no record.
    private static func types(_ bytes: [UInt8]) -> (list: [Int64], body: Int)? {
        var at = 0
        guard let size = varint(bytes, &at), size >= 1, size <= bytes.count, size <= 128 else { return nil }
        var list: [Int64] = []
        while at < Int(size) {
            guard let type = varint(bytes, &at), type >= 0, type <= 2 * Int64(largestPayload) + 13 else { return nil }
            list.append(type)
        }
        return at == Int(size) ? (list, at) : nil
    }

    private static func columns(_ bytes: [UInt8], _ types: (list: [Int64], body: Int)) -> [DatabaseValue]? {
        var at = types.body
        var values: [DatabaseValue] = []
        values.reserveCapacity(types.list.count)
        for type in types.list {
            let size = size(type)
            guard size >= 0, size <= bytes.count - at else { return nil }
            let slice = bytes[at..<(at + size)]
            at += size
            switch type {
            case 0: values.append(.null)
            case 1...6: values.append(integer(slice).databaseValue)
            case 7:
                let bits = slice.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
                values.append(Double(bitPattern: bits).databaseValue)
            case 8: values.append(Int64(0).databaseValue)
            case 9: values.append(Int64(1).databaseValue)
            case let type where type >= 12:
                values.append(
                    type % 2 == 0 ? Data(slice).databaseValue : String(decoding: slice, as: UTF8.self).databaseValue)
            default: return nil
            }
        }
        return at == bytes.count ? values : nil
    }

    private static func size(_ type: Int64) -> Int {
        switch type {
        case 0, 8, 9: 0
        case 1...4: Int(type)
        case 5: 6
        case 6, 7: 8
        case let type where type >= 12: Int(type - 12) / 2
        default: -1
        }
    }

    private static func integer(_ bytes: ArraySlice<UInt8>) -> Int64 {
        let negative = (bytes.first ?? 0) & 0x80 != 0
        return bytes.reduce(negative ? -1 : 0) { $0 << 8 | Int64($1) }
    }

    private static func word(_ bytes: [UInt8], _ at: Int) -> Int {
        Int(bytes[at]) << 24 | Int(bytes[at + 1]) << 16 | Int(bytes[at + 2]) << 8 | Int(bytes[at + 3])
    }

    private static func varint(_ bytes: [UInt8], _ at: inout Int) -> Int64? {
        var value: UInt64 = 0
        for count in 1...9 {
            guard at < bytes.count else { return nil }
            let byte = bytes[at]
            at += 1
            if count == 9 { return Int64(bitPattern: value << 8 | UInt64(byte)) }
            value = value << 7 | UInt64(byte & 0x7F)
            if byte & 0x80 == 0 { return Int64(bitPattern: value) }
        }
        return nil
    }
}
