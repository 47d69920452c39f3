import Curl
import Inspection

/// Sends one file of evidence to a platform, and goes on where an earlier attempt was cut off.
///
/// A `HEAD` asks how many bytes are there (`Upload-Offset`); the rest follows in pieces, each a `PUT` with `Content-Range`,
/// that take some seconds each whatever the link. An attempt that has sent for a while makes room for what is more urgent
/// and goes on later. A platform that does not say an offset gets the file whole. The contract is in `docs/case-flow.md`.
struct AttachmentUpload {
    enum Outcome: Sendable, Hashable {
        case sent, omitted
        case failed(DeliveryAnswer)
    }

    struct Options: Sendable, Hashable {
        /// A file no longer than this is sent whole, without a question before.
        var wholeBytes = 131_072
        var firstPiece = 65_536
        var largestPiece = 4 << 20
        /// How long a piece should take, and an attempt at the file.
        var pieceSeconds = 5.0
        var attemptSeconds = 45.0
        /// Failures in a row, with nothing sent between, that end the attempt.
        var failures = 3
        var pause: Duration = .seconds(1)
    }

    private enum Standing {
        case at(Int)
        case complete, unsupported
        case failed(DeliveryAnswer)
    }

    private enum Piece {
        case arrived(Int)
        case complete, refused, unsupported
        /// The platform has another offset than was thought.
        case misplaced
        case failed(DeliveryAnswer)
    }

    let url: String
    let item: EvidenceItem
    let path: String
    let transport: any HTTPTransport
    let clock: any Clock
    var options = Options()
    /// A request with what every request of the destination carries, and the time a whole file may take.
    let request: @Sendable (HTTPRequest.Method, String) -> HTTPRequest
    /// Whether the file is still on disk.
    let isThere: @Sendable () async -> Bool
    /// Body bytes handed to the network.
    private(set) var bytesSent = 0

    init(
        url: String, item: EvidenceItem, path: String, transport: any HTTPTransport, clock: any Clock,
        options: Options = Options(), isThere: @escaping @Sendable () async -> Bool,
        request: @escaping @Sendable (HTTPRequest.Method, String) -> HTTPRequest
    ) {
        self.url = url
        self.item = item
        self.path = path
        self.transport = transport
        self.clock = clock
        self.options = options
        self.isThere = isThere
        self.request = request
    }

    mutating func run() async -> Outcome {
        guard item.bytes > options.wholeBytes else { return await whole() }
        switch await standing() {
        case .at(let offset): return await resume(at: offset)
        case .complete: return .sent
        case .unsupported: return await whole()
        case .failed(let answer): return .failed(answer)
        }
    }

    private mutating func resume(at start: Int) async -> Outcome {
        let begin = clock.monotonicNanoseconds
        var offset = start
        var length = options.firstPiece
        var failures = 0
        while true {
            let before = clock.monotonicNanoseconds
            let count = min(length, item.bytes - offset)
            switch await piece(from: offset, count: count) {
            case .complete: return .sent
            case .refused: return .omitted
            case .unsupported: return await whole()
            case .arrived(let reached) where reached > offset:
                offset = reached
                failures = 0
                length = next(length, took: seconds(since: before))
            case .arrived, .misplaced:
                failures += 1
                guard failures < options.failures else {
                    return ended(start, offset, .unusable(reason: "the platform's Upload-Offset does not move"))
                }
                if let outcome = await findOut(&offset) { return outcome }
            case .failed(let answer):
                failures += 1
                length = max(length / 2, options.firstPiece)
                let known = offset
                guard failures < options.failures, await pause() else { return ended(start, offset, answer) }
                if let outcome = await findOut(&offset) {
                    return outcome == .sent ? .sent : ended(start, known, answer)
                }
                // Bytes of a piece that was cut off count where the platform kept them.
                if offset > known { failures = 0 }
            }
            guard seconds(since: begin) < options.attemptSeconds else {
                return ended(start, offset, .postponed(reason: said(offset)))
            }
        }
    }

    /// What an attempt came to that did not finish: progress, if it made any.
    private func ended(_ start: Int, _ offset: Int, _ answer: DeliveryAnswer) -> Outcome {
        .failed(offset > start ? .progressed(reason: said(offset)) : answer)
    }

    private func said(_ offset: Int) -> String {
        "attachment \(item.sha256.prefix(12)): \(offset) of \(item.bytes) bytes"
    }

