// Package slides makes pictures of words: an announcement or an article set in
// a designed template, drawn by a browser to the pixels that people decide on.
package slides

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"cotmoc/playlists"
)

// MIME is the type of a slide's source: its canonical JSON. Nothing that is
// uploaded is ever taken for it.
const MIME = "application/vnd.cotmoc.slide+json"

// Slide is what a slide says, and how. The same Slide gives the same picture:
// a changed design is a new Version.
type Slide struct {
	Template string           `json:"template"`
	Version  int              `json:"version"` // of the template
	Language string           `json:"language"`
	Title    string           `json:"title"`
	Text     string           `json:"text"`    // paragraphs, one a line
	Source   string           `json:"source"`  // who says so: a paper, a unit
	Date     string           `json:"date"`    // YYYY-MM-DD, "" for none
	Page     string           `json:"page"`    // where the QR code leads, "" for none
	Picture  playlists.Digest `json:"picture"` // of a JPEG in the object store, "" for none
	// Photo is the media of the library that Picture was made of, "" for none.
	Photo playlists.ID `json:"photo,omitempty"`
	// Short is the address in the QR code when its uses are counted; it leads
	// to Page, or to that of Pages which is in the reader's language.
	Short string `json:"short,omitempty"`
	Pages Pages  `json:"pages,omitzero"`
}

// Pages are the addresses of one page in other languages than the slide's.
type Pages struct {
	VI string `json:"vi,omitempty" maxLength:"2048"`
	EN string `json:"en,omitempty" maxLength:"2048"`
	LO string `json:"lo,omitempty" maxLength:"2048"`
	ZH string `json:"zh,omitempty" maxLength:"2048"`
}

func (p Pages) clean() Pages {
	return Pages{strings.TrimSpace(p.VI), strings.TrimSpace(p.EN), strings.TrimSpace(p.LO), strings.TrimSpace(p.ZH)}
}

// In gives the addresses that there are, by language.
func (p Pages) In() map[string]string {
	in := map[string]string{"vi": p.VI, "en": p.EN, "lo": p.LO, "zh": p.ZH}
	maps.DeleteFunc(in, func(_, page string) bool { return page == "" })
	return in
}

// Code gives the address in the QR code, "" for none.
func (s Slide) Code() string {
	if s.Short != "" {
		return s.Short
	}
	return s.Page
}

// Longest texts, in characters; what fits is known when it is drawn.
const (
	maxTitle  = 300
	maxText   = 2000
	maxSource = 120
	// maxPage is the longest address, in bytes, whose code a phone reads from
	// a few metres away.
	maxPage = 300
)

// Languages lists the languages that slides can be written in.
func Languages() []string { return []string{"vi", "en", "lo"} }

// Clean gives a slide with its texts in one form: NFC, single spaces, no
// control characters, no empty paragraphs.
func (s Slide) Clean() Slide {
	s.Title, s.Source = playlists.Clean(s.Title), playlists.Clean(s.Source)
	var kept []string
	for line := range strings.Lines(s.Text) {
		if line = playlists.Clean(line); line != "" {
			kept = append(kept, line)
		}
	}
	s.Text = strings.Join(kept, "\n")
	s.Page, s.Pages = strings.TrimSpace(s.Page), s.Pages.clean()
	return s
}

