import Inspection
import Testing

@testable import Store

/// SplitMix64: the same seed gives the same operations.
struct Seeded: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

struct RandomOperationsTests {
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `the books balance and the outbox agrees with its model after every operation`(_ seed: UInt64) async throws {
        var run = try Run(seed: seed)
        for step in 0..<500 {
            let operation = try await run.step()
            #expect(try await run.agrees(), "seed \(seed), step \(step): \(operation)")
        }
        #expect(try await run.store.countedStates() == run.model.counts)
        let feed = try await run.store.changes(after: 0, limit: 1000)
        #expect(feed.count == run.model.findings.count)
        #expect(feed.allSatisfy { run.model.findings[$0.id]?.revision == $0.revision })
        #expect(run.seen.count >= 9, "too few kinds of operation were tried: \(run.seen)")
    }

    struct Run {
        let place = Workspace()
        var store: FindingDatabase
        var model = OutboxModel()
        var random: Seeded
        var inFlight: [OwedDelivery] = []
        var moment: Int64 = 0
        var seen: Set<String> = []

        init(seed: UInt64) throws {
            store = try place.open()
            random = Seeded(state: seed)
        }

        var now: Int64 { place.clock.utc.microseconds }

        func agrees() async throws -> Bool {
            var counts: [String: Int64] = [:]
            for book in try await store.books() {
                guard book.balances else { return false }
                let states = [
                    ("pending", book.pending), ("leased", book.leased), ("held", book.held),
                    ("delivered", book.delivered), ("superseded", book.superseded), ("evicted", book.evicted),
                    ("dead", book.dead),
                ]
                for (state, count) in states where count != 0 { counts["\(book.destination) \(state)"] = count }
            }
            return counts == model.counts
        }

        mutating func step() async throws -> String {
            let id = uuid(UInt64.random(in: 1...12, using: &random))
            let destination = Bool.random(using: &random) ? platform : phones
            let operation: String
            switch Int.random(in: 0..<20, using: &random) {
            case 0..<6: operation = try await commit(id)
            case 6: operation = try await attach(id)
            case 7..<9: operation = try await judge(id)
            case 9: operation = try await recordCase(id)
            case 10..<13: operation = try await lease(destination)
            case 13..<18: operation = try await settle()
            case 18:
                place.clock.advance(seconds: Int64.random(in: 1...50, using: &random))
                operation = "wait"
            default:
                store = try await place.reopen(store)
                model.reclaim(nil, now: nil)
                operation = "restart"
            }
            seen.insert(operation.split(separator: " ").first.map(String.init) ?? "")
            return operation
        }

        mutating func commit(_ id: FindingID) async throws -> String {
            let known = model.findings[id] ?? .init()
            let sightings = max(1, known.sightings + Int.random(in: -1...2, using: &random))
            let routes = [platform, phones].map {
                Observation.Route(destination: $0, release: Release.allCases.randomElement(using: &random)!)
            }
            let file = item(Int.random(in: 0..<4, using: &random))
            let fresh = !known.evidence.contains(file.sha256)
            var observed = observation(1, sightings: sightings, evidence: [file], routes: routes)
            observed.finding.id = id
            observed.finding.severity = Severity.allCases.randomElement(using: &random)!
            let record = try await store.commit(observed)
            let changes = known.revision == 0 || sightings > known.sightings || fresh
            #expect((record != nil) == changes)
            guard changes else { return "reread \(id)" }
            model.findings[id, default: .init()].sightings = max(known.sightings, sightings)
            // What is no more than a file read again says nothing new of the thing itself.
            if known.revision == 0 || sightings > known.sightings {
                model.findings[id]!.severity = observed.finding.severity
            }
            model.findings[id]!.evidence.insert(file.sha256)
            model.findings[id]!.routes = routes
            model.revise(id, isSighting: true)
            #expect(record?.revision == model.findings[id]!.revision && record?.sequence == model.sequence)
            return "commit \(id)"
        }

