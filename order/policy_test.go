package order

import "testing"

func TestAPolicyThatNoBenchCanWorkByIsRefused(t *testing.T) {
	good := Policy{BatchSize: 12, WallSlots: 24, Totes: []string{"KX-"}, PINRoles: []Role{RoleLead}, Drops: []DropRule{{Place: "DOCK-1", Temp: Frozen}},
		Packagings: []Packaging{{Code: "S", Key: "CARTON-S", TareG: 90, MaxG: 2000}, {Code: "M"}}}
	if err := good.CheckWork(); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*Policy){
		"batch":      func(p *Policy) { p.BatchSize = 25 },
		"wall":       func(p *Policy) { p.WallSlots = -1 },
		"tolerance":  func(p *Policy) { p.Weigh.TolG = -1 },
		"no code":    func(p *Policy) { p.Packagings = []Packaging{{}} },
		"twice":      func(p *Policy) { p.Packagings = []Packaging{{Code: "S"}, {Code: "S"}} },
		"same key":   func(p *Policy) { p.Packagings = []Packaging{{Code: "S", Key: "K"}, {Code: "M", Key: "K"}} },
		"key":        func(p *Policy) { p.Packagings = []Packaging{{Code: "S", Key: "carton"}} },
		"tare":       func(p *Policy) { p.Packagings = []Packaging{{Code: "S", TareG: -1}} },
		"drop":       func(p *Policy) { p.Drops = []DropRule{{}} },
		"drop class": func(p *Policy) { p.Drops = []DropRule{{Place: "D", Temp: "warm"}} },
		"role":       func(p *Policy) { p.PINRoles = []Role{"boss"} },
		"tote":       func(p *Policy) { p.Totes = []string{""} },
		"place zone": func(p *Policy) { p.PlaceConfirms = []string{"A", ""} },
	} {
		p := good
		spoil(&p)
		if p.CheckWork() == nil {
			t.Errorf("%s is taken", name)
		}
	}
}
