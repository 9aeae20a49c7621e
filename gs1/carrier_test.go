package gs1

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
)

func TestCarriersOwnTestNumbersAreRecognised(t *testing.T) {
	files := map[string]Carrier{"s10": S10, "ups": UPS, "fedex": FedEx, "dhl": DHL, "usps": USPS, "yodel": Yodel, "yunexpress": YunExpress}
	skipped := []string{"DHL E-Commerce (14)"} // fourteen digits without a check digit say nothing
	numbers := 0
	for name, carrier := range files {
		raw, err := os.ReadFile(testData(t, "tracking-numbers", "couriers", name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var file struct {
			Formats []struct {
				Name    string
				Numbers struct{ Valid, Invalid []string } `json:"test_numbers"`
			} `json:"tracking_numbers"`
		}
		if err := json.Unmarshal(raw, &file); err != nil {
			t.Fatal(err)
		}
		for _, format := range file.Formats {
			if slices.Contains(skipped, format.Name) {
				continue
			}
			for _, n := range format.Numbers.Valid {
				numbers++
				if !slices.Contains(Carriers(strings.ReplaceAll(n, " ", "")), carrier) {
					t.Errorf("%s: valid number %s gives %v", format.Name, n, Carriers(strings.ReplaceAll(n, " ", "")))
				}
			}
			for _, n := range format.Numbers.Invalid {
				numbers++
				if slices.Contains(Carriers(strings.ReplaceAll(n, " ", "")), carrier) {
					t.Errorf("%s: invalid number %s passes", format.Name, n)
				}
			}
		}
	}
	if numbers < 100 {
		t.Errorf("only %d numbers were tried", numbers)
	}
}

func TestChineseWaybillsAreRecognisedByTheirShape(t *testing.T) {
	for number, want := range map[string]Carrier{
		"SF1234567890123": SF, "SF012345678901": SF,
		"YT9876543210123": YTO,
		"75312345678901":  ZTO, "781234567891": ZTO,
		"JD0012345678901": JD, "JDVA12345678901": JD, "JDVB12345678901-1-3-": JD, "JDX012345678901-2-2": JD,
		"JJD000390007882823692": DHL, "EA123456785CN": S10,
	} {
		if number == "EA123456785CN" {
			number = "EA12345678" + string(rune(S10CheckDigit("12345678"))) + "CN"
		}
		if got := Carriers(number); !slices.Equal(got, []Carrier{want}) {
			t.Errorf("%s: %v, want %s", number, got, want)
		}
	}
	for _, number := range []string{"SF12345", "SF1234567890123X", "JD123", "JDVA12345678901-", "JDVA12345678901-1-", "71234567890", "顺丰1234567890",
		"YT12345678901234567890", "INVOICES-2026", "SHELFLABELAB12"} {
		if got := Carriers(number); len(got) != 0 {
			t.Errorf("%s: %v, want none", number, got)
		}
	}
}

func TestANumberOfSeveralCarriersKeepsThemAll(t *testing.T) {
	if got := Carriers("4201028200009261290113185417468510"); !slices.Equal(got, []Carrier{USPS, FedEx}) {
		t.Errorf("%v: 420, a postcode and 92 say more than FedEx's check digit alone", got)
	}
	if got := Carriers("781234567890"); !slices.Equal(got, []Carrier{FedEx, ZTO}) {
		t.Errorf("%v", got)
	}
}

func TestAWrongCheckDigitIsNoWaybill(t *testing.T) {
	for _, number := range []string{"RA473124829CN", "1Z5R89390357567127", "986578788855"} {
		if len(Carriers(number)) == 0 {
			t.Fatalf("%s is not recognised at all", number)
		}
		for i := range number {
			if !isDigit(number[i]) {
				continue
			}
			other := number[:i] + string(rune('0'+(number[i]-'0'+1)%10)) + number[i+1:]
			if slices.Contains(Carriers(other), Carriers(number)[0]) && number[:2] != "1Z" {
				t.Errorf("%s passes as well as %s", other, number)
			}
		}
	}
}
