package slides

import (
	"maps"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"cotmoc/playlists"
)

// Validate refuses what no template can show. Whether the texts fit is known
// only when they are drawn.
func (s Slide) Validate() error {
	t, ok := find(s.Template, s.Version)
	if !ok {
		return playlists.Errorf(playlists.Invalid, "slide_template_unknown", playlists.Params{"template": s.Template, "version": s.Version}, "cannot use version %d of the template %.40q: choose one of those listed", s.Version, s.Template)
	}
	if !slices.Contains(Languages(), s.Language) {
		return playlists.Errorf(playlists.Invalid, "language_unknown", playlists.Params{"language": s.Language}, "cannot use the language %.20q: choose vi, lo, en or zh", s.Language)
	}
	if !reflect.DeepEqual(s, s.Clean()) {
		return playlists.Errorf(playlists.Invalid, "slide_unclean", nil, "cannot use texts that are not in their one form: clean them first")
	}
	for _, check := range []func(Template) error{s.validatePlaces, s.validateTexts, s.validateDates, s.validateRows, s.validateCode} {
		if err := check(t); err != nil {
			return err
		}
	}
	if s.Brand != nil {
		if err := s.Brand.Validate(); err != nil {
			return err
		}
	}
	if s.Photo != "" {
		if err := s.Photo.Validate(); err != nil {
			return err
		}
	}
	if s.Picture != "" {
		return s.Picture.Validate()
	}
	return nil
}

// validatePlaces refuses what the template has no place for, and holes in it.
func (s Slide) validatePlaces(t Template) error {
	filled := map[Field]bool{
		Title: s.Title != "", Text: s.Text != "", Source: s.Source != "", Date: s.Date != "", Page: s.Page != "", Picture: s.Picture != "",
		Level: s.Level != 0, Phone: s.Phone != "", Time: s.Time != "", Until: s.Until != "", Rows: len(s.Rows) > 0,
	}
	for field, is := range filled {
		switch {
		case is && field == Picture && !t.Has(field):
			return playlists.Errorf(playlists.Invalid, "slide_no_picture", playlists.Params{"template": s.Template}, "cannot show a picture with the template %q: it has no place for one", s.Template)
		case is && !t.Has(field):
			return playlists.Errorf(playlists.Invalid, "slide_no_place", playlists.Params{"field": string(field), "template": s.Template}, "cannot show %s with the template %q: it has no place for it", field, s.Template)
		}
	}
	for _, field := range append([]Field{Title}, t.Needs...) {
		if !filled[field] {
			return playlists.Errorf(playlists.Invalid, "text_empty", playlists.Params{"field": string(field)}, "cannot leave %s empty: write at least one character", field)
		}
	}
	if s.Level < 0 || s.Level > 5 {
		return playlists.Errorf(playlists.Invalid, "slide_level", playlists.Params{"level": s.Level}, "cannot warn at level %d: choose 1 to 5", s.Level)
	}
	return nil
}

func (s Slide) validateTexts(Template) error {
	for _, x := range []struct {
		field Field
		value string
		max   int
	}{{Title, s.Title, maxTitle}, {Text, s.Text, maxText}, {Source, s.Source, maxSource}, {Phone, s.Phone, maxPhone}} {
		if err := written(x.field, x.value, x.max, s.Language); err != nil {
			return err
		}
	}
	return nil
}

// written refuses a text that is too long or has letters that its language's
// fonts have not.
func written(field Field, text string, most int, language string) error {
	if n := utf8.RuneCountInString(text); n > most {
		return playlists.Errorf(playlists.Invalid, "text_too_long", playlists.Params{"field": string(field), "max": most}, "cannot use %s of %d characters: shorten it to %d", field, n, most)
	}
	if i := strings.IndexFunc(text, unwritable(language)); i >= 0 {
		r, _ := utf8.DecodeRuneInString(text[i:])
		return noLetter(r)
	}
	return nil
}

func (s Slide) validateDates(Template) error {
	for _, date := range []string{s.Date, s.Until} {
		if _, err := time.Parse(time.DateOnly, date); date != "" && err != nil {
			return playlists.Errorf(playlists.Invalid, "slide_date", playlists.Params{"date": date}, "cannot read the date %.40q: write it as 2026-11-26", date)
		}
	}
	if _, err := time.Parse("15:04", s.Time); s.Time != "" && (err != nil || len(s.Time) != len("15:04")) {
		return playlists.Errorf(playlists.Invalid, "slide_time", playlists.Params{"time": s.Time}, "cannot read the time %.20q: write it as 08:30", s.Time)
	}
	if s.Date != "" && s.Until != "" && s.Date > s.Until {
		return playlists.Errorf(playlists.Invalid, "slide_past", playlists.Params{"date": s.Date, "until": s.Until}, "cannot count the days from %s to %s: that day is over; choose an earlier one to count from, or none", s.Date, s.Until)
	}
	return nil
}

// amount is how a rate is written: 1.234,56 or 1,234.56; a dash where there is
// none.
var amount = regexp.MustCompile(`^([0-9]+([.,][0-9]+)*|[-–])$`)

func (s Slide) validateRows(t Template) error {
	if len(s.Rows) > t.Most || len(t.Each) > 0 && len(s.Rows) != len(t.Each) {
		return playlists.Errorf(playlists.Invalid, "slide_rows", playlists.Params{"rows": len(s.Rows), "max": t.Most}, "cannot show %d rows: this template has room for %d", len(s.Rows), t.Most)
	}
	for n, row := range s.Rows {
		if len(row) != len(t.Columns) || row[0] == "" {
			return playlists.Errorf(playlists.Invalid, "slide_row_empty", playlists.Params{"row": n + 1}, "cannot show row %d: its first cell is empty; fill it in or take the row out", n+1)
		}
		language := s.Language
		if len(t.Each) > 0 {
			language = t.Each[n]
		}
		for column, cell := range row {
			if err := written(Rows, cell, maxCell, language); err != nil {
				return err
			}
			if t.Name == Rates && column > 0 && !amount.MatchString(cell) {
				return playlists.Errorf(playlists.Invalid, "slide_rate", playlists.Params{"row": n + 1, "value": cell}, "cannot read %.40q in row %d as a rate: write a number such as 26.150, or – for none", cell, n+1)
			}
		}
	}
	return nil
}

// validateCode refuses codes that lead nowhere, or elsewhere than they seem to.
func (s Slide) validateCode(Template) error {
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
