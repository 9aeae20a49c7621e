package sim

import "fmt"

// encode gives the three strings of a host status (ZPL II Programming Guide, ~HS).
func (f ZebraFlags) encode() []byte {
	bit := func(b bool) int {
		if b {
			return 1
		}
		return 0
	}
	return fmt.Appendf(nil, "\x02030,%d,%d,1245,000,%d,0,0,000,0,%d,%d\x03\r\n\x02001,0,%d,%d,1,2,6,0,%08d,1,000\x03\r\n\x021234,0\x03\r\n",
		bit(f.PaperOut), bit(f.Paused), bit(f.BufferFull), bit(f.HeadCold), bit(f.HeadHot), bit(f.HeadUp), bit(f.RibbonOut), f.LabelsLeft)
}
