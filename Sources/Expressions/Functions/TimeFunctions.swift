/// The fields of timestamps and durations. Source: cel-spec, doc/langdef.md, "List of Standard Definitions".
enum TimeFunctions {
    static let table: [String: LibraryFunction] = [
        "getFullYear": field("getFullYear") { time, _ in time.year },
        "getMonth": field("getMonth") { time, _ in time.month - 1 },
        "getDate": field("getDate") { time, _ in time.day },
        "getDayOfMonth": field("getDayOfMonth") { time, _ in time.day - 1 },
        "getDayOfWeek": field("getDayOfWeek") { time, _ in time.dayOfWeek },
        "getDayOfYear": field("getDayOfYear") { time, _ in time.dayOfYear },
        "getHours": field("getHours", ofDuration: { $0 / 3_600_000_000_000 }) { time, _ in time.hour },
        "getMinutes": field("getMinutes", ofDuration: { $0 / 60_000_000_000 }) { time, _ in time.minute },
        "getSeconds": field("getSeconds", ofDuration: { $0 / 1_000_000_000 }) { time, _ in time.second },
        "getMilliseconds": field("getMilliseconds", ofDuration: { $0 / 1_000_000 % 1000 }) { _, nanoseconds in
            Int64(nanoseconds / 1_000_000)
        },
    ]

    /// One field, in UTC or in the time zone that the second argument names.
    private static func field(
        _ name: String, ofDuration: (@Sendable (Int64) -> Int64)? = nil,
        _ read: @escaping @Sendable (CivilTime, Int32) -> Int64
    ) -> LibraryFunction {
        var signatures: [Signature] = [.method(.timestamp, [], .int), .method(.timestamp, [.string], .int)]
        if ofDuration != nil { signatures.append(.method(.duration, [], .int)) }
        return LibraryFunction(signatures) { arguments, meter throws(EvaluationError) in
            try meter.charge()
            if arguments.count == 1, case .duration(let duration) = arguments[0], let ofDuration {
                return .int(ofDuration(duration.nanoseconds))
            }
            guard case .timestamp(let time) = arguments[0] else { throw .noOverload(name, arguments) }
            var offset: Int64 = 0
            if arguments.count > 1 {
                guard case .string(let zone) = arguments[1] else { throw .noOverload(name, arguments) }
                guard let known = TimeZoneOffset.seconds(of: zone, at: time) else {
                    throw EvaluationError(.invalidArgument, "unknown time zone \(arguments[1])")
                }
                offset = known
            }
            return .int(read(CivilTime(seconds: time.seconds + offset), time.nanoseconds))
        }
    }
}
