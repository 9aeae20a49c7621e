package central_test

import (
	"fmt"
	"strings"
	"testing"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/order"
)

// said is a message of the port about one inventory.
func said(copNo, status, at string) []byte {
	return fmt.Appendf(nil, `<CEB622Message><InventoryReturn><guid>G</guid><copNo>%s</copNo><preNo>B20260302000000001</preNo><invtNo>I1</invtNo>
		<returnStatus>%s</returnStatus><returnTime>%s000</returnTime><returnInfo>电话 13900003001</returnInfo></InventoryReturn></CEB622Message>`, copNo, status, at)
}

func TestCustomsStopAShipmentAndLetItGo(t *testing.T) {
	c := withProfiles(t, centraltest.New(t))
	b := c.NewBench(t, "bench-1")
	id, sh := packed(t, c, b, declared("1", order.CustomsBonded))
	take := func(status, at string) string {
		t.Helper()
		all, err := c.TakeReplies(t.Context(), centraltest.By(), said(string(sh.ID), status, at))
		if err != nil || len(all) != 1 {
			t.Fatalf("%+v, %v", all, err)
		}
		return all[0].Outcome
	}
	look := func() string {
		t.Helper()
		stopped := "goes"
		if h := c.View(t, id).Shipments[0].Stopped(); h != nil {
			stopped = string(h.Code) + " " + h.Note
		}
		open, err := c.Exceptions(t.Context(), central.ExceptionFilter{Order: id})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range open {
			if strings.Contains(e.Detail, "390000") {
				t.Errorf("the exception tells a telephone number: %s", e.Detail)
			}
		}
		return fmt.Sprint(stopped, ", open: ", len(open))
	}
	for _, step := range []struct{ status, at, outcome, want string }{
		{"120", "20260302120000", central.ReplyApplied, "goes, open: 0"},
		{"100", "20260302130000", central.ReplyApplied, "customs_stopped 100 海关退单, open: 1"},
		{"100", "20260302130000", central.ReplyDuplicate, "customs_stopped 100 海关退单, open: 1"},
		{"2", "20260302110000", central.ReplyApplied, "customs_stopped 100 海关退单, open: 1"}, // late, and older
		{"800", "20260302140000", central.ReplyApplied, "goes, open: 0"},
		{"-305", "20260302133000", central.ReplyApplied, "goes, open: 0"}, // older than the release
		{"501", "20260302150000", central.ReplyApplied, "customs_stopped 501 扣留移送通关, open: 1"},
	} {
		if got := take(step.status, step.at); got != step.outcome {
			t.Errorf("%s: %s", step.status, got)
		}
		equal(t, "after "+step.status, look(), step.want)
	}
	rows, _ := c.FeedAll(t, b, 0)
	work := centraltest.Work(t, rows)[sh.ID]
	if h := work.Shipment.Stopped(); h == nil || h.Code != order.CustomsStopped {
		t.Error("the bench does not hear that customs hold the goods")
	}
	m, err := c.Declare(t.Context(), centraltest.By(), "change", []order.ShipmentID{sh.ID})
	if err != nil || !strings.Contains(string(m.Body), "<ceb:appType>2</ceb:appType>") || !strings.Contains(string(m.Body), "<ceb:preNo>B20260302000000001</ceb:preNo>") {
		t.Errorf("change: %v", err)
	}
	if _, err := c.Declare(t.Context(), centraltest.By(), "undo", []order.ShipmentID{sh.ID}); code(err) != "customs_kind" {
		t.Errorf("kind undo: %v", err)
	}
}

func TestRepliesToWhatWasNotDeclaredHereChangeNothing(t *testing.T) {
	c := withProfiles(t, centraltest.New(t))
	domestic := shipment(t, c, c.Put(t, centraltest.Order("1")))
	for _, number := range []string{"S999999999", "S999999999-2", string(domestic.ID), "-", "x-"} {
		all, err := c.TakeReplies(t.Context(), centraltest.By(), said(number, "100", "20260302130000"))
		if err != nil || len(all) != 1 || all[0].Outcome != central.ReplyUnknown {
			t.Errorf("%s: %+v, %v", number, all, err)
		}
	}
	equal(t, "exceptions", len(exceptions(t, c)), 0)
	bonded := shipment(t, c, c.Put(t, declared("2", order.CustomsBonded)))
	all, err := c.TakeReplies(t.Context(), central.By{Who: "x", Channel: "other"}, said(string(bonded.ID)+"-1", "100", "20260302130000"))
	if err != nil || all[0].Outcome != central.ReplyUnknown {
		t.Errorf("another shop's key: %+v, %v", all, err)
	}
	all, err = c.TakeReplies(t.Context(), centraltest.By(), said(string(bonded.ID)+"-1", "100", "20260302130000"))
	if err != nil || all[0].Shipment != bonded.ID {
		t.Errorf("a box's number: %+v, %v", all, err)
	}
}
