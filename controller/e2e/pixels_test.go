package e2e

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"testing"
	"time"

	"cotmoc/controller/e2e/stage"
	"cotmoc/controller/internal/apiclient"
	"cotmoc/playlists"
)

const (
	// block is the side, in pixels of the window, of what is compared: what
	// scaling does to single pixels evens out in it.
	block = 12
	// apart is how far a block's channels may be from the rendition's.
	apart = 6
)

// awaitRendition waits until the pixels on the glass are those of a media's
// rendition, whose bytes hash to what was approved.
func (w *window) awaitRendition(bound time.Duration, scr *stage.Screen, m *apiclient.Media) {
	w.t.Helper()
	r := stage.Rendition(w.t, m)
	var raw []byte
	stage.Await(w.t, bound, "the agent to give the rendition to its page", func() bool {
		raw = stage.Fetch(w.t.Context(), scr.URL+"objects/"+string(r.Digest))
		return raw != nil
	})
	if got := playlists.DigestOf(raw); got != r.Digest {
		w.t.Fatalf("the rendition hashes to %s", got)
	}
	want, err := jpeg.Decode(bytes.NewReader(raw))
	if err != nil {
		w.t.Fatal(err)
	}
	why := ""
	defer func() {
		if w.t.Failed() {
			w.t.Logf("the glass against the rendition of %q: %s", m.Title, why)
		}
	}()
	stage.Await(w.t, bound, fmt.Sprintf("the pixels of %q on the glass", m.Title), func() bool {
		why = difference(want, w.capture())
		return why == ""
	})
}

// difference tells where two pictures of the same shape differ, "" when they
// are the same but for what scaling does.
func difference(want, got image.Image) string {
	g, r := got.Bounds(), want.Bounds()
	if g.Dx()*r.Dy() != g.Dy()*r.Dx() {
		return fmt.Sprintf("%v is not of the shape of %v", g, r)
	}
	scale := func(v, to, from int) int { return v * to / from }
	for y := 0; y+block <= g.Dy(); y += block {
		for x := 0; x+block <= g.Dx(); x += block {
			a := mean(got, image.Rect(x, y, x+block, y+block).Add(g.Min))
			b := mean(want, image.Rect(scale(x, r.Dx(), g.Dx()), scale(y, r.Dy(), g.Dy()), scale(x+block, r.Dx(), g.Dx()), scale(y+block, r.Dy(), g.Dy())).Add(r.Min))
			for c := range a {
				if d := a[c] - b[c]; d > apart || d < -apart {
					return fmt.Sprintf("at %d, %d it is %v and should be %v", x, y, a, b)
				}
			}
		}
	}
	return ""
}

// mean is the mean colour of a part of a picture.
func mean(img image.Image, part image.Rectangle) [3]int {
	var sum [3]int
	for y := part.Min.Y; y < part.Max.Y; y++ {
		for x := part.Min.X; x < part.Max.X; x++ {
			c, _ := color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)
			sum[0], sum[1], sum[2] = sum[0]+int(c.R), sum[1]+int(c.G), sum[2]+int(c.B)
		}
	}
	n := part.Dx() * part.Dy()
	return [3]int{sum[0] / n, sum[1] / n, sum[2] / n}
}

// A picture that is shifted, of another shade in one corner or cut is not the
// rendition; one that is only smaller is.
func TestDifference(t *testing.T) {
	t.Parallel()
	want := image.NewNRGBA(image.Rect(0, 0, 480, 240))
	for y := range 240 {
		for x := range 480 {
			want.SetNRGBA(x, y, color.NRGBA{uint8(100 + x/4), uint8(100 + y/2), uint8(x ^ y), 255})
		}
	}
	smaller := func(change func(x, y int, c color.NRGBA) color.NRGBA) image.Image {
		img := image.NewNRGBA(image.Rect(0, 0, 240, 120))
		for y := range 120 {
			for x := range 240 {
				m := mean(want, image.Rect(2*x, 2*y, 2*x+2, 2*y+2))
				img.SetNRGBA(x, y, change(x, y, color.NRGBA{uint8(m[0]), uint8(m[1]), uint8(m[2]), 255}))
			}
		}
		return img
	}
	if d := difference(want, smaller(func(_, _ int, c color.NRGBA) color.NRGBA { return c })); d != "" {
		t.Errorf("a smaller one differs: %s", d)
	}
	for name, img := range map[string]image.Image{
		"a corner of another shade": smaller(func(x, y int, c color.NRGBA) color.NRGBA {
			if x > 225 && y > 105 {
				c.G += 20
			}
			return c
		}),
		"shifted":          smaller(func(x, _ int, c color.NRGBA) color.NRGBA { c.R = uint8(100 + (x+20)/2); return c }),
		"of another shape": image.NewNRGBA(image.Rect(0, 0, 240, 100)),
	} {
		if difference(want, img) == "" {
			t.Errorf("%s passes for the same", name)
		}
	}
}
