import Testing

@testable import API

@Suite struct ConnectionStageTests {
    @Test func `a request that comes whole is worked on, and then the client is waited for`() {
        var stage = ConnectionStage()
        stage.opened()
        #expect(stage.stage == .head)
        stage.bytesCame()
        stage.headCame()
        #expect(stage.stage == .body)
        #expect(stage.waitsForClient)
        stage.endCame()
        #expect(stage.stage == .working)
        #expect(!stage.waitsForClient)
        #expect(!stage.answersUnread)
        stage.answerEnded()
        #expect(stage.stage == .idle)
        stage.bytesCame()
        #expect(stage.stage == .head, "now the next head has its time")
    }

    @Test func `an answer to what has not come whole is the last one`() {
        var stage = ConnectionStage()
        stage.opened()
        stage.headCame()
        #expect(stage.answersUnread)
        stage.answerEnded()
        #expect(stage.stage == .lingering)
        #expect(!stage.isOver)
        stage.endCame()
        #expect(stage.isOver, "the client has sent all that it had to send")
    }

    @Test func `an answer to an earlier request says nothing of the one that is being read`() {
        var stage = ConnectionStage()
        stage.opened()
        stage.headCame()
        stage.endCame()
        stage.headCame()
        #expect(!stage.answersUnread)
        stage.answerEnded()
        #expect(stage.stage == .body)
        #expect(stage.answersUnread, "it is the next one's turn")
        stage.endCame()
        stage.answerEnded()
        #expect(stage.stage == .idle)
    }

    @Test func `what is no HTTP ends all reading`() {
        var stage = ConnectionStage()
        stage.opened()
        stage.inputBroke()
        #expect(stage.stage == .lingering)
        #expect(!stage.answersUnread)
        stage.answerEnded()
        #expect(!stage.isOver)
        stage.inputClosed()
        #expect(stage.isOver)
    }

    @Test func `a client that has nothing more to send is answered all the same`() {
        var stage = ConnectionStage()
        stage.opened()
        stage.headCame()
        stage.endCame()
        stage.inputClosed()
        #expect(!stage.isOver)
        #expect(stage.stage == .working)
    }
}