    private func next(_ length: Int, took seconds: Double) -> Int {
        if seconds < options.pieceSeconds / 2 { return min(length * 2, options.largestPiece) }
        return seconds > options.pieceSeconds * 2 ? max(length / 2, options.firstPiece) : length
    }

    private func seconds(since begin: Int64) -> Double {
        Double(clock.monotonicNanoseconds.subtractingReportingOverflow(begin).partialValue) / 1e9
    }

    /// False when the attempt was cancelled.
    private func pause() async -> Bool {
        do { try await Task.sleep(for: options.pause) } catch { return false }
        return true
    }

    /// Asks for the offset anew; an outcome when there is nothing more to do.
    private func findOut(_ offset: inout Int) async -> Outcome? {
        switch await standing() {
        case .at(let there):
            offset = there
            return nil
        case .complete: return .sent
        case .unsupported: return .failed(.unusable(reason: "the platform has stopped saying an Upload-Offset"))
        case .failed(.unavailable): return nil
        case .failed(let answer): return .failed(answer)
        }
    }
}

extension AttachmentUpload {
    private func standing() async -> Standing {
        do throws(CurlError) {
            let response = try await transport.send(request(.head, url))
            switch response.status {
            case 200...299, 404:
                guard let offset = self.offset(in: response) else { return .unsupported }
                let isWhole = response.field("Upload-Complete") == "?1" && (200...299).contains(response.status)
                return isWhole ? .complete : .at(offset)
            // Who may not ask, for a firewall that knows no HEAD, may send all the same: the answer to that counts.
            case 408, 425, 429, 500, 502...599, 300...399:
                return .failed(AnswerReading.answer(status: response.status, response, now: clock.utc))
            default: return .unsupported
            }
        } catch {
            return .failed(AnswerReading.answer(error))
        }
    }

    /// Bytes that are there; nil where the answer has no number that can be.
    private func offset(in response: HTTPResponse) -> Int? {
        guard let text = response.field("Upload-Offset"), (1...18).contains(text.utf8.count),
            text.utf8.allSatisfy({ (48...57).contains($0) }), let offset = Int(text), offset <= item.bytes
        else { return nil }
        return offset
    }

    private mutating func piece(from offset: Int, count: Int) async -> Piece {
        var request = request(.put, url)
        request.fields.append(HTTPField("Content-Type", item.mediaType))
        let last = max(offset + count - 1, offset)
        request.fields.append(HTTPField("Content-Range", "bytes \(offset)-\(last)/\(item.bytes)"))
        request.body = .part(path: path, offset: offset, count: count)
        do throws(CurlError) {
            let response = try await transport.send(request)
            bytesSent += count
            switch response.status {
            case 200, 201, 204:
                if response.field("Upload-Complete") == "?1" { return .complete }
                let reached = self.offset(in: response) ?? offset + count
                return reached >= item.bytes ? .complete : .arrived(reached)
            case 409, 416: return .misplaced
            case 400, 405, 411, 415, 501: return .unsupported
            case 410, 413, 422:
                return AnswerReading.isJSON(response) ? .refused : .failed(.unusable(reason: "HTTP \(response.status)"))
            default: return .failed(AnswerReading.answer(status: response.status, response, now: clock.utc))
            }
        } catch {
            return await isGone(error) ? .refused : .failed(AnswerReading.answer(error))
        }
    }

    private mutating func whole() async -> Outcome {
        var request = request(.put, url)
        request.fields.append(HTTPField("Content-Type", item.mediaType))
        request.body = .file(path: path)
        do throws(CurlError) {
            let response = try await transport.send(request)
            bytesSent += item.bytes
            switch response.status {
            case 200, 201, 204: return .sent
            case 400, 410, 413, 415, 422:
                return AnswerReading.isJSON(response) ? .omitted : .failed(.unusable(reason: "HTTP \(response.status)"))
            default: return .failed(AnswerReading.answer(status: response.status, response, now: clock.utc))
            }
        } catch {
            if error.mayHaveActed { bytesSent += item.bytes }
            return await isGone(error) ? .omitted : .failed(AnswerReading.answer(error))
        }
    }

    /// True for a file that went between the look and the read, which is no reason to hold the finding back.
    private func isGone(_ error: CurlError) async -> Bool {
        error.kind == .invalidRequest ? await !isThere() : false
    }
}
