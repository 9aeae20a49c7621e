package order

import "testing"

func TestWhatAScannerSendsAfterAStartIsJudgedByWhatIsStored(t *testing.T) {
	a, b := PacketID([]byte("\x0bA")), PacketID([]byte("\x0bB"))
	plain := LastScan{Code: "ITEM-1"}
	ssi := LastScan{Code: "ITEM-1", Packet: a}
	with := func(l LastScan, m AnswerMark) LastScan { l.Answer = m; return l }
	for name, c := range map[string]struct {
		last   LastScan
		text   string
		packet []byte
		marked bool
		want   Resend
	}{
		"no answer has left, the same code":              {plain, "ITEM-1", nil, false, ResendUnsure},
		"no answer has left, another code":               {plain, "ITEM-2", nil, false, ResendNone},
		"the answer was about to leave":                  {with(plain, AnswerLeaving), "ITEM-1", nil, false, ResendUnsure},
		"the answer has left":                            {with(plain, AnswerLeft), "ITEM-1", nil, false, ResendNone},
		"a badge":                                        {LastScan{}, "BADGE-1", nil, false, ResendNone},
		"a separator put before it by the reader":        {LastScan{Code: EventCode("\x1d10A21B")}, "10A21B", nil, false, ResendUnsure},
		"marked, the packet is stored and not answered":  {ssi, "ITEM-1", a, true, ResendSame},
		"marked, another packet":                         {ssi, "ITEM-2", b, true, ResendNone},
		"marked, the same code in another packet":        {ssi, "ITEM-1", b, true, ResendNone},
		"marked, the answer may have left":               {with(ssi, AnswerLeaving), "ITEM-1", a, true, ResendUnsure},
		"marked, the answer has left":                    {with(ssi, AnswerLeft), "ITEM-1", a, true, ResendUnsure},
		"not marked, never answered: scanned once more":  {ssi, "ITEM-1", a, false, ResendUnsure},
		"not marked, answered":                           {with(ssi, AnswerLeft), "ITEM-1", a, false, ResendNone},
		"a packet where the last scan came without one":  {plain, "ITEM-1", a, true, ResendNone},
		"no packet where the last scan came in one":      {ssi, "ITEM-1", nil, false, ResendUnsure},
		"no packet, and another code than the packet's":  {ssi, "ITEM-2", nil, false, ResendNone},
		"no packet, and the answer to the packet's left": {with(ssi, AnswerLeft), "ITEM-1", nil, false, ResendNone},
	} {
		if got := c.last.Again(c.text, c.packet, c.marked); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

func TestAnEmptyPacketHasNoIdentity(t *testing.T) {
	if PacketID(nil) != nil || PacketID([]byte{}) != nil {
		t.Error("nothing has a fingerprint")
	}
	if id := PacketID([]byte("x")); len(id) != 16 {
		t.Errorf("a fingerprint of %d bytes", len(id))
	}
}
