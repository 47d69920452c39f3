import CGStreamer

extension Element {
    /// Begins to count the callers of an `srtsrc` that listens; before it plays, once. False when this element does not tell
    /// of them. Wraps its signals `caller-connecting` and `caller-added`, which it gives while `authentication` is set.
    public func watchCallers() -> Bool {
        guard unsafe shim_watch_callers(pointer) != 0 else { return false }
        return (try? set("authentication", true)) != nil
    }

    /// Callers that asked and those of them that were taken, since ``watchCallers()``; nil without it.
    public var callers: (asked: Int, taken: Int)? {
        var asked: gint = 0
        var taken: gint = 0
        guard unsafe shim_read_callers(pointer, &asked, &taken) != 0 else { return nil }
        return (Int(asked), Int(taken))
    }
}
