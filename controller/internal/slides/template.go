package slides

import (
	"bytes"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"

	"cotmoc/playlists"
)

//go:embed templates
var files embed.FS

// markupOf writes the page that the browser draws: everything is in it.
func markupOf(s Slide, parts Parts, fonts *fontSet, p playlists.Profile) (string, error) {
	if err := s.Validate(); err != nil {
		return "", err
	}
	parsed, err := template.ParseFS(files, "templates/page.html", "templates/parts.html", fmt.Sprintf("templates/%s-%d.html", s.Template, s.Version))
	if err != nil {
		return "", fmt.Errorf("cannot read the template %s: %w", s.Template, err)
	}
	css, err := files.ReadFile(fmt.Sprintf("templates/%s-%d.css", s.Template, s.Version))
	if err != nil {
		return "", fmt.Errorf("cannot read the style of %s: %w", s.Template, err)
	}
	code, modules, err := codeOf(s.Code())
	if err != nil {
		return "", err
	}
	on, err := canvasOf(p)
	if err != nil {
		return "", err
	}
	said := wordsIn(s.Language)
	view := map[string]any{
		"Language": s.Language, "Shape": on.shape, "Width": on.width, "Height": on.height, "Style": template.CSS(css), "Words": said,
		"Title": s.Title, "Paragraphs": paragraphs(s.Text), "Source": s.Source, "Date": said.day(s.Date), "Moment": said.at(s.Date, s.Time),
		"Picture": dataURL("image/jpeg", parts.Picture), "Code": dataURL("image/png", code), "CodeSide": codeSide(modules),
		"Phone": s.Phone, "Risk": riskOf(s.Level, said), "Rows": s.Rows, "Greetings": greetings(s), "Count": countOf(s, said),
		"Colours": coloursOf(s.Brand), "Brand": s.Brand, "Emblem": dataURL("image/jpeg", parts.Emblem),
	}
	var b bytes.Buffer
	if err := parsed.ExecuteTemplate(&b, "slide", view); err != nil {
		return "", fmt.Errorf("cannot write the page of a slide: %w", err)
	}
	if view["Fonts"], err = fonts.faces(chineseIn(b.Bytes())); err != nil {
		return "", err
	}
	b.Reset()
	if err := parsed.ExecuteTemplate(&b, "page.html", view); err != nil {
		return "", fmt.Errorf("cannot write the page of a slide: %w", err)
	}
	return b.String(), nil
}

// risk is a level of a warning, told by number, word and bars besides its
// colour.
type risk struct {
	Level int
	Word  string
	Bars  []bool // filled ones
}

func riskOf(level int, said words) *risk {
	if level < 1 || level > len(said.levels) {
		return nil
	}
	r := &risk{Level: level, Word: said.levels[level-1], Bars: make([]bool, len(said.levels))}
	for n := range level {
		r.Bars[n] = true
	}
	return r
}

// greeting is one of several languages on a slide.
type greeting struct{ Language, Text string }

func greetings(s Slide) []greeting {
	t, ok := find(s.Template, s.Version)
	if !ok || len(t.Each) != len(s.Rows) {
		return nil
	}
	out := make([]greeting, len(s.Rows))
	for n, row := range s.Rows {
		out[n] = greeting{t.Each[n], row[0]}
	}
	return out
}

// count is how far a day is: a still picture says of which day that is true.
type count struct {
	Until string // the day, with its weekday
	AsOf  string // the day that it is counted on, "" when nothing is counted
	Days  int
	Unit  string
	Day   string // the day and month in figures
	Year  string
}

func countOf(s Slide, said words) *count {
	until, err := time.Parse(time.DateOnly, s.Until)
	if err != nil {
		return nil
	}
	c := &count{Until: said.weekday(s.Until), Day: until.Format("02/01"), Year: until.Format("2006")}
	if from, err := time.Parse(time.DateOnly, s.Date); err == nil {
		c.Days = int(until.Sub(from) / (24 * time.Hour))
		c.AsOf, c.Unit = said.day(s.Date), said.days(c.Days)
	}
	return c
}

// chineseIn lists the letters of a slide that the Chinese font is for, among
// them the signs that other fonts draw narrower.
func chineseIn(markup []byte) []rune {
	var letters []rune
	found := false
	for _, r := range string(markup) {
		if found = found || chinese(r); chinese(r) || r >= 0x2010 && r <= 0x2027 {
			letters = append(letters, r)
		}
	}
	if !found {
		return nil
	}
	slices.Sort(letters)
	return slices.Compact(letters)
}

// coloursOf gives the style of a unit's colours; ours stand in the page.
func coloursOf(b *Brand) template.CSS {
	if b == nil {
		return ""
	}
	return template.CSS(":root { --main: " + b.Main + "; --accent: " + b.Accent + "; --sign: " + b.Accent + " }") // validated: nothing but figures
}

func paragraphs(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

// dataURL puts bytes that we have made ourselves into a page.
func dataURL(mime string, b []byte) template.URL {
	if len(b) == 0 {
		return ""
	}
	return template.URL("data:" + mime + ";base64," + base64.StdEncoding.EncodeToString(b))
}
