import Foundation
import Testing

@testable import Geodesy

@Suite struct CoverageBytesTests {
    @Test(arguments: CoverageTests.places)
    func `bytes give the same cells again`(place: (latitude: Double, longitude: Double)) throws {
        let coverage = try #require(
            CoverageTests.lawnMower(
                CoverageTests.point(place.latitude, place.longitude), heading: 57, lanes: 2, length: 400))
        let bytes = coverage.encoded()
        let read = try #require(Coverage(bytes: bytes))
        #expect(read.grid == coverage.grid)
        #expect(read.count == coverage.count)
        #expect(read.encoded() == bytes)
        #expect(bytes.count < 8192, "\(bytes.count)")
    }

    @Test func `cells at random come back, however few or many`() throws {
        var random = SplitMix(state: 11)
        for share in [1, 50, 99, 100] as [UInt64] {
            var coverage = Coverage(grid: try #require(CoverageGrid(parallel: 0, meridian: -120, exponent: 3)))
            for row in -70..<70 {
                for column in -80..<60 where random.next() % 100 < share { coverage.cover(row, column, column + 1) }
            }
            let read = try #require(Coverage(bytes: coverage.encoded()))
            #expect(read.count == coverage.count)
            for tile in coverage.tiles {
                for row in 0..<64 { #expect(read.word(tile, row: row) == coverage.word(tile, row: row)) }
            }
        }
    }

    @Test func `cut or damaged bytes are refused, and never trap`() throws {
        let coverage = try #require(
            CoverageTests.lawnMower(CoverageTests.point(28.9, 118.5), heading: 57, lanes: 1, length: 100))
        let bytes = coverage.encoded()
        for length in 0..<bytes.count { #expect(Coverage(bytes: Array(bytes.prefix(length))) == nil) }
        #expect(Coverage(bytes: bytes + [0]) == nil)
        var random = SplitMix(state: 5)
        for _ in 0..<3000 {
            var damaged = bytes
            for _ in 0..<(1 + random.next() % 4) {
                damaged[Int(random.next() % UInt64(damaged.count))] = UInt8(truncatingIfNeeded: random.next())
            }
            if let read = Coverage(bytes: damaged) {
                _ = read.area
                _ = read.box
                _ = read.areas(limit: 2000)
            }
        }
        for _ in 0..<3000 {
            let noise = [1] + (0..<Int(random.next() % 60)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            _ = Coverage(bytes: noise)
        }
    }

    @Test func `what holds more tiles than allowed is taken in wider cells`() throws {
        let coverage = try #require(
            CoverageTests.lawnMower(CoverageTests.point(28.9, 118.5), heading: 57, lanes: 4, length: 1000))
        let read = try #require(Coverage(bytes: coverage.encoded(), limit: 16))
        #expect(read.grid.exponent > coverage.grid.exponent)
        #expect(abs(read.area / coverage.area - 1) < 0.02)
    }
}
