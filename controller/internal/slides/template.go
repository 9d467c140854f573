package slides

import (
	"bytes"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io/fs"
	"strings"
	"time"

	"cotmoc/playlists"
)

//go:embed templates
var files embed.FS

// design is one version of a template.
type design struct {
	name    string
	version int
	picture bool // it has a place for one
}

// News and Notice are the templates.
const (
	News   = "tin"       // headline, photo, two lines, source, date, code
	Notice = "thong-bao" // title, text, unit, date
)

// Newest gives the version in which new slides are made.
func Newest(string) int { return 1 }

func find(name string, version int) (design, bool) {
	for _, d := range []design{{News, 1, true}, {Notice, 1, false}} {
		if d.name == name && d.version == version {
			return d, true
		}
	}
	return design{}, false
}

// words are what a template says by itself.
type words struct {
	News, Notice, Scan string
	date               string // layout of a date
}

func wordsIn(language string) words {
	switch language {
	case "en":
		return words{"News", "Announcement", "Read on your phone", "2 January 2006"}
	case "lo":
		return words{"ຂ່າວ", "ແຈ້ງການ", "ອ່ານໃນໂທລະສັບ", "02/01/2006"}
	}
	return words{"Tin tức", "Thông báo", "Đọc trên điện thoại", "02/01/2006"}
}

// markupOf writes the page that the browser draws: everything is in it.
func markupOf(s Slide, picture []byte, fonts template.CSS, p playlists.Profile) (string, error) {
	if err := s.Validate(); err != nil {
		return "", err
	}
	parsed, err := template.ParseFS(files, "templates/page.html", fmt.Sprintf("templates/%s-%d.html", s.Template, s.Version))
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
		"Language": s.Language, "Shape": on.shape, "Width": on.width, "Height": on.height, "Fonts": fonts, "Style": template.CSS(css), "Words": said,
		"Title": s.Title, "Paragraphs": paragraphs(s.Text), "Source": s.Source, "Date": dated(s.Date, said.date),
		"Picture": dataURL("image/jpeg", picture), "Code": dataURL("image/png", code), "CodeSide": codeSide(modules),
	}
	var b bytes.Buffer
	if err := parsed.ExecuteTemplate(&b, "page.html", view); err != nil {
		return "", fmt.Errorf("cannot write the page of a slide: %w", err)
	}
	return b.String(), nil
}

func paragraphs(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

func dated(date, layout string) string {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return ""
	}
	return t.Format(layout)
}

// dataURL puts bytes that we have made ourselves into a page.
func dataURL(mime string, b []byte) template.URL {
	if len(b) == 0 {
		return ""
	}
	return template.URL("data:" + mime + ";base64," + base64.StdEncoding.EncodeToString(b))
}

// fontFaces gives the style that brings the fonts along. They are those of the
// console, in its assets.
func fontFaces(assets fs.FS) (template.CSS, error) {
	var b strings.Builder
	for _, script := range []string{"latin", "vietnamese", "lao"} {
		for _, weight := range []string{"400", "600"} {
			pattern := "assets/noto-sans-" + script + "-" + weight + "-normal-*.woff2"
			if script == "lao" {
				pattern = "assets/noto-sans-lao-lao-" + weight + "-normal-*.woff2"
			}
			names, err := fs.Glob(assets, pattern)
			if err != nil || len(names) != 1 {
				return "", playlists.Errorf(playlists.Unavailable, "slide_fonts_missing", nil, "cannot make slides: this program was built without the console, whose fonts they use; build it with the console")
			}
			font, err := fs.ReadFile(assets, names[0])
			if err != nil {
				return "", fmt.Errorf("cannot read the font %s: %w", names[0], err)
			}
			fmt.Fprintf(&b, "@font-face{font-family:%s;font-weight:%s;src:url(%s) format('woff2')}\n", script, weight, dataURL("font/woff2", font))
		}
	}
	return template.CSS(b.String()), nil
}
