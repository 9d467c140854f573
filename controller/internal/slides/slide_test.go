package slides_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"cotmoc/controller/internal/slides"
	"cotmoc/playlists"
)

func sound() slides.Slide {
	return slides.Slide{
		Template: slides.News, Version: 1, Language: "vi", Title: "Thông quan nhanh hơn", Text: "Một\nHai", Source: "Báo Hà Tĩnh", Date: "2026-11-26",
		Page: "https://www.vietnam.vn/bai", Picture: playlists.DigestOf(nil),
	}
}

// filled is a sound slide in a template.
func filled(template string) slides.Slide {
	for _, x := range examples() {
		if x.slide.Template == template {
			x.slide.Rows = slices.Clone(x.slide.Rows)
			return x.slide
		}
	}
	return slides.Slide{}
}

// TestEveryTemplateHasOneForm: what a template has a place for comes back as it
// was, and a slide without the newer fields is written as it ever was.
func TestEveryTemplateHasOneForm(t *testing.T) {
	t.Parallel()
	for _, x := range examples() {
		b, err := x.slide.Canonical()
		if err != nil {
			t.Errorf("%s: %v", x.name, err)
			continue
		}
		if again, err := slides.Parse(b); err != nil || !reflect.DeepEqual(again, x.slide) {
			t.Errorf("%s: Parse = %+v, %v", x.name, again, err)
		}
	}
	old := `{"template":"thong-bao","version":1,"language":"vi","title":"Nghỉ lễ","text":"","source":"","date":"","page":"","picture":""}`
	if s, err := slides.Parse([]byte(old)); err != nil || s.Title != "Nghỉ lễ" {
		t.Errorf("Parse of an older slide = %+v, %v", s, err)
	}
}

// TestNeeds: a warning says how grave it is, by whom and when; a rate of whom
// and when.
func TestNeeds(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func() slides.Slide{
		"a warning without a level":  func() slides.Slide { s := filled(slides.Warning); s.Level = 0; return s },
		"a warning of nobody":        func() slides.Slide { s := filled(slides.Warning); s.Source = ""; return s },
		"rates without a day":        func() slides.Slide { s := filled(slides.Rates); s.Date = ""; return s },
		"rates without rows":         func() slides.Slide { s := filled(slides.Rates); s.Rows = nil; return s },
		"a countdown to no day":      func() slides.Slide { s := filled(slides.Countdown); s.Until = ""; return s },
		"a welcome without a place":  func() slides.Slide { s := filled(slides.Welcome); s.Title = ""; return s },
		"a welcome without greeting": func() slides.Slide { s := filled(slides.Welcome); s.Rows = nil; return s },
	} {
		if err := change().Validate(); playlists.ReasonOf(err) != "text_empty" {
			t.Errorf("%s: Validate = %v", name, err)
		}
	}
}

// TestLetters: each language has its own, and Chinese words stand in a Chinese
// text alone, or in the Chinese line of a welcome.
func TestLetters(t *testing.T) {
	t.Parallel()
	chinese := filled(slides.Notice)
	chinese.Language, chinese.Title, chinese.Text, chinese.Source = "zh", "高桥国际口岸", "07:00–19:30，每天。", ""
	if err := chinese.Validate(); err != nil {
		t.Error(err)
	}
	welcome := filled(slides.Welcome)
	if err := welcome.Validate(); err != nil || !slices.Equal(welcome.Speaks(), []string{"vi", "lo", "en", "zh"}) {
		t.Errorf("a welcome speaks %v, %v", welcome.Speaks(), err)
	}
	welcome.Rows[0] = []string{"欢迎"}
	if err := welcome.Validate(); playlists.ReasonOf(err) != "slide_letter" {
		t.Errorf("a Chinese greeting in the Vietnamese line: %v", err)
	}
}

