// Package tongue tells in which language a piece of text is written, so that a
// half-translated page is seen before it is shown.
package tongue

import (
	"strings"
	"unicode"

	"github.com/abadojack/whatlanggo"
	"golang.org/x/text/unicode/norm"
)

// Unknown is the language of a text too short, or of none.
const Unknown = ""

// leastLetters is how much text it takes to tell languages of one script
// apart.
const leastLetters = 24

// Of gives the language (ISO 639-1) of a piece of text. Scripts tell most
// languages of the region; Vietnamese tells itself by its letters.
func Of(text string) string {
	text = norm.NFC.String(text)
	scripts := map[string]int{}
	letters, vietnamese := 0, 0
	for _, r := range text {
		if !unicode.IsLetter(r) && !unicode.Is(unicode.Mn, r) {
			continue
		}
		letters++
		scripts[script(r)]++
		if isVietnamese(r) {
			vietnamese++
		}
	}
	most, n := "", 0
	for _, s := range []string{"latin", "lo", "th", "zh", "ja", "ko", "ru"} {
		if scripts[s] > n {
			most, n = s, scripts[s]
		}
	}
	switch {
	case n == 0 || n*3 < letters*2:
		return Unknown
	case most == "zh" && scripts["ja"] > 0:
		return "ja"
	case most != "latin":
		return most
	case vietnamese*12 >= letters: // one in four is usual
		return "vi"
	case letters < leastLetters:
		return Unknown
	}
	return latin(text)
}

// latin tells the other languages that the portals write in this script.
func latin(text string) string {
	info := whatlanggo.DetectWithOptions(strings.ToLower(text), whatlanggo.Options{Whitelist: map[whatlanggo.Lang]bool{
		whatlanggo.Eng: true, whatlanggo.Fra: true, whatlanggo.Spa: true, whatlanggo.Deu: true, whatlanggo.Vie: true,
	}})
	if info.Confidence < 0.2 {
		return Unknown
	}
	return info.Lang.Iso6391()
}

func script(r rune) string {
	switch {
	case unicode.Is(unicode.Latin, r):
		return "latin"
	case unicode.Is(unicode.Lao, r):
		return "lo"
	case unicode.Is(unicode.Thai, r):
		return "th"
	case unicode.Is(unicode.Hiragana, r), unicode.Is(unicode.Katakana, r):
		return "ja"
	case unicode.Is(unicode.Han, r):
		return "zh"
	case unicode.Is(unicode.Hangul, r):
		return "ko"
	case unicode.Is(unicode.Cyrillic, r):
		return "ru"
	}
	return "other"
}

// isVietnamese tells the letters that no other language of the region has.
func isVietnamese(r rune) bool {
	return strings.ContainsRune("ăđơưĂĐƠƯạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ", r)
}

// Mix is what languages an article is in.
type Mix struct {
	Main    string   // of most paragraphs
	Each    []string // of every paragraph, Unknown included
	Foreign []int    // paragraphs in another language than the article claims
}

// OfArticle looks at an article's paragraphs. claimed is the language that its
// page says it is in; "" takes the main one.
func OfArticle(claimed string, paragraphs []string) Mix {
	m := Mix{Each: make([]string, len(paragraphs))}
	letters := map[string]int{}
	for i, p := range paragraphs {
		m.Each[i] = Of(p)
		if m.Each[i] != Unknown {
			letters[m.Each[i]] += len([]rune(p))
		}
	}
	for _, lang := range m.Each { // in the article's order, so that ties are settled alike
		if letters[lang] > letters[m.Main] {
			m.Main = lang
		}
	}
	if claimed == "" {
		claimed = m.Main
	}
	for i, lang := range m.Each {
		if lang != Unknown && lang != claimed {
			m.Foreign = append(m.Foreign, i)
		}
	}
	return m
}
