package order

import (
	"regexp"
	"slices"
)

var languageCode = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$`)

// IsLanguage says whether a text is a language code (BCP 47, language and at most one
// subtag). Whether a bench has that language is another matter: it shows English then.
func IsLanguage(code string) bool { return languageCode.MatchString(code) }

// otherLang is the language that LANG turns to: the one behind in the list.
func (e *Env) otherLang(lang string) string {
	langs := e.Langs
	if len(langs) == 0 {
		langs = []string{"zh", "en"}
	}
	return langs[(slices.Index(langs, lang)+1)%len(langs)]
}
