package glass

import (
	"image"
	"image/color"
	"slices"
	"testing"
	"time"
)

func filled(c [3]uint8) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, 160, 90))
	for i := range 160 * 90 {
		img.Set(i%160, i/160, color.NRGBA{c[0], c[1], c[2], 255})
	}
	return img
}

func mix(a, b [3]uint8, share float64) (c [3]uint8) {
	for k := range 3 {
		c[k] = uint8(float64(a[k])*(1-share) + float64(b[k])*share)
	}
	return c
}

func TestRead(t *testing.T) {
	t.Parallel()
	p := Palette()
	for i, c := range p {
		if r := Read(filled(c.RGB), time.Time{}, p); r.Black || !slices.Equal(r.Colours, []int{i}) {
			t.Errorf("%s is read as %+v", c.Name, r)
		}
		for j := range i {
			if r := Read(filled(mix(p[j].RGB, c.RGB, 0.5)), time.Time{}, p); r.Black || r.Foreign() {
				t.Errorf("half %s, half %s is read as %+v", p[j].Name, c.Name, r)
			}
		}
		if r := Read(filled(mix(c.RGB, [3]uint8{}, 0.8)), time.Time{}, p); !r.Black {
			t.Errorf("%s at a fifth of its light does not count as black", c.Name)
		}
	}
	if r := Read(filled([3]uint8{}), time.Time{}, p); !r.Black || !r.Foreign() {
		t.Errorf("black is read as %+v", r)
	}
	if r := Read(filled([3]uint8{0x24, 0x40, 0x6e}), time.Time{}, p); !r.Foreign() {
		t.Errorf("the neutral page is read as %+v", r)
	}
	spot := filled(p[0].RGB)
	for i := range 20 * 20 {
		spot.Set(130+i%20, 60+i/20, color.Black)
	}
	if r := Read(spot, time.Time{}, p); !r.Black {
		t.Error("a black corner is not seen")
	}
}
