package customs_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pickstation/central/customs"
	"pickstation/order"
)

// reply is a message of the port with one reply.
func reply(root, copNo, status, at, info string) string {
	return fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8"?>
<ceb:%[1]s guid="4CDE1CFD-EDED-46B1-946C-B8022E42FC94" version="1.0" xmlns:ceb="http://www.chinaport.gov.cn/ceb"><ceb:InventoryReturn>
<ceb:guid>4CDE1CFD-EDED-46B1-946C-B8022E42FC94</ceb:guid><ceb:customsCode>6400</ceb:customsCode><ceb:copNo>%[2]s</ceb:copNo><ceb:preNo>B20260302000000001</ceb:preNo>
<ceb:invtNo>640020260000000001</ceb:invtNo><ceb:returnStatus>%[3]s</ceb:returnStatus><ceb:returnTime>%[4]s</ceb:returnTime><ceb:returnInfo>%[5]s</ceb:returnInfo>
</ceb:InventoryReturn></ceb:%[1]s>`, root, copNo, status, at, info)
}

func TestRepliesSayWhatTheyMean(t *testing.T) {
	for status, want := range map[string]customs.Effect{"1": customs.Wait, "2": customs.Wait, "120": customs.Wait, "399": customs.Wait, "800": customs.Done, "899": customs.Done,
		"100": customs.Stop, "4": customs.Stop, "500": customs.Stop, "502": customs.Stop, "700": customs.Stop, "-30102": customs.Stop, "12345": customs.Stop} {
		got, err := customs.ParseReplies([]byte(reply("CEB622Message", "S000000007", status, "20260302173000123", "x")))
		if err != nil || len(got) != 1 || got[0].Effect != want || got[0].Words == "" || got[0].CopNo != "S000000007" || got[0].InvtNo != "640020260000000001" {
			t.Errorf("status %s: %+v, %v", status, got, err)
			continue
		}
		if at := time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC); !got[0].At.Equal(at) {
			t.Errorf("time %s, want %s", got[0].At, at)
		}
	}
	got, err := customs.ParseReplies([]byte(reply("CEB604Message", "S1-2", "100", "20260302173000123", "订购人身份证号 11010519491231002X 与姓名不符，电话 13900003001")))
	if err != nil || strings.Contains(got[0].Info, "1949") || strings.Contains(got[0].Info, "390000") || !strings.Contains(got[0].Info, "不符") {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestRepliesThatAreNoneAreRefused(t *testing.T) {
	good := reply("CEB604Message", "S1", "800", "20260302173000123", "")
	for name, bad := range map[string]string{
		"empty": "", "no XML": "hello", "another message": strings.ReplaceAll(good, "CEB604Message", "CEB603Message"), "cut": good[:300],
		"no reply": `<CEB604Message></CEB604Message>`, "no number": strings.Replace(good, "<ceb:copNo>S1<", "<ceb:copNo><", 1),
		"long number": strings.Replace(good, ">S1<", ">"+strings.Repeat("9", 21)+"<", 1), "no status": strings.Replace(good, ">800<", ">released<", 1),
		"no time": strings.Replace(good, "20260302173000123", "20261302173000123", 1), "short time": strings.Replace(good, "20260302173000123", "2026", 1),
		"deep":   "<CEB604Message>" + strings.Repeat("<a>", 100),
		"entity": `<!DOCTYPE x [<!ENTITY a "b">]><CEB604Message>&a;</CEB604Message>`,
	} {
		got, err := customs.ParseReplies([]byte(bad))
		var e *order.Error
		if !errors.As(err, &e) || e.Hint == "" {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func FuzzReplies(f *testing.F) {
	f.Add([]byte(reply("CEB604Message", "S1", "800", "20260302173000123", "放行")))
	f.Add([]byte(reply("CEB622Message", "S1-2", "-1", "20260302173000123", "\x00&<")))
	f.Add([]byte("<CEB604Message><InventoryReturn/>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		all, err := customs.ParseReplies(data)
		if err == nil && len(all) == 0 {
			t.Fatal("no replies and no error")
		}
		for _, r := range all {
			if r.CopNo == "" || r.Words == "" || r.At.IsZero() {
				t.Fatalf("%+v", r)
			}
		}
	})
}
