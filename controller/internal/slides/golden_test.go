package slides_test

import (
	"cmp"
	"encoding/base64"
	"image"
	"image/color"
	"image/draw"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cotmoc/controller/internal/slides"
	"cotmoc/playlists"
)

// part is by how much a picture is made smaller to be compared.
const part = 4

// expected is how the examples look: a fingerprint a line.
var expected = filepath.Join("testdata", "pictures.txt")

// TestPictures draws every template in every language and profile and compares
// it with how it is to look. COTMOC_SLIDES_RENEW=1 writes what it looks like now
// as the expectation; COTMOC_SLIDES_TO names a folder for the pictures and for
// sheets of them, which somebody looks at before that is committed.
func TestPictures(t *testing.T) {
	t.Parallel()
	want := map[string]string{}
	b, err := os.ReadFile(expected)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		name, print, _ := strings.Cut(strings.TrimSpace(line), " ")
		want[name] = print
	}
	picture := photo(t)
	got := map[string]string{}
	all, drawn := sheets{}, map[string]bool{}
	err = slides.Sit(t.Context(), studio(t), func(browser slides.Sitting) error {
		for _, x := range examples() {
			var pixels []byte
			if x.pictured {
				pixels, x.slide.Picture = picture, playlists.DigestOf(picture)
			}
			for _, p := range playlists.Profiles() {
				drawn[x.name+"-"+string(p)] = true
				t.Run(x.name+"-"+string(p), func(t *testing.T) {
					img, err := browser.Look(x.slide, slides.Parts{Picture: pixels, Emblem: x.emblem}, p, part)
					if err != nil {
						t.Fatal(err)
					}
					small := canvas(img)
					keep(t, filepath.Base(t.Name()), small)
					all.add(x.slide.Template, small)
					f := fingerprint(small)
					got[filepath.Base(t.Name())] = written(f)
					if how := differs(f, read(t, want[filepath.Base(t.Name())])); how != "" && os.Getenv("COTMOC_SLIDES_RENEW") == "" {
						t.Errorf("looks different: %s", how)
					}
					if x.slide.Template == slides.News {
						if got := share(small, color.RGBA{20, 160, 90, 255}); x.pictured != (got > 0.3) {
							t.Errorf("the photo takes %.2f of it", got)
						}
					}
				})
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	all.keep(t)
	for name := range want {
		switch {
		case !drawn[name] && os.Getenv("COTMOC_SLIDES_RENEW") != "":
			delete(want, name)
		case !drawn[name]:
			t.Errorf("%s is expected and not drawn any more", name)
		}
	}
	if os.Getenv("COTMOC_SLIDES_RENEW") != "" {
		renew(t, want, got)
	}
}

// TestCodesRead: a phone reads the code of each template as its address, in the
// very pixels that are shown.
func TestCodesRead(t *testing.T) {
	t.Parallel()
	err := slides.Sit(t.Context(), studio(t), func(browser slides.Sitting) error {
		for _, x := range examples() {
			if x.slide.Language != "vi" || x.slide.Page == "" || x.emblem != nil || x.slide.Level == 1 || x.slide.Level > 3 {
				continue // the code stands where it stands, and reading it is slow
			}
			var pixels []byte
			if x.pictured {
				pixels = photo(t)
				x.slide.Picture = playlists.DigestOf(pixels)
			}
			img, err := browser.Take(x.slide, slides.Parts{Picture: pixels, Emblem: x.emblem}, playlists.Landscape1080)
			if err != nil {
				return err
			}
			if got := decode(t, img); got != x.slide.Page {
				t.Errorf("%s: the code reads %q", x.name, got)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestLongestTextsFit: the longest headlines that papers print, in every
// template that is for headlines, with all else that it shows.
func TestLongestTextsFit(t *testing.T) {
	t.Parallel()
	picture := photo(t)
	err := slides.Sit(t.Context(), studio(t), func(browser slides.Sitting) error {
		for _, x := range examples() {
			for n, title := range long[x.slide.Language] {
				if len(x.slide.Rows) > 0 || x.name != x.slide.Template+"-"+x.slide.Language {
					continue // a table stands under a name; levels differ in colour
				}
				var pixels []byte
				if x.pictured {
					pixels, x.slide.Picture = picture, playlists.DigestOf(picture)
				}
				x.slide.Title = title
				if err := browser.Fits(x.slide, slides.Parts{Picture: pixels, Emblem: x.emblem}); err != nil {
					t.Errorf("%s, headline %d: %v", x.name, n, err)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, written string) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(written)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func renew(t *testing.T, want, got map[string]string) {
	t.Helper()
	maps.Copy(want, got)
	lines := make([]string, 0, len(want))
	for name, print := range want {
		lines = append(lines, name+" "+print+"\n")
	}
	slices.Sort(lines)
	if err := os.WriteFile(expected, []byte(strings.Join(lines, "")), 0o600); err != nil {
		t.Fatal(err)
	}
}

// sheets are pictures by template, small, to be looked at side by side.
type sheets map[string][]*image.RGBA

func (s sheets) add(template string, img *image.RGBA) {
	if os.Getenv("COTMOC_SLIDES_TO") == "" {
		return
	}
	s[template] = append(s[template], img)
}

func (s sheets) keep(t *testing.T) {
	t.Helper()
	const across, gap = 4, 12
	for template, pictures := range s {
		slices.SortStableFunc(pictures, func(a, b *image.RGBA) int { return cmp.Compare(b.Rect.Dx(), a.Rect.Dx()) })
		sheet := image.NewRGBA(image.Rect(0, 0, across*(1920/part+gap), 4000))
		x, y, tallest := 0, 0, 0
		for _, p := range pictures {
			if x+p.Rect.Dx() > sheet.Rect.Dx() {
				x, y, tallest = 0, y+tallest+gap, 0
			}
			draw.Draw(sheet, p.Rect.Add(image.Pt(x, y)), p, image.Point{}, draw.Src)
			x, tallest = x+p.Rect.Dx()+gap, max(tallest, p.Rect.Dy())
		}
		keep(t, "sheet-"+template, sheet.SubImage(image.Rect(0, 0, sheet.Rect.Dx(), y+tallest)))
	}
}
