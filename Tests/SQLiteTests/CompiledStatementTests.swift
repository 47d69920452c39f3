import Foundation
import GRDB
import SQLite
import Testing

@Suite struct CompiledStatementTests {
    private let queue: DatabaseQueue

    init() throws {
        queue = try DatabaseQueue()
        try queue.write {
            try $0.execute(sql: "CREATE TABLE t (i INTEGER, r REAL, s TEXT, b BLOB) STRICT")
        }
    }

    private struct Kept: Equatable {
        var i: Int64?
        var r: Double?
        var s: String?
        var b: Data?

        init(i: Int64?, r: Double?, s: String?, b: Data?) { (self.i, self.r, self.s, self.b) = (i, r, s, b) }

        init(_ row: Row) { self.init(i: row["i"], r: row["r"], s: row["s"], b: row["b"]) }
    }

    private static let insert = "INSERT INTO t (i, r, s, b) VALUES (?, ?, ?, ?)"

    private func values(_ number: Int64?, _ real: Double?, _ text: String?, _ blob: [UInt8]?) -> BoundValues {
        var values = BoundValues()
        if let number { values.add(number) } else { values.addNull() }
        values.add(real)
        values.add(text)
        if let blob { values.add(blob) } else { values.addNull() }
        return values
    }

    @Test func `keeps every kind of value as it was`() throws {
        try queue.write { db in
            let insert = try CompiledStatement(Self.insert, in: db)
            #expect(try insert.run(values(.min, -0.125, "暴露垃圾'\n", [0, 255, 7])) == 1)
            #expect(try insert.run(values(.max, .infinity, "", [])) == 1)
            #expect(try insert.run(values(nil, nil, nil, nil)) == 1)
            var named = values(7, 1, "a", nil)
            named.add(high: 0x0102_0304_0506_0708, low: 0x090A_0B0C_0D0E_0FF0)
            let id = try CompiledStatement("INSERT INTO t (i, r, s, b) VALUES (?, ?, ?, COALESCE(?, ?))", in: db)
            #expect(try id.run(named) == 1)
            let kept = try Row.fetchAll(db, sql: "SELECT * FROM t ORDER BY rowid").map(Kept.init)
            #expect(kept.count == 4)
            #expect(kept[0] == Kept(i: .min, r: -0.125, s: "暴露垃圾'\n", b: Data([0, 255, 7])))
            #expect(kept[1] == Kept(i: .max, r: .infinity, s: "", b: Data()))
            let types = try String.fetchAll(
                db, sql: "SELECT typeof(i) || typeof(r) || typeof(s) || typeof(b) FROM t ORDER BY rowid")
            #expect(types[1] == "integerrealtextblob" && types[2] == "nullnullnullnull")
            #expect(kept[3].b == Data([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 240]))
        }
    }

    @Test func `takes a part of the values, and numbers behind them`() throws {
        try queue.write { db in
            var all = values(1, 2, "three", [4])
            all.add("five")
            let insert = try CompiledStatement("INSERT INTO t (s, b, i, r) VALUES (?, ?, ?, ?)", in: db)
            try insert.run(all, in: 2..<4, (7, 8))
            let kept = try Row.fetchOne(db, sql: "SELECT * FROM t").map(Kept.init)
            #expect(kept == Kept(i: 7, r: 8, s: "three", b: Data([4])))
            all.removeAll()
            #expect(all.count == 0 && all.bytes.isEmpty)
        }
    }

    @Test func `reads a row without trusting its types`() throws {
        try queue.write { db in
            try CompiledStatement(Self.insert, in: db).run(values(5, 0.5, "five", [5]))
            let select = try CompiledStatement("SELECT i, r, s, b FROM t WHERE i = ?", in: db)
            var five = BoundValues()
            five.add(5)
            let read = try select.first(five) { row in
                (
                    row.integer(0), row.text(2), row.bytes(3),
                    [row.integer(1), row.integer(2), row.integer(3)].allSatisfy { $0 == nil },
                    row.text(0) == nil && row.text(3) == nil && row.bytes(2) == nil && row.integer(99) == nil
                )
            }
            #expect(read?.0 == 5 && read?.1 == "five" && read?.2 == [5] && read?.3 == true && read?.4 == true)
            var six = BoundValues()
            six.add(6)
            #expect(try select.first(six) { $0.integer(0) } == nil)
        }
    }

