package playlists

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// MaxTitle is the longest title or name, in runes.
const MaxTitle = 200

// Clean normalises text that people typed: NFC, control characters removed,
// runs of white space folded to one space, ends trimmed.
func Clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		if unicode.IsControl(r) || isBidiControl(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	// What was removed may have stood between a letter and its mark.
	return strings.Join(strings.Fields(norm.NFC.String(s)), " ")
}

// isBidiControl tells the marks that can make a title read as another one.
func isBidiControl(r rune) bool {
	return r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069
}

// CleanTitle cleans a title or name and refuses an empty or over-long one.
// field names it in the error.
func CleanTitle(field, s string) (string, error) {
	t := Clean(s)
	switch n := utf8.RuneCountInString(t); {
	case n == 0:
		return "", Errorf(Invalid, "text_empty", Params{"field": field}, "cannot leave %s empty: write at least one character", field)
	case n > MaxTitle:
		return "", Errorf(Invalid, "text_too_long", Params{"field": field, "max": MaxTitle}, "cannot use %s of %d characters: shorten it to %d", field, n, MaxTitle)
	}
	return t, nil
}

// Fold maps text to what search compares: lower case, without Vietnamese
// diacritics ("Cầu Treo" and "cau treo" fold alike), đ as d, and the two
// spellings of the Lao vowel am as one. It is for search only, never for
// storage or display.
func Fold(s string) string {
	s = strings.ReplaceAll(norm.NFC.String(s), "\u0ecd\u0eb2", "\u0eb3")
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(Clean(s))) {
		switch {
		case r == 'đ':
			b.WriteByte('d')
		case unicode.Is(unicode.Mn, r) && !unicode.Is(unicode.Lao, r):
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
