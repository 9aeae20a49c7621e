package devices

import "time"

// SplitCodeID lets the vectors reach splitCodeID.
var SplitCodeID = splitCodeID

// ReadScale runs the bytes of one scale through its protocol.
func ReadScale(t interface{ Fatal(...any) }, driver string, b []byte) []Weight {
	p, err := newScaleProtocol(driver)
	if err != nil {
		t.Fatal(err)
	}
	var out []Weight
	p.push(b, time.Time{}, func(r reading, raw []byte) {
		out = append(out, Weight{State: r.state, Mantissa: r.mantissa, Exp: r.exp, Unit: r.unit, Net: r.net, Note: r.note, Raw: raw})
	})
	return out
}