func TestOneForm(t *testing.T) {
	t.Parallel()
	b, err := sound().Canonical()
	if err != nil {
		t.Fatal(err)
	}
	if again, err := slides.Parse(b); err != nil || !reflect.DeepEqual(again, sound()) {
		t.Errorf("Parse = %+v, %v", again, err)
	}
	for name, other := range map[string]string{
		"spaces":         " " + string(b),
		"another order":  `{"version":1,` + strings.Replace(string(b)[1:], `"version":1,`, "", 1),
		"another field":  strings.Replace(string(b), "{", `{"script":"x",`, 1),
		"decomposed":     strings.Replace(string(b), "quan", "qua\u0301n", 1),
		"an old version": strings.Replace(string(b), `"version":1`, `"version":0`, 1),
		"nothing":        "",
	} {
		if _, err := slides.Parse([]byte(other)); playlists.CodeOf(err) != playlists.Invalid {
			t.Errorf("%s: Parse = %v", name, err)
		}
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	for reason, change := range map[string]func(*slides.Slide){
		"slide_template_unknown": func(s *slides.Slide) { s.Template = "../page" },
		"language_unknown":       func(s *slides.Slide) { s.Language = "de" },
		"slide_unclean":          func(s *slides.Slide) { s.Title = "a  b" },
		"text_empty":             func(s *slides.Slide) { s.Title = "" },
		"text_too_long":          func(s *slides.Slide) { s.Text = strings.Repeat("a", 2001) },
		"slide_letter":           func(s *slides.Slide) { s.Title = "越南" },
		"slide_date":             func(s *slides.Slide) { s.Date = "26/11/2026" },
		"slide_page":             func(s *slides.Slide) { s.Page = "javascript:alert(1)" },
		"slide_count":            func(s *slides.Slide) { s.Pages.EN = "https://www.vietnam.vn/en/bai" },
		"slide_no_picture":       func(s *slides.Slide) { s.Template = slides.Notice },
		"slide_no_place":         func(s *slides.Slide) { s.Phone = "113" },
		"slide_level":            func(s *slides.Slide) { *s = filled(slides.Warning); s.Level = 6 },
		"slide_time":             func(s *slides.Slide) { *s = filled(slides.Rates); s.Time = "8:30" },
		"slide_past":             func(s *slides.Slide) { *s = filled(slides.Countdown); s.Date = "2027-09-03" },
		"slide_rows":             func(s *slides.Slide) { *s = filled(slides.Welcome); s.Rows = s.Rows[:3] },
		"slide_row_empty":        func(s *slides.Slide) { *s = filled(slides.Hours); s.Rows[0] = []string{"", "x", "y"} },
		"slide_rate":             func(s *slides.Slide) { *s = filled(slides.Rates); s.Rows[0] = []string{"USD", "26.15O", "26.390"} },
	} {
		s := sound()
		change(&s)
		if err := s.Validate(); playlists.ReasonOf(err) != reason {
			t.Errorf("%s: Validate = %v", reason, err)
		}
	}
}

// TestCountedCode: what is on the glass is in the source, and leads to web
// addresses alone.
func TestCountedCode(t *testing.T) {
	t.Parallel()
	s := sound()
	s.Short, s.Pages.LO = "https://quet.example/q/bcdfghj", "https://www.vietnam.vn/lo/bai"
	b, err := s.Canonical()
	if err != nil || s.Code() != s.Short || !strings.Contains(string(b), `"short":"https://quet.example/q/bcdfghj","pages":{"lo":"https://www.vietnam.vn/lo/bai"}`) {
		t.Errorf("the code reads %s, the source is %s, %v", s.Code(), b, err)
	}
	if again, err := slides.Parse(b); err != nil || !reflect.DeepEqual(again, s) {
		t.Errorf("Parse = %+v, %v", again, err)
	}
	for _, page := range []string{"javascript:alert(1)", "https://www.vietnam.vn@evil.example/", "//evil.example", "https://"} {
		s.Pages.LO = page
		if err := s.Validate(); playlists.ReasonOf(err) != "slide_page" {
			t.Errorf("%s: Validate = %v", page, err)
		}
	}
	s.Pages.LO, s.Page = "", ""
	if err := s.Validate(); playlists.ReasonOf(err) != "slide_count" {
		t.Errorf("without a page: Validate = %v", err)
	}
}

func TestClean(t *testing.T) {
	t.Parallel()
	s := sound()
	s.Title, s.Text = " Cầu\tTreo\u202e ", "\n Một \r\n\n\tHai\n"
	s = s.Clean()
	if s.Title != "Cầu Treo" || s.Text != "Một\nHai" {
		t.Errorf("Clean = %q, %q", s.Title, s.Text)
	}
	if err := s.Validate(); err != nil {
		t.Error(err)
	}
}
