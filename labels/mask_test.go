package labels

import (
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

func count(s string, is func(rune) bool) int {
	n := 0
	for _, r := range s {
		if is(r) {
			n++
		}
	}
	return n
}

// GB/T 41833-2022: at least one character of the name.
func TestAtLeastOneCharacterOfAnyNameIsHidden(t *testing.T) {
	for in, want := range map[string]string{
		"王海涛": "王**", "欧阳文静": "欧***", "王": "*", "𠮷田": "𠮷*", "John Smith": "J*** S****", "A B": "* *", "阿依古丽·买买提": "阿***·***",
		"": "", "O'Neil": "O'****",
	} {
		if got := MaskName(in); got != want {
			t.Errorf("MaskName(%q) = %q, want %q", in, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.StringMatching(`[\p{Han}A-Za-z]{1,12}( [\p{Han}A-Za-z]{1,6})?`).Draw(t, "name")
		shown := func(r rune) bool { return !unicode.IsSpace(r) && r != maskMark }
		if got := MaskName(in); count(in, shown)-count(got, shown) < 1 {
			t.Fatalf("MaskName(%q) = %q hides nothing", in, got)
		}
	})
}

// GB/T 41833-2022: at least six digits of the phone. 138****5678 hides four and does not comply.
func TestAtLeastSixDigitsOfAnyPhoneAreHidden(t *testing.T) {
	for in, want := range map[string]string{
		"13812345678": "138******78", "+86 138 1234 5678": "+86 1** **** **78", "0898-66668888": "089*-******88", "8612345": "8******", "110": "***",
		"１３８１２３４５６７８": "１３８******７８", "138 1234 5678 转 801": "138 **** **** * *01",
	} {
		if got := MaskPhone(in); got != want {
			t.Errorf("MaskPhone(%q) = %q, want %q", in, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.StringMatching(`\+?[0-9０-９٠-٩ ()-]{0,24}`).Draw(t, "phone")
		digits := count(in, unicode.IsDigit)
		hidden := digits - count(MaskPhone(in), unicode.IsDigit)
		if hidden < min(digits, hiddenPhoneDigits) {
			t.Fatalf("MaskPhone(%q) = %q hides %d of %d digits", in, MaskPhone(in), hidden, digits)
		}
	})
}

// GB/T 41833-2022: unit and room of the address.
func TestUnitAndRoomAreHiddenAndStreetAndBuildingStay(t *testing.T) {
	for in, want := range map[string]string{
		"天府三街吉泰五路88号3栋2单元501室":            "天府三街吉泰五路88号3栋*单元***室",
		"文一西路969号海创园6号楼12层1203":           "文一西路969号海创园6号楼**层****",
		"望京街道阜通东大街六号方恒国际中心A座2104":         "望京街道阜通东大街六号方恒国际中心A座****",
		"五常街道三亚湾路15号阳光小区3-2-501":          "五常街道三亚湾路15号阳光小区3-*-***",
		"中山路一百二十号二单元三楼":                   "中山路一百二十号*单元*楼",
		"科苑路15号科兴科学园B1203室 请放门口":          "科苑路15号科兴科学园*****室 请放门口",
		"No. 8 Century Avenue, Room 2301": "No. 8 Century Avenue, Room ****",
		"8 Century Ave Unit 5B":           "8 Century Ave Unit **",
		"金盘村7组":                           "金盘村7组",
		"104国道旁":                          "104国道旁",
		"南山区粤海街道科苑路十五号":                   "南山区粤海街道科苑路十五号",
		"幸福花园２栋３单元４０２":                    "幸福花园２栋*单元***",
		"解放北路甲1号 #05-12":                  "解放北路甲1号 #**-**",
	} {
		if got := MaskAddress(in); got != want {
			t.Errorf("MaskAddress(%q)\n got %q\nwant %q", in, got, want)
		}
	}
}

func TestRoomNumbersNeverSurviveMasking(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		room := rapid.StringMatching(`[1-9][0-9]{2,3}`).Draw(t, "room")
		unit := rapid.StringMatching(`[1-9]`).Draw(t, "unit")
		tail := rapid.SampledFrom([]string{unit + "单元" + room + "室", unit + "单元" + room, "-" + unit + "-" + room, room + "房", "Room " + room,
			" " + room, "A栋" + room + "户", "十楼" + room}).Draw(t, "tail")
		street := rapid.SampledFrom([]string{"文一西路某小区8栋", "科苑路15号大厦6号楼", "Some Garden, Tower 2"}).Draw(t, "street")
		if got := MaskAddress(street + tail); strings.Contains(got, room) {
			t.Fatalf("MaskAddress(%q) = %q shows room %s", street+tail, got, room)
		}
	})
}

func TestPhoneNumbersInRemarksAreHidden(t *testing.T) {
	for in, want := range map[string]string{
		"到付请打13812345678谢谢": "到付请打138******78谢谢", "order 123456": "order 123456", "139-1234-5678.": "139-****-**78.",
	} {
		if got := MaskNumbers(in); got != want {
			t.Errorf("MaskNumbers(%q) = %q, want %q", in, got, want)
		}
	}
}

// waybillRule hides what GB/T 41833-2022 asks for.
var waybillRule = maskRules[KindWaybill]

func TestFirmsAndRelayNumbersStayReadable(t *testing.T) {
	firm := Party{Name: "海南鲜果仓", Phone: "0898-66668888", Street: "保税路3号2层", Company: true}
	if waybillRule.party(firm) != firm {
		t.Errorf("a firm was masked: %+v", waybillRule.party(firm))
	}
	relay := Party{Name: "王海涛", Phone: "18412345678-1234", PhoneVirtual: true}
	if got := waybillRule.party(relay); got.Phone != relay.Phone || got.Name != "王**" {
		t.Errorf("relay number or name wrong: %+v", got)
	}
}

func FuzzMasksTakeAnyBytes(f *testing.F) {
	for _, s := range []string{"", "王", "13812345678", "3栋2单元501室", "\xff\xfe1203室", "Room #\x00", "---", "一一一"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		MaskName(s)
		MaskPhone(s)
		once := MaskAddress(MaskNumbers(s))
		if a, b := count(MaskAddress(once), unicode.IsDigit), count(once, unicode.IsDigit); a > b {
			t.Errorf("masking %q twice shows more", s)
		}
	})
}

func TestEveryWordForAPrivateNumberHidesIt(t *testing.T) {
	for _, w := range []string{"单元", "室", "房", "户", "层", "楼", "铺", "门", "号房", "号室", "单元4室"} {
		for _, n := range []string{"7", "七", "７"} {
			in := "幸福路8号" + n + w
			if got := MaskAddress(in); strings.Contains(got, n) || !strings.HasPrefix(got, "幸福路8号") {
				t.Errorf("MaskAddress(%q) = %q", in, got)
			}
		}
	}
	for _, w := range []string{"号楼", "栋", "幢", "座", "号", "弄", "巷", "组", "期"} {
		if in := "幸福小区7" + w; MaskAddress(in) != in {
			t.Errorf("MaskAddress(%q) = %q; the building must stay", in, MaskAddress(in))
		}
	}
}
