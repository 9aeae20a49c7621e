package gs1

import "slices"

// The rules between element strings: GS1 General Specifications, "Data relationships" (invalid pairs and mandatory
// associations), as the dictionary lists them.

// CheckPairs tests the first level, which holds for each barcode: repeated identifiers agree, no forbidden pairs,
// no signature over a key without its serial.
func CheckPairs(elements []Element) error { return asError(associations(elements, false)) }

// CheckRequired tests both levels; the second is what must be accompanied by what. It is for all barcodes of one
// item together, see Merge.
func CheckRequired(elements []Element) error { return asError(associations(elements, true)) }

// Merge joins the barcodes of one physical item. Equal repeats are dropped; different values of one identifier and
// forbidden pairs across the barcodes are errors.
func Merge(barcodes ...[]Element) ([]Element, error) {
	var all []Element
	for _, b := range barcodes {
		for _, e := range b {
			if !slices.Contains(all, e) {
				all = append(all, e)
			}
		}
	}
	if err := CheckPairs(all); err != nil {
		return nil, err
	}
	return all, nil
}

func associations(elements []Element, required bool) *Error {
	var room [MaxElements]int16
	index := room[:0]
	for i := range elements {
		d := find(elements[i].AI)
		if d == nil {
			index = append(index, -1)
			continue
		}
		index = append(index, d.index)
	}
	for i := range elements {
		for j := i + 1; j < len(elements); j++ {
			if elements[i].AI == elements[j].AI && elements[i].Value != elements[j].Value {
				return &Error{Code: DifferentValues, AI: elements[i].AI}
			}
		}
	}
	for i := range elements {
		if index[i] < 0 {
			continue
		}
		d := &table.defs[index[i]]
		for _, s := range d.excludes {
			// An identifier does not exclude itself, even where its own pattern covers it.
			if j := covered(elements, index, s, index[i]); j >= 0 {
				return &Error{Code: InvalidPair, AI: d.ai, Other: "(" + elements[j].AI + ")"}
			}
		}
		if required {
			if err := d.accompanied(elements, index); err != nil {
				return err
			}
		}
	}
	return signedSerial(elements)
}

// covered finds an element inside s other than self; -1 if there is none.
func covered(elements []Element, index []int16, s span, self int16) int {
	for j, x := range index {
		if x != self && s.has(x, elements[j].AI) {
			return j
		}
	}
	return -1
}

func (d *definition) accompanied(elements []Element, index []int16) *Error {
	for k, any := range d.requires {
		if !slices.ContainsFunc(any, func(all []span) bool {
			for _, s := range all {
				if covered(elements, index, s, d.index) < 0 {
					return false
				}
			}
			return true
		}) {
			return &Error{Code: RequiredAIsMissing, AI: d.ai, Other: d.needs[k]}
		}
	}
	return nil
}

// signedSerial: a digital signature (8030) binds one instance, so GDTI, GCN and GRAI beside it need their serial
// component (GS1 General Specifications, AI (8030)).
func signedSerial(elements []Element) *Error {
	if _, signed := Value(elements, "8030"); !signed {
		return nil
	}
	for i := range elements {
		e := &elements[i]
		bare := 0
		switch e.AI {
		case "253", "255":
			bare = 13
		case "8003":
			bare = 14
		}
		if bare > 0 && len(e.Value) == bare {
			return &Error{Code: SerialMissingForSignature, AI: e.AI, Value: e.Value}
		}
	}
	return nil
}
