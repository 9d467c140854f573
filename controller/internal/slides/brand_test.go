package slides_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"cotmoc/controller/internal/slides"
	"cotmoc/playlists"
)

// TestBrand: colours that cannot be read from afar are refused, with one beside
// them that can.
func TestBrand(t *testing.T) {
	t.Parallel()
	good := slides.Brand{Name: "Khu kinh tế Hà Tĩnh", Main: "#123a63", Accent: "#f2b632"}
	for name, x := range map[string]struct {
		change func(*slides.Brand)
		reason string
	}{
		"good":              {func(*slides.Brand) {}, ""},
		"our red":           {func(b *slides.Brand) { b.Main = "#b80f29" }, ""},
		"no name":           {func(b *slides.Brand) { b.Name = "" }, "text_empty"},
		"a long name":       {func(b *slides.Brand) { b.Name = strings.Repeat("a", 61) }, "text_too_long"},
		"a strange letter":  {func(b *slides.Brand) { b.Name = "☭" }, "slide_letter"},
		"white on yellow":   {func(b *slides.Brand) { b.Main = "#ffd400" }, "brand_main_light"},
		"white on sky blue": {func(b *slides.Brand) { b.Main = "#4a90d9" }, "brand_main_light"},
		"navy on blue":      {func(b *slides.Brand) { b.Accent = "#1c4f85" }, "brand_accent_dull"},
		"black at night":    {func(b *slides.Brand) { b.Main, b.Accent = "#b80f29", "#000000" }, "brand_accent_dull"},
		"a word":            {func(b *slides.Brand) { b.Main = "red" }, "brand_colour"},
		"style":             {func(b *slides.Brand) { b.Accent = "#fff}a{}" }, "brand_colour"},
		"capital letters":   {func(b *slides.Brand) { b.Accent = "#F2B632" }, "brand_colour"},
		"no colour":         {func(b *slides.Brand) { b.Accent = "" }, "brand_colour"},
	} {
		b := good
		x.change(&b)
		err := b.Validate()
		if playlists.ReasonOf(err) != x.reason {
			t.Errorf("%s: Validate = %v", name, err)
		}
		var refused *playlists.Error
		if !errors.As(err, &refused) {
			continue
		}
		switch better, _ := refused.Params["better"].(string); x.reason {
		case "brand_main_light":
			b.Main = better
		case "brand_accent_dull":
			b.Accent = better
		default:
			continue
		}
		if err := b.Validate(); playlists.ReasonOf(err) == x.reason {
			t.Errorf("%s: what was proposed is refused: %v", name, err)
		}
	}
}

// TestBrandIsInTheSource: a slide names what it was drawn with.
func TestBrandIsInTheSource(t *testing.T) {
	t.Parallel()
	s := filled(slides.Notice)
	s.Brand = &slides.Brand{Name: "Khu kinh tế Hà Tĩnh", Main: "#123a63", Accent: "#f2b632", Emblem: playlists.DigestOf([]byte("x"))}
	b, err := s.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	if again, err := slides.Parse(b); err != nil || !reflect.DeepEqual(again, s) {
		t.Errorf("Parse = %+v, %v", again, err)
	}
	s.Brand.Main = "#ffd400"
	if _, err := s.Canonical(); playlists.ReasonOf(err) != "brand_main_light" {
		t.Errorf("Canonical = %v", err)
	}
}
