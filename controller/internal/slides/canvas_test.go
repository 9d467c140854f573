package slides_test

import (
	"image"
	"testing"

	"cotmoc/controller/internal/slides"
	"cotmoc/playlists"
)

// TestOtherShapes: a slide for 1080p is drawn for 4K and for the walls of sites
// as well, at the very size, with a code that reads; where its letters would be
// too small, that is said.
func TestOtherShapes(t *testing.T) {
	t.Parallel()
	s := studio(t)
	for template, shapes := range map[string][]playlists.Profile{
		slides.News:   {playlists.Landscape2160, "site-1280x384", "site-768x768"},
		slides.Notice: {"site-1280x384", "site-384x1280"},
	} {
		slide := slides.Slide{
			Template: template, Version: slides.Newest(template), Language: "vi", Title: "Cửa khẩu quốc tế Cầu Treo đẩy mạnh thông quan hàng hóa Việt Nam – Lào", Text: "Thời gian thông quan còn dưới 30 phút.",
			Source: sources["vi"], Date: "2026-11-26", Page: "https://hatinh.gov.vn/vi/cau-treo",
		}.Clean()
		var parts slides.Parts
		if template == slides.News {
			parts.Picture = photo(t)
			slide.Picture = playlists.DigestOf(parts.Picture)
		}
		drawn, err := s.DrawFor(t.Context(), slide, parts, shapes...)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range shapes {
			d := drawn[p]
			if d.Err != nil {
				t.Errorf("%s for %s: %v", template, p, d.Err)
				continue
			}
			keep(t, template+"-"+string(p), d.Image)
			if w, h := p.Size(); d.Image.Bounds() != image.Rect(0, 0, w, h) {
				t.Errorf("%s for %s is %v", template, p, d.Image.Bounds())
			}
			if got := decode(t, d.Image); got != slide.Page {
				t.Errorf("%s for %s: the code reads %q", template, p, got)
			}
		}
		slide.Title, slide.Text = long["vi"][0], texts["vi"]
		drawn, err = s.DrawFor(t.Context(), slide, parts, playlists.Landscape1080, "site-1280x384")
		if err != nil || drawn[playlists.Landscape1080].Err != nil || playlists.ReasonOf(drawn["site-1280x384"].Err) != "slide_too_long" {
			t.Errorf("%s with more text than a low wall holds: %v, %+v", template, err, drawn)
		}
	}
}

func TestShapesWithoutSlides(t *testing.T) {
	t.Parallel()
	for p, want := range map[playlists.Profile]string{
		playlists.Landscape1080: "", playlists.Portrait2160: "", "site-1280x384": "", "site-640x400": "",
		"site-320x96": "slide_shape", "site-64x64": "slide_shape", "site-4096x512": "slide_shape", "site-512x4096": "slide_shape", "site-1280x230": "slide_shape",
	} {
		if got := playlists.ReasonOf(slides.Suits(p)); got != want {
			t.Errorf("Suits(%s) = %q, want %q", p, got, want)
		}
	}
}

// TestOtherShapesOfAll: every template is drawn larger, and what one writes on
// most slides has room on walls as well, codes with it.
func TestOtherShapesOfAll(t *testing.T) {
	t.Parallel()
	s := studio(t)
	for template, shapes := range map[string][]playlists.Profile{
		slides.Warning:   {playlists.Landscape2160, "site-1280x384"},
		slides.Hours:     {"site-1280x384"},
		slides.Rates:     {"site-1280x384"},
		slides.Countdown: {"site-1280x384"},
		slides.Welcome:   {"site-1280x384"},
	} {
		slide := filled(template)
		drawn, err := s.DrawFor(t.Context(), slide, slides.Parts{}, shapes...)
		if err != nil {
			t.Fatal(err)
		}
		for p, d := range drawn {
			if d.Err != nil {
				t.Errorf("%s for %s: %v", template, p, d.Err)
				continue
			}
			keep(t, template+"-"+string(p), d.Image)
			if w, h := p.Size(); d.Image.Bounds() != image.Rect(0, 0, w, h) {
				t.Errorf("%s for %s is %v", template, p, d.Image.Bounds())
			}
			if slide.Page != "" && decode(t, d.Image) != slide.Page {
				t.Errorf("%s for %s: the code does not read", template, p)
			}
		}
	}
}
