package checks

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"cotmoc/playlists"
)

const (
	maxWord  = 60
	maxNote  = 200
	maxWords = 2000
)

// builtIn are names that contradict what the country says of its sea, and what
// to write instead. They are looked at, not forbidden: a quotation may need one.
func builtIn() []Word {
	var words []Word
	for _, w := range []struct {
		text string
		hint Hint
	}{
		{"biển Nam Trung Hoa", Sea}, {"biển Hoa Nam", Sea}, {"South China Sea", Sea}, {"南海", Sea}, {"南中国海", Sea}, {"ທະເລຈີນໃຕ້", Sea},
		{"quần đảo Tây Sa", Islands}, {"quần đảo Nam Sa", Islands}, {"Paracel", Islands}, {"Spratly", Islands}, {"Xisha", Islands}, {"Nansha", Islands},
		{"西沙", Islands}, {"南沙", Islands}, {"Tam Sa", UnlawfulUnit}, {"đường lưỡi bò", NineDash}, {"nine-dash line", NineDash},
	} {
		words = append(words, Word{Text: w.text, Hint: w.hint, BuiltIn: true})
	}
	return words
}

func (s *Service) words(ctx context.Context) ([]Word, error) {
	own, err := s.cfg.Store.Words(ctx)
	if err != nil {
		return nil, err
	}
	return append(builtIn(), own...), nil
}

// Words lists the words to look out for, the built-in ones first.
func (s *Service) Words(ctx context.Context, a playlists.Actor) ([]Word, error) {
	if err := a.Require(playlists.ReadMedia, playlists.Scope{}); err != nil {
		return nil, err
	}
	return s.words(ctx)
}

// AddWord has a word looked out for from now on.
func (s *Service) AddWord(ctx context.Context, a playlists.Actor, text, note string) error {
	if err := a.Require(playlists.EditMedia, playlists.Scope{}); err != nil {
		return err
	}
	text, note = playlists.Clean(text), playlists.Clean(note)
	if n := utf8.RuneCountInString(text); n < 2 || n > maxWord {
		return playlists.Errorf(playlists.Invalid, "word_length", playlists.Params{"max": maxWord}, "cannot look out for a word of %d characters: write 2 to %d", n, maxWord)
	}
	if n := utf8.RuneCountInString(note); n > maxNote {
		return playlists.Errorf(playlists.Invalid, "text_too_long", playlists.Params{"field": "note", "max": maxNote}, "cannot keep a note of %d characters: shorten it to %d", n, maxNote)
	}
	all, err := s.words(ctx)
	if err != nil {
		return err
	}
	if len(all) >= maxWords {
		return playlists.Errorf(playlists.TooLarge, "words_too_many", playlists.Params{"max": maxWords}, "cannot look out for more than %d words: take some out first", maxWords)
	}
	return s.cfg.Store.AddWord(ctx, Word{Text: text, Note: note, By: a.ID, At: s.cfg.Now()})
}

// DropWord ends looking out for a word that somebody entered.
func (s *Service) DropWord(ctx context.Context, a playlists.Actor, text string) error {
	if err := a.Require(playlists.EditMedia, playlists.Scope{}); err != nil {
		return err
	}
	return s.cfg.Store.DropWord(ctx, playlists.Clean(text))
}

// found gives a notice for each word that stands in the text.
func found(words []Word, text string) []Notice {
	text = lowered(text)
	var out []Notice
	for _, w := range words {
		if stands(text, lowered(w.Text)) && !slices.ContainsFunc(out, func(n Notice) bool { return strings.EqualFold(n.Word, w.Text) }) {
			out = append(out, Notice{Kind: WatchWord, Word: w.Text, Note: w.Note, Hint: w.Hint})
		}
	}
	return out
}

// isMap tells whether a text speaks of a map.
func isMap(text string) bool {
	text = lowered(text)
	return slices.ContainsFunc([]string{"bản đồ", "map", "maps", "ແຜນທີ່", "地图", "地圖"}, func(w string) bool { return stands(text, w) })
}

// lowered keeps the marks: "tam sa" and "tạm xa" are different words.
func lowered(s string) string { return strings.ToLower(norm.NFC.String(s)) }

// stands tells whether a word stands in a text by itself. Scripts that write
// words without spaces between them have no such bounds.
func stands(text, word string) bool {
	bounded := !strings.ContainsFunc(word, func(r rune) bool { return unicode.In(r, unicode.Han, unicode.Lao, unicode.Thai) })
	for from := 0; ; {
		i := strings.Index(text[from:], word)
		if i < 0 || word == "" {
			return false
		}
		at, end := from+i, from+i+len(word)
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		after, _ := utf8.DecodeRuneInString(text[end:])
		if !bounded || (at == 0 || !unicode.IsLetter(before)) && (end == len(text) || !unicode.IsLetter(after)) {
			return true
		}
		from = end
	}
}
