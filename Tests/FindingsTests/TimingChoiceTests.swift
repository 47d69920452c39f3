import Testing

@testable import Findings

@Suite struct TimingChoiceTests {
    private func known(_ offset: Double, _ error: Double = 0.012) -> TimingEstimate.Answer {
        .known(offset: offset, standardError: error)
    }

    @Test(arguments: [(-0.3, 0.012, true), (0.3, 0.012, true), (0.04, 0.002, false), (0.1, 0.04, false)])
    func `an offset is taken once it is surely not nothing`(offset: Double, error: Double, isTaken: Bool) {
        var choice = TimingChoice()
        let isChanged = choice.take(known(offset, error))
        #expect(isChanged == isTaken)
        #expect(choice.offset == (isTaken ? offset : 0))
    }

    @Test func `what is not known changes nothing`() {
        var choice = TimingChoice(offset: -0.3, standardError: 0.01)
        for doubt in TimingEstimate.Doubt.allCases {
            let isChanged = choice.take(.unknown(doubt))
            #expect(!isChanged)
        }
        #expect(choice == TimingChoice(offset: -0.3, standardError: 0.01))
    }

    @Test func `an estimate that agrees with what is taken moves nothing`() {
        var choice = TimingChoice(offset: -0.3, standardError: 0.02)
        let agrees = [-0.29, -0.32, -0.34].map { choice.take(known($0)) }
        #expect(agrees == [false, false, false] && choice.offset == -0.3)
    }

    @Test func `one that contradicts it takes its place`() {
        var choice = TimingChoice(offset: -0.3, standardError: 0.01)
        let isChanged = choice.take(known(0.2))
        #expect(isChanged && choice.offset == 0.2)
    }

    @Test func `an offset that was mended is taken no more`() {
        var choice = TimingChoice(offset: -0.3, standardError: 0.01)
        let isChanged = choice.take(known(0.01))
        #expect(isChanged && choice == TimingChoice())
    }
}
