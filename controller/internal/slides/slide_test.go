package slides_test

import (
	"reflect"
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

func TestOneForm(t *testing.T) {
	t.Parallel()
	b, err := sound().Canonical()
	if err != nil {
		t.Fatal(err)
	}
	if again, err := slides.Parse(b); err != nil || again != sound() {
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
		"language_unknown":       func(s *slides.Slide) { s.Language = "zh" },
		"slide_unclean":          func(s *slides.Slide) { s.Title = "a  b" },
		"text_empty":             func(s *slides.Slide) { s.Title = "" },
		"text_too_long":          func(s *slides.Slide) { s.Text = strings.Repeat("a", 2001) },
		"slide_letter":           func(s *slides.Slide) { s.Title = "越南" },
		"slide_date":             func(s *slides.Slide) { s.Date = "26/11/2026" },
		"slide_page":             func(s *slides.Slide) { s.Page = "javascript:alert(1)" },
		"slide_count":            func(s *slides.Slide) { s.Pages.EN = "https://www.vietnam.vn/en/bai" },
		"slide_no_picture":       func(s *slides.Slide) { s.Template = slides.Notice },
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
