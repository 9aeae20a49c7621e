package labels

import (
	"fmt"
	"unicode/utf8"
)

// fnc1 stands for the FNC1 character in text given to encodeCode128, as in other Go encoders.
const fnc1 = '\u00f1'

// code128Widths are the element widths of values 0–106 (ISO/IEC 15417:2007 table 1; 106 is the stop character without
// its final bar of two modules).
const code128Widths = "212222222122222221121223121322131222122213122312132212221213221312231212112232122132122231113222" +
	"123122123221223211221132221231213212223112312131311222321122321221312212322112322211212123212321232121111323" +
	"131123131321112313132113132311211313231113231311112133112331132131113123113321133121313121211331231131213113" +
	"213311213131311123311321331121312113312311332111314111221411431111111224111422121124121421141122141221112214" +
	"112412122114122411142112142211241211221114413111241112134111111242121142121241114212124112124211411212421112" +
	"421211212141214121412121111143111341131141114113114311411113411311113141114131311141411131211412211214211232233111"

// Code set values that switch or start (ISO/IEC 15417:2007 4.3.4).
const (
	c128CodeC, c128CodeB, c128CodeA = 99, 100, 101
	c128FNC1                        = 102
	c128StartA                      = 103
	c128Stop                        = 106
)

const (
	setA = iota
	setB
	setC
	setCount
)

// maxCode128 bounds the data characters of one symbol; longer ones fit no label.
const maxCode128 = 80

// encodeCode128 gives bar and space widths in modules of the shortest Code 128 symbol for s, start to stop. The shortest
// is found by dynamic programming over the three code sets: "SF1234567890123" takes 145 modules where the usual greedy
// rule takes 156, so the bars can be wider on the same label. The rune U+00F1 stands for FNC1.
func encodeCode128(s string) ([]int, error) {
	if s == "" {
		return nil, fmt.Errorf("code 128 has no symbol for empty text")
	}
	if n := utf8.RuneCountInString(s); n > maxCode128 {
		return nil, fmt.Errorf("%d characters are more than the %d of one code 128 symbol", n, maxCode128)
	}
	rs := []rune(s)
	for _, r := range rs {
		if r > 127 && r != fnc1 {
			return nil, fmt.Errorf("code 128 cannot hold %q; only ASCII", r)
		}
	}
	values := code128Values(rs)
	sum := values[0]
	for i, v := range values[1:] {
		sum = (sum + (i+1)*v) % 103
	}
	values = append(values, sum, c128Stop)
	runs := make([]int, 0, 6*len(values)+1)
	for _, v := range values {
		for _, c := range []byte(code128Widths[6*v : 6*v+6]) {
			runs = append(runs, int(c-'0'))
		}
	}
	return append(runs, 2), nil
}

// step is how the cheapest way to a (position, set) state was reached.
type step struct{ cost, pos, set int }

// code128Values is the shortest sequence of symbol values, from the start character to the last data character. Every
// rune must be ASCII or FNC1.
func code128Values(rs []rune) []int {
	n := len(rs)
	best := make([][setCount]step, n+1)
	for i := range best {
		for k := range best[i] {
			best[i][k].cost = 1 << 30
		}
	}
	for k := range setCount {
		best[0][k] = step{cost: 1, pos: -1}
	}
	relax := func(i, k, j, m int) {
		if c := best[i][k].cost + 1; c < best[j][m].cost {
			best[j][m] = step{c, i, k}
		}
	}
	for i := range n {
		for k := range setCount {
			for m := range setCount {
				if i > 0 && k != m {
					relax(i, k, i, m)
				}
			}
		}
		r := rs[i]
		if r < 96 || r == fnc1 {
			relax(i, setA, i+1, setA)
		}
		if r >= 32 {
			relax(i, setB, i+1, setB)
		}
		switch {
		case r == fnc1:
			relax(i, setC, i+1, setC)
		case i+1 < n && digit(r) && digit(rs[i+1]):
			relax(i, setC, i+2, setC)
		}
	}
	set := setA
	for k := setB; k <= setC; k++ {
		if best[n][k].cost < best[n][set].cost {
			set = k
		}
	}
	return code128Trace(rs, best, set)
}

// code128Trace walks the cheapest path back from the end in set and gives its values in order.
func code128Trace(rs []rune, best [][setCount]step, set int) []int {
	i := len(rs)
	var back []int
	for i > 0 {
		from := best[i][set]
		if from.pos == i {
			back = append(back, [setCount]int{c128CodeA, c128CodeB, c128CodeC}[set])
		} else {
			back = append(back, code128Value(rs, from.pos, set))
		}
		i, set = from.pos, from.set
	}
	values := make([]int, 0, len(back)+3)
	values = append(values, c128StartA+set)
	for k := len(back) - 1; k >= 0; k-- {
		values = append(values, back[k])
	}
	return values
}

// code128Value is the value of the character at i in set.
func code128Value(rs []rune, i, set int) int {
	r := rs[i]
	switch {
	case r == fnc1:
		return c128FNC1
	case set == setC:
		return int(r-'0')*10 + int(rs[i+1]-'0')
	case r < 32:
		return int(r) + 64
	}
	return int(r) - 32
}

func digit(r rune) bool { return r >= '0' && r <= '9' }