        mutating func attach(_ id: FindingID) async throws -> String {
            guard let known = model.findings[id] else { return "none" }
            let file = item(Int.random(in: 0..<30, using: &random), kind: .clip)
            let fresh = !known.evidence.contains(file.sha256)
            #expect((try await store.attach([file], to: id) != nil) == fresh)
            if fresh {
                model.findings[id]!.evidence.insert(file.sha256)
                model.revise(id)
            }
            return "attach \(id)"
        }

        mutating func judge(_ id: FindingID) async throws -> String {
            guard model.findings[id] != nil else { return "none" }
            let kind = Verdict.Kind.allCases.randomElement(using: &random)!
            moment += 1
            #expect(try await store.record(verdict(kind, at: moment), on: id) != nil)
            if kind != .handled { model.findings[id]!.decision = kind }
            model.revise(id)
            return "\(kind) \(id)"
        }

        mutating func recordCase(_ id: FindingID) async throws -> String {
            guard let known = model.findings[id] else { return "none" }
            let record = CaseRecord(
                platform: platform, number: "\(id)", stage: CaseRecord.Stage.allCases.randomElement(using: &random)!)
            #expect((try await store.record(record, of: id) != nil) == (known.caseRecord != record))
            if known.caseRecord != record {
                model.findings[id]!.caseRecord = record
                model.revise(id, except: platform)
            }
            return "case \(id)"
        }

        mutating func lease(_ destination: Name) async throws -> String {
            let limit = Int.random(in: 0...4, using: &random)
            let owed = try await store.leased(destination, place.clock, limit: limit)
            let expected = model.lease(destination, limit: limit, now: now, until: now + 60_000_000)
            #expect(owed.map { "\($0.finding) \($0.revision)" } == expected)
            inFlight += owed
            return "lease \(destination)"
        }

        mutating func settle() async throws -> String {
            guard !inFlight.isEmpty else { return "none" }
            let delivery = inFlight.remove(at: Int.random(in: 0..<inFlight.count, using: &random))
            let row = model.findings[delivery.finding]?.rows[delivery.destination]?.first {
                $0.revision == delivery.revision
            }
            // The model leases again under the same number only after the clock passed the old lease's end or a restart.
            let again = inFlight.contains {
                $0.finding == delivery.finding && $0.destination == delivery.destination
                    && $0.revision == delivery.revision && $0.lease > delivery.lease
            }
            let alive = row?.state == "leased" && (row?.until ?? 0) > now && !again
            let choice = Int.random(in: 0..<6, using: &random)
            let due = now + Int64.random(in: 0...20_000_000, using: &random)
            let record = CaseRecord(platform: platform, number: "\(delivery.finding)", stage: .reported)
            let isCase = delivery.destination == platform && choice == 0
            let outcome: DeliveryOutcome =
                switch choice {
                case 0...2: .delivered(isCase ? record : nil)
                case 3: .retry(at: UTCTime(microseconds: due), reason: "503")
                case 4: .released
                default: .dead(reason: "422")
                }
            #expect(try await store.settle(delivery, as: outcome, now: place.clock.utc) == alive)
            guard alive else { return "late" }
            let id = delivery.finding
            switch outcome {
            case .delivered(let given):
                model.set(id, delivery.destination, delivery.revision, "delivered")
                if let given, model.findings[id]!.caseRecord != given {
                    model.findings[id]!.caseRecord = given
                    model.revise(id, except: platform)
                }
            case .retry:
                model.set(id, delivery.destination, delivery.revision, "queue", due: due)
                model.withdraw(id)
            case .released:
                model.set(id, delivery.destination, delivery.revision, "queue", due: 0)
                model.withdraw(id)
            case .dead:
                model.set(id, delivery.destination, delivery.revision, "dead")
                model.withdraw(id)
            }
            return "settle \(outcome)"
        }
    }
}
