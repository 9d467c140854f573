package picturehash_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand/v2"
	"testing"

	"golang.org/x/image/draw"

	"cotmoc/playlists/picturehash"
)

// photo is a picture with large and small things in it.
func photo(seed uint64) *image.RGBA {
	r := rand.New(rand.NewPCG(seed, 1))
	img := image.NewRGBA(image.Rect(0, 0, 1280, 720))
	draw.Draw(img, img.Rect, image.NewUniform(colour(r)), image.Point{}, draw.Src)
	for range 60 {
		x, y := r.IntN(1280), r.IntN(720)
		draw.Draw(img, image.Rect(x, y, x+20+r.IntN(300), y+20+r.IntN(200)), image.NewUniform(colour(r)), image.Point{}, draw.Over)
	}
	return img
}

func colour(r *rand.Rand) color.RGBA {
	return color.RGBA{uint8(r.IntN(256)), uint8(r.IntN(256)), uint8(r.IntN(256)), 255}
}

// seen is the picture as a browser shows it: in a glass of a shape, made
// smaller and encoded again.
func seen(t *testing.T, img image.Image, glass image.Point) image.Image {
	t.Helper()
	out := image.NewRGBA(image.Rectangle{Max: glass})
	box := picturehash.Contained(img.Bounds().Size(), glass)
	at := image.Rect(int(box.Left*float64(glass.X)+.5), int(box.Top*float64(glass.Y)+.5), int(box.Right*float64(glass.X)+.5), int(box.Bottom*float64(glass.Y)+.5))
	draw.BiLinear.Scale(out, at, img, img.Bounds(), draw.Src, nil)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, out, &jpeg.Options{Quality: 60}); err != nil {
		t.Fatal(err)
	}
	back, err := jpeg.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	return back
}

func grid(t *testing.T, img image.Image, box picturehash.Box) picturehash.Grid {
	t.Helper()
	g, err := picturehash.Of(img, box, 32, 18)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// What differs by a text box, by a tint or altogether is told apart; what only
// went through a browser is not.
func TestTellsPicturesApart(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		img := photo(seed)
		want := picturehash.Around(grid(t, img, picturehash.Whole()))
		changed := func(change func(*image.RGBA)) image.Image {
			c := image.NewRGBA(img.Rect)
			copy(c.Pix, img.Pix)
			change(c)
			return c
		}
		for name, c := range map[string]struct {
			img  image.Image
			same bool
		}{
			"the same":    {img, true},
			"another one": {photo(seed + 100), false},
			"a text box of a hundredth of it": {changed(func(m *image.RGBA) {
				at := m.RGBAAt(660, 400)
				inverse := color.RGBA{at.R + 128, at.G + 128, at.B + 128, 255}
				draw.Draw(m, image.Rect(600, 380, 728, 452), image.NewUniform(inverse), image.Point{}, draw.Src)
			}), false},
			"a tint": {changed(func(m *image.RGBA) {
				for i := 0; i < len(m.Pix); i += 4 {
					m.Pix[i] = uint8(min(int(m.Pix[i])*9/10+20, 255))
				}
			}), false},
		} {
			for _, glass := range []image.Point{{480, 270}, {480, 360}, {360, 640}} {
				d := want.Distance(grid(t, seen(t, c.img, glass), picturehash.Contained(image.Pt(1280, 720), glass)), nil)
				if d.Same() != c.same {
					t.Errorf("picture %d, %s in %v: %+v", seed, name, glass, d)
				}
			}
		}
	}
}

func TestMaskAndBlend(t *testing.T) {
	t.Parallel()
	a, b := grid(t, photo(1), picturehash.Whole()), grid(t, photo(2), picturehash.Whole())
	fade := picturehash.Grid{Columns: a.Columns, Rows: a.Rows}
	for i := range a.Cells {
		fade.Cells = append(fade.Cells, byte((int(a.Cells[i])*2+int(b.Cells[i]))/3))
	}
	if both := picturehash.Around(a).With(picturehash.Around(b)); !both.Distance(fade, nil).Same() {
		t.Error("a fade does not lie between its pictures")
	}
	if picturehash.Around(a).Distance(fade, nil).Same() {
		t.Error("a fade is taken for one of its pictures")
	}
	clock := picturehash.Grid{Columns: a.Columns, Rows: a.Rows, Cells: bytes.Clone(a.Cells)}
	for i := range 3 * a.Columns {
		clock.Cells[i] ^= 0x80
	}
	if d := picturehash.Around(a).Distance(clock, func(_, row int) bool { return row == 0 }); !d.Same() || d.Cells != 32*17 {
		t.Errorf("what a mask covers is looked at: %+v", d)
	}
	if picturehash.Around(a).Distance(clock, nil).Same() {
		t.Error("a changed line is not seen")
	}
	coarse, err := picturehash.Around(a).Coarse(16, 9)
	if err != nil {
		t.Fatal(err)
	}
	direct, err := picturehash.Of(photo(1), picturehash.Whole(), 16, 9)
	if err != nil || coarse.Distance(direct, nil).Worst > 1 {
		t.Errorf("made coarser it is another picture: %+v, %v", coarse.Distance(direct, nil), err)
	}
}

func TestBlack(t *testing.T) {
	t.Parallel()
	black := image.NewRGBA(image.Rect(0, 0, 320, 180))
	draw.Draw(black, black.Rect, image.NewUniform(color.RGBA{6, 6, 8, 255}), image.Point{}, draw.Src)
	if g := grid(t, black, picturehash.Whole()); !g.Black() || !picturehash.Around(g).Dark() {
		t.Error("black is not black")
	}
	draw.Draw(black, image.Rect(100, 100, 120, 120), image.NewUniform(color.RGBA{200, 200, 200, 255}), image.Point{}, draw.Src)
	if g := grid(t, black, picturehash.Whole()); g.Black() || picturehash.Around(g).Dark() {
		t.Error("a lamp at night is black")
	}
}

func TestBounds(t *testing.T) {
	t.Parallel()
	img := photo(1)
	for _, c := range []struct{ columns, rows int }{{0, 1}, {1, 0}, {65, 1}, {1, 65}} {
		if _, err := picturehash.Of(img, picturehash.Whole(), c.columns, c.rows); err == nil {
			t.Errorf("%+v is read", c)
		}
	}
	if _, err := picturehash.Of(image.NewRGBA(image.Rectangle{}), picturehash.Whole(), 1, 1); err == nil {
		t.Error("nothing is read")
	}
	// More cells than pixels, and a part of a pixel.
	tiny := image.NewRGBA(image.Rect(5, 5, 8, 7))
	draw.Draw(tiny, tiny.Rect, image.White, image.Point{}, draw.Src)
	for _, box := range []picturehash.Box{picturehash.Whole(), {0.1, 0.1, 0.2, 0.2}, {0.99, 0.99, 1, 1}} {
		g, err := picturehash.Of(tiny, box, 64, 64)
		if mean, _ := g.Brightness(); err != nil || mean < 254 {
			t.Errorf("%+v: %g, %v", box, mean, err)
		}
	}
	if d := picturehash.Around(picturehash.Grid{Columns: 1, Rows: 1, Cells: []byte{1, 2, 3}}).Distance(picturehash.Grid{}, nil); d.Same() {
		t.Error("nothing is the same as something")
	}
}
