// Package slides makes pictures of words: an announcement or an article set in
// a designed template, drawn by a browser to the pixels that people decide on.
package slides

import (
	"bytes"
	"encoding/json"
	"maps"
	"strings"

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

	Level int        `json:"level,omitempty"` // of a risk, 1 to 5
	Phone string     `json:"phone,omitempty"` // whom to call
	Time  string     `json:"time,omitempty"`  // HH:MM, of the date
	Until string     `json:"until,omitempty"` // YYYY-MM-DD, a day that comes
	Rows  [][]string `json:"rows,omitempty"`  // of a table, a cell for each of the template's columns
	Brand *Brand     `json:"brand,omitempty"` // of the unit, as it was when this was written
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

// Parts are the pictures that a slide names.
type Parts struct {
	Picture []byte // JPEG, nil for none
	Emblem  []byte // of its brand, JPEG, nil for none
}

// Longest texts, in characters; what fits is known when it is drawn.
const (
	maxTitle  = 300
	maxText   = 2000
	maxSource = 120
	maxPhone  = 60
	maxCell   = 120
	// maxPage is the longest address, in bytes, whose code a phone reads from
	// a few metres away.
	maxPage = 300
)

// Languages lists the languages that slides can be written in.
func Languages() []string { return []string{"vi", "en", "lo", "zh"} }

// Speaks lists the languages that are read on the slide.
func (s Slide) Speaks() []string {
	if t, ok := find(s.Template, s.Version); ok && len(t.Each) > 0 {
		return t.Each
	}
	return []string{s.Language}
}

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
	s.Page, s.Pages, s.Phone = strings.TrimSpace(s.Page), s.Pages.clean(), playlists.Clean(s.Phone)
	s.Rows = cleanRows(s.Rows)
	return s
}

// cleanRows leaves out the empty rows at the end.
func cleanRows(rows [][]string) [][]string {
	var out [][]string
	filled := 0
	for _, row := range rows {
		var cells []string
		for _, c := range row {
			if c = playlists.Clean(c); c != "" {
				filled = len(out) + 1
			}
			cells = append(cells, c)
		}
		out = append(out, cells)
	}
	if filled == 0 {
		return nil
	}
	return out[:filled]
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
