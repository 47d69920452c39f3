import Inspection

extension GatewayStatus {
    /// The Prometheus text format, version 0.0.4.
    public func prometheus() -> String {
        var metrics = Metrics()
        metrics.add("flyonce_ready", .gauge, isReady ? 1 : 0)
        for (name, value) in counters { metrics.add("flyonce_\(name)_total", .counter, value) }
        for source in sources {
            let labels = [("source", source.name.text)]
            metrics.add("flyonce_source_live", .gauge, source.state == .live ? 1 : 0, labels)
            if let age = source.metadataAge {
                metrics.add("flyonce_source_metadata_age_seconds", .gauge, age, labels)
            }
            for (name, value) in source.files?.figures ?? [] where name == "waiting" || name == "growing" {
                metrics.add("flyonce_source_files_\(name)", .gauge, value, labels)
            }
            for (name, value) in source.counters {
                metrics.add("flyonce_source_\(name)_total", .counter, value, labels)
            }
            for (index, feed) in source.feeds.enumerated() {
                // Two feeds may have one address: their place tells them apart.
                let labels = labels + [("feed", feed.name), ("index", String(index))]
                metrics.add("flyonce_feed_live", .gauge, feed.state == .live ? 1 : 0, labels)
                if let age = feed.age { metrics.add("flyonce_feed_age_seconds", .gauge, age, labels) }
                for (name, value) in feed.counters {
                    metrics.add("flyonce_feed_\(name)_total", .counter, value, labels)
                }
            }
        }
        for book in books {
            let labels = [("destination", book.destination.text)]
            for (name, value) in book.columns { metrics.add("flyonce_deliveries_\(name)", .gauge, value, labels) }
        }
        for rule in rules {
            metrics.add("flyonce_rule_under_floor", .gauge, rule.isUnderFloor ? 1 : 0, [("rule", rule.rule)])
        }
        for count in cases {
            let labels = [("scene_type", count.sceneType)]
            for (name, value) in count.columns { metrics.add("flyonce_cases_\(name)", .gauge, value, labels) }
        }
        for (name, value, labels) in retention?.gauges ?? [] { metrics.add(name, .gauge, value, labels) }
        for (destination, circuit) in circuits {
            let labels = [("destination", destination.text)]
            metrics.add("flyonce_deliveries_circuit_open", .gauge, circuit == .closed ? 0 : 1, labels)
        }
        return metrics.text
    }
}

/// Samples in the Prometheus text format, those of one name together beneath their type.
private struct Metrics {
    enum Kind: String { case counter, gauge }

    private var series: [String: (kind: Kind, samples: [String])] = [:]

    mutating func add(
        _ name: String, _ kind: Kind, _ value: some Numeric, _ labels: [(String, String)] = []
    ) {
        let inner = labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
        series[name, default: (kind, [])].samples.append("\(name)\(inner.isEmpty ? "" : "{\(inner)}") \(value)")
    }

    var text: String {
        series.sorted { $0.key < $1.key }
            .map {
                "# TYPE \($0.key) \($0.value.kind.rawValue)\n" + $0.value.samples.sorted().map { $0 + "\n" }.joined()
            }
            .joined()
    }

    private static func escaped(_ text: String) -> String {
        String(
            text.flatMap { character -> String in
                switch character {
                case "\\": "\\\\"
                case "\"": "\\\""
                case "\n": "\\n"
                default: String(character)
                }
            })
    }
}