// Validate refuses what no template can show. Whether the texts fit is known
// only when they are drawn.
func (s Slide) Validate() error {
	t, ok := find(s.Template, s.Version)
	if !ok {
		return playlists.Errorf(playlists.Invalid, "slide_template_unknown", playlists.Params{"template": s.Template, "version": s.Version}, "cannot use version %d of the template %.40q: choose one of those listed", s.Version, s.Template)
	}
	if !slices.Contains(Languages(), s.Language) {
		return playlists.Errorf(playlists.Invalid, "language_unknown", playlists.Params{"language": s.Language}, "cannot use the language %.20q: choose vi, lo or en", s.Language)
	}
	if s != s.Clean() {
		return playlists.Errorf(playlists.Invalid, "slide_unclean", nil, "cannot use texts that are not in their one form: clean them first")
	}
	if s.Title == "" {
		return playlists.Errorf(playlists.Invalid, "text_empty", playlists.Params{"field": "title"}, "cannot leave title empty: write at least one character")
	}
	for _, x := range []struct {
		field, value string
		max          int
	}{{"title", s.Title, maxTitle}, {"text", s.Text, maxText}, {"source", s.Source, maxSource}} {
		if n := utf8.RuneCountInString(x.value); n > x.max {
			return playlists.Errorf(playlists.Invalid, "text_too_long", playlists.Params{"field": x.field, "max": x.max}, "cannot use %s of %d characters: shorten it to %d", x.field, n, x.max)
		}
		if i := strings.IndexFunc(x.value, unwritable); i >= 0 {
			r, _ := utf8.DecodeRuneInString(x.value[i:])
			return playlists.Errorf(playlists.Invalid, "slide_letter", playlists.Params{"letter": string(r)}, "cannot write %q on a slide: its fonts have Vietnamese, English and Lao; take it out or use another sign", r)
		}
	}
	if _, err := time.Parse(time.DateOnly, s.Date); s.Date != "" && err != nil {
		return playlists.Errorf(playlists.Invalid, "slide_date", playlists.Params{"date": s.Date}, "cannot read the date %.40q: write it as 2026-11-26", s.Date)
	}
	if err := s.validateCode(); err != nil {
		return err
	}
	if s.Photo != "" {
		if err := s.Photo.Validate(); err != nil {
			return err
		}
	}
	if s.Picture != "" {
		if !t.picture {
			return playlists.Errorf(playlists.Invalid, "slide_no_picture", playlists.Params{"template": s.Template}, "cannot show a picture with the template %q: it has no place for one", s.Template)
		}
		return s.Picture.Validate()
	}
	return nil
}

func (s Slide) validateCode() error {
	pages := s.Pages.In()
	if s.Short == "" && len(pages) > 0 || s.Short != "" && s.Page == "" {
		return playlists.Errorf(playlists.Invalid, "slide_count", nil, "cannot let the code lead on: only a counted code leads to pages in several languages, and it leads to one at least; give the address of the page")
	}
	for _, page := range append(slices.Sorted(maps.Values(pages)), s.Page, s.Short) {
		// What stands before an @ looks like the place that it leads to.
		if u, err := url.Parse(page); page != "" && (err != nil || len(page) > maxPage || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil) {
			return playlists.Errorf(playlists.Invalid, "slide_page", playlists.Params{"max": maxPage}, "cannot put the address %.400q into a code: give one that begins with https:// and has at most %d characters", page, maxPage)
		}
	}
	return nil
}

// Canonical gives the one form of the slide's JSON.
func (s Slide) Canonical() ([]byte, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		return nil, playlists.Errorf(playlists.Invalid, "slide_unreadable", nil, "cannot write the slide: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// Parse reads what Canonical wrote, and nothing else.
func Parse(b []byte) (Slide, error) {
	var s Slide
	if err := json.Unmarshal(b, &s); err != nil {
		return Slide{}, playlists.Errorf(playlists.Invalid, "slide_unreadable", nil, "cannot read the slide: %w", err)
	}
	again, err := s.Canonical()
	if err != nil {
		return Slide{}, err
	}
	if !bytes.Equal(again, b) {
		return Slide{}, playlists.Errorf(playlists.Invalid, "slide_unreadable", nil, "cannot read the slide: its JSON is not in its one form")
	}
	return s, nil
}

// unwritable tells what the fonts have no sign for.
func unwritable(r rune) bool {
	switch {
	case r == '\n', r >= 0x20 && r <= 0x7e, r >= 0xa0 && r <= 0xff, // Latin
		r >= 0x1ea0 && r <= 0x1ef9, r == 0x20ab, // Vietnamese
		r >= 0x0e80 && r <= 0x0eff,                                          // Lao
		r >= 0x2010 && r <= 0x2027, r >= 0x2030 && r <= 0x203a, r == 0x200b: // punctuation
		return false
	}
	return !strings.ContainsRune("ĂăĐđĨĩŨũƠơƯưıŒœ€™−", r)
}
