package labels

import (
	"fmt"
	"strconv"
	"strings"
)

// waybillWords are the words that a waybill itself says. Within China they are Chinese, with English where couriers and
// merchants use both; abroad nobody reads Chinese.
type waybillWords struct {
	to, from, weight, pieces, orders, collect string
	abroad                                    bool
}

var (
	wordsInChina = waybillWords{to: "收", from: "寄", weight: "重量", pieces: "件", orders: "订单", collect: "代收货款 COD"}
	wordsAbroad  = waybillWords{to: "TO", from: "FROM", weight: "Weight", pieces: "pcs", orders: "Orders", collect: "COD", abroad: true}
)

// words are those of the destination.
func (w *Waybill) words() *waybillWords {
	if inChina(w.Receiver.Country) {
		return &wordsInChina
	}
	return &wordsAbroad
}

// inChina reports an address that is written as in China; without a country it is domestic.
func inChina(country string) bool {
	switch strings.ToUpper(strings.TrimSpace(country)) {
	case "", "CN", "CHN", "CHINA", "中国", "中华人民共和国":
		return true
	}
	return false
}

func (w *waybillWords) temperature(class string) string {
	if w.abroad {
		return map[string]string{Chilled: "CHILLED", Frozen: "FROZEN"}[class]
	}
	return temperatureWord(class)
}

func (w *waybillWords) total(kinds, pieces int) string {
	s := fmt.Sprintf("%d SKU, %d pcs", kinds, pieces)
	if w.abroad {
		return s
	}
	return fmt.Sprintf("共 %d 种 %d 件 / ", kinds, pieces) + s
}

func (w *waybillWords) reprint(n int) string {
	if w.abroad && n > 1 {
		return "REPRINT #" + strconv.Itoa(n)
	}
	return reprintMark(n)
}
