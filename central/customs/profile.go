package customs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"pickstation/order"
)

// Enterprise is an enterprise by its code at customs: a registration of ten characters
// or a unified social credit code of eighteen.
type Enterprise struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

func (e Enterprise) none() bool { return e == Enterprise{} }

// Profile is what a declarant states in every message of one regime from one warehouse.
type Profile struct {
	Warehouse string            `json:"warehouse"`
	Regime    order.CustomsMode `json:"regime" enum:"9610,1210,dutyfree"`
	Platform  Enterprise        `json:"platform" doc:"e-commerce platform 电商平台 (ebp); for duty-free the shop"`
	Seller    Enterprise        `json:"seller" doc:"e-commerce enterprise 电商企业, 收发货人 (ebc)"`
	Agent     Enterprise        `json:"agent,omitzero" doc:"who declares 申报单位, default: the seller"`
	Owner     Enterprise        `json:"owner,omitzero" doc:"9610: producer or seller 生产销售单位, default: the seller"`
	Area      Enterprise        `json:"area,omitzero" doc:"enterprise inside the special zone 区内企业"`
	Transfer  Enterprise        `json:"transfer,omitzero" doc:"who sends the message, default: the agent"`
	DxpID     string            `json:"dxp_id,omitempty" doc:"its number at the electronic port"`

	// Carriers are the carriers that are registered with customs, by carrier code. Others
	// may not take goods of the regime.
	Carriers map[order.CarrierID]Enterprise `json:"carriers"`

	CustomsCode    string `json:"customs_code" doc:"customs office that clears, four digits"`
	PortCode       string `json:"port_code,omitempty" doc:"customs office of exit or entry, default: customs_code"`
	PortName       string `json:"port_name,omitempty" doc:"how people call it, for the list on paper"`
	EmsNo          string `json:"ems_no,omitempty" doc:"account book 账册编号; 1210 needs it"`
	AssureCode     string `json:"assure_code,omitempty" doc:"1210: who stands surety 担保企业, default: the seller"`
	TrafMode       string `json:"traf_mode,omitempty" doc:"means of transport, customs code"`
	WrapType       string `json:"wrap_type,omitempty" doc:"kind of packing, customs code, default 2 纸箱"`
	LoctNo         string `json:"loct_no,omitempty" doc:"supervised place 监管场所"`
	StatisticsFlag string `json:"statistics_flag,omitempty" enum:",A,B" doc:"9610: A simplified, by four digits of the commodity code; B summarised (default)"`
	TareG          int    `json:"tare_g,omitempty" doc:"grams of an empty box; with it, parcels that were not weighed are declared with the weight of their goods and the box"`
	POD            string `json:"pod,omitempty" doc:"9610: port of discharge, default: the country's customs code"`
}

// ParseProfile reads a profile. Unknown fields are refused, for a misspelt one would
// otherwise be dropped without a word.
func ParseProfile(data []byte) (*Profile, error) {
	var p Profile
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&p); err != nil {
		return nil, (&order.Error{Code: "bad_profile", Op: "read customs profile", Msg: "not a customs profile", Err: err}).
			WithHint("compare with: pickcentral customs profile example")
	}
	return &p, p.Check()
}

// Check fills in defaults and says what is wrong.
func (p *Profile) Check() error {
	var found problems
	found.defaults(p)
	if p.Regime == order.CustomsNone || !p.Regime.Known() {
		found.add("regime", string(p.Regime), "is not 9610, 1210 or dutyfree", "name the regime")
	}
	found.enterprise("platform", p.Platform, true)
	found.enterprise("seller", p.Seller, true)
	found.enterprise("agent", p.Agent, true)
	found.enterprise("area", p.Area, false)
	if len(p.Carriers) == 0 {
		found.add("carriers", "", "is empty", "name at least one carrier that is registered with customs")
	}
	for id, c := range p.Carriers {
		found.enterprise("carriers."+string(id), c, true)
	}
	found.note(Office("customs_code", p.CustomsCode))
	found.note(Office("port_code", p.PortCode))
	if p.TareG < 0 || p.TareG > 50_000 {
		found.add("tare_g", fmt.Sprint(p.TareG), "is not between 0 and 50,000", "give the weight of an empty box in grams")
	}
	if p.Regime == order.CustomsDutyFree {
		return found.err("check customs profile")
	}
	found.enterprise("owner", p.Owner, true)
	found.enterprise("transfer", p.Transfer, true)
	found.note(Transport("traf_mode", p.TrafMode))
	found.note(Wrap("wrap_type", p.WrapType))
	if p.DxpID == "" {
		found.add("dxp_id", "", "is missing", "add the number that the electronic port gave")
	}
	if p.Regime == order.CustomsBonded && p.EmsNo == "" {
		found.add("ems_no", "", "is missing", "add the number of the bonded account book")
	}
	if p.StatisticsFlag != "A" && p.StatisticsFlag != "B" {
		found.add("statistics_flag", p.StatisticsFlag, "is not A or B", "use A for simplified, B for summarised declarations")
	}
	return found.err("check customs profile")
}