    @Test func `does all that a statement with an answer does`() throws {
        try queue.write { db in
            let insert = try CompiledStatement(Self.insert, in: db)
            for number: Int64 in 1...3 { try insert.run(values(number, nil, nil, nil)) }
            var two = BoundValues()
            two.add(2.0)
            let first = try CompiledStatement("UPDATE t SET r = ? RETURNING i", in: db).first(two) { $0.integer(0) }
            #expect(first == 1)
            #expect(try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM t WHERE r = 2") == 3)
        }
    }

    @Test func `gives rows one after another, and lets go of what was not asked for`() throws {
        try queue.write { db in
            let insert = try CompiledStatement(Self.insert, in: db)
            for number: Int64 in 1...4 { try insert.run(values(number, nil, "n\(number)", nil)) }
            let select = "SELECT s FROM t WHERE i >= ? ORDER BY i"
            for _ in 1...2 {
                var from = BoundValues()
                from.add(2)
                var rows: CompiledRows? = try CompiledStatement(select, in: db).rows(from)
                from.removeAll()
                #expect(try rows?.next { $0.text(0) } == "n2")
                #expect(try rows?.next { $0.text(0) } == "n3")
                rows = nil
            }
            var from = BoundValues()
            from.add(4)
            let rows = try CompiledStatement(select, in: db).rows(from)
            #expect(try rows.next { $0.text(0) } == "n4")
            for _ in 1...3 { #expect(try rows.next { $0.text(0) } == nil) }
        }
        try queue.write { try $0.execute(sql: "DROP TABLE t") }
    }

    @Test(arguments: [0, 3, 5]) func `refuses another number of values than the statement asks for`(count: Int) throws {
        try queue.write { db in
            let insert = try CompiledStatement(Self.insert, in: db)
            // What was bound before must not come again.
            try insert.run(values(1, 1, "1", [1]))
            var others = BoundValues()
            for _ in 0..<count { others.add(1) }
            #expect { try insert.run(others) } throws: { error in
                (error as? DatabaseError)?.resultCode == .SQLITE_RANGE
            }
            #expect { try insert.run(values(1, 1, "1", [1]), in: 2..<6) } throws: { error in
                (error as? DatabaseError)?.resultCode == .SQLITE_RANGE
            }
            #expect(try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM t") == 1)
        }
    }

    @Test func `says what SQLite refuses, and goes on`() throws {
        try queue.write { db in
            try db.execute(sql: "CREATE TABLE u (k INTEGER PRIMARY KEY, v TEXT NOT NULL) STRICT")
            let insert = try CompiledStatement("INSERT INTO u (k, v) VALUES (?, ?)", in: db)
            func row(_ key: Int64, _ text: String?) -> BoundValues {
                var row = BoundValues()
                row.add(key)
                row.add(text)
                return row
            }
            try insert.run(row(1, "a"))
            #expect { try insert.run(row(1, "b")) } throws: { error in
                let error = error as? DatabaseError
                return error?.extendedResultCode == .SQLITE_CONSTRAINT_PRIMARYKEY
                    && error?.message?.contains("u.k") == true
            }
            #expect { try insert.run(row(2, nil)) } throws: { error in
                (error as? DatabaseError)?.resultCode == .SQLITE_CONSTRAINT
            }
            #expect(try insert.run(row(2, "b")) == 1)
        }
    }

    @Test func `the same text goes through GRDB afterwards`() throws {
        try queue.write { db in
            let insert = try CompiledStatement(Self.insert, in: db)
            try insert.run(values(1, 1, "x", [1]))
            try db.cachedStatement(sql: Self.insert).execute(arguments: [2, nil, "y", nil])
            try insert.run(values(3, nil, "z", nil))
            #expect(try String.fetchAll(db, sql: "SELECT s FROM t ORDER BY i") == ["x", "y", "z"])
        }
        // Nothing is left open that would keep the transaction of the next from ending.
        try queue.write { try $0.execute(sql: "DROP TABLE t") }
    }
}
