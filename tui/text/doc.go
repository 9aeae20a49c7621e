// Package text holds every word the station says, in Chinese and English: the
// lines of the message catalogue, verdicts, states, device and printer words, ages
// and the labels of the screens. It knows nothing of terminals, so that replays and
// reports speak with the same words as the screen.
package text

// Languages of the product.
const (
	ZH = "zh"
	EN = "en"
)

// Pair is one text in both languages.
type Pair struct{ ZH, EN string }

// In returns the text in lang; anything but "zh" is English.
func (p Pair) In(lang string) string {
	if lang == ZH {
		return p.ZH
	}
	return p.EN
}