func (ps *problems) defaults(p *Profile) {
	set := func(to *string, v string) {
		if *to == "" {
			*to = v
		}
	}
	for _, e := range []struct{ to, from *Enterprise }{{&p.Agent, &p.Seller}, {&p.Owner, &p.Seller}, {&p.Transfer, &p.Agent}} {
		if e.to.none() {
			*e.to = *e.from
		}
	}
	set(&p.Warehouse, "main")
	set(&p.PortCode, p.CustomsCode)
	set(&p.PortName, codeTables().districts[p.PortCode[:min(2, len(p.PortCode))]]+"海关 "+p.PortCode)
	set(&p.AssureCode, p.Seller.Code)
	set(&p.WrapType, "2")
	set(&p.StatisticsFlag, "B")
	for _, text := range []string{p.Warehouse, p.PortName, p.EmsNo, p.AssureCode, p.LoctNo, p.POD, p.DxpID} {
		if utf8.RuneCountInString(text) > 64 || !utf8.ValidString(text) || strings.ContainsFunc(text, notXML) {
			ps.add("profile", text, "is too long or holds a control character", "correct the profile")
		}
	}
}

// enterprise checks an enterprise's code and name.
func (ps *problems) enterprise(field string, e Enterprise, needed bool) {
	if e.none() && !needed {
		return
	}
	switch {
	case strings.TrimSpace(e.Name) == "" || utf8.RuneCountInString(e.Name) > 100 || strings.ContainsFunc(e.Name, notXML):
		ps.add(field+".name", e.Name, "is missing or too long", "give the name as registered with customs")
	case len(e.Code) == 18:
		if err := CheckUSCC(e.Code); err != nil {
			ps.note(err)
		}
	case len(e.Code) != 10 || !plainCode(e.Code):
		ps.add(field+".code", e.Code, "is neither a customs registration of ten characters nor a social credit code of eighteen",
			"copy the code from customs' registration")
	}
}

func plainCode(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return (r < '0' || r > '9') && (r < 'A' || r > 'Z') })
}

// ExampleProfile is a profile that passes its check; the enterprises are made up.
func ExampleProfile(regime order.CustomsMode) *Profile {
	shop := Enterprise{Code: "4601960ABC", Name: "海口示范电子商务有限公司"}
	p := &Profile{Warehouse: "main", Regime: regime, Platform: shop, Seller: shop, CustomsCode: "6400", PortName: "海口海关",
		Carriers: map[order.CarrierID]Enterprise{
			"EMS": {Code: "4601980EMS", Name: "示范邮政速递有限公司"},
			"DHL": {Code: "4601980DHL", Name: "示范国际快递有限公司"},
		}}
	switch regime {
	case order.CustomsExport:
		p.TrafMode, p.DxpID, p.StatisticsFlag = "5", "DXPENT0000000001", "B"
	case order.CustomsBonded:
		p.TrafMode, p.DxpID, p.EmsNo = "Y", "DXPENT0000000001", "T6405W000001"
		p.Area = Enterprise{Code: "4601960ABD", Name: "示范保税仓储有限公司"}
	}
	if err := p.Check(); err != nil {
		panic(fmt.Sprintf("customs: example profile: %v", err)) // every test runs it
	}
	return p
}
