package order

// Lines of batches that change hands.
const (
	MsgBatchTaken   MsgCode = "batch_taken"    // Who works on the N orders together of which Ref is one
	MsgAskBatchOver MsgCode = "ask_batch_over" // Who takes the N orders over
	MsgWorkGone     MsgCode = "work_gone"      // Ref: the centre has taken it away
)

// flowMessages lists the codes of this file.
func flowMessages() []MsgCode {
	return []MsgCode{MsgBatchTaken, MsgAskBatchOver, MsgWorkGone}
}
