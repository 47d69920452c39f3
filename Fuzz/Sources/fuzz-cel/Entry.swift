import Decoders

/// libFuzzer calls it with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    unsafe FuzzedExpression.run(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
