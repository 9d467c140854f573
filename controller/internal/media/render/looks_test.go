package render

import (
	"testing"
	"time"

	"cotmoc/controller/internal/media/mediatest"
	"cotmoc/playlists/picturehash"
)

// What the screens check their glass by is what is in the file: each frame of a
// film lies in the band of its step, and not in that of another second.
func TestLooks(t *testing.T) {
	t.Parallel()
	out := make1(t, open(t, renderer(t), threeSeconds(t)), small, contain)
	l := out.Looks
	if l.Step != 500*time.Millisecond || len(l.Bands) != 6 {
		t.Fatalf("%d bands of %s", len(l.Bands), l.Step)
	}
	for _, at := range []struct {
		when string
		step int
	}{{"0.2", 0}, {"0.8", 1}, {"1.2", 2}, {"2.9", 5}} {
		g, err := picturehash.Of(shot(t, out.Path, at.when, 320, 180), picturehash.Whole(), l.Bands[0].Columns, l.Bands[0].Rows)
		if err != nil {
			t.Fatal(err)
		}
		for i, b := range l.Bands {
			if d := b.Distance(g, nil); d.Same() != (i/2 == at.step/2) {
				t.Errorf("the frame at %s in step %d: %+v", at.when, i, d)
			}
		}
	}
	still := make1(t, open(t, renderer(t), mediatest.File(t, "a.jpg", mediatest.JPEG(t, mediatest.Picture(320, 180)))), small, contain)
	if l := still.Looks; l.Step != 0 || len(l.Bands) != 1 || l.Bands[0].Columns != 32 || l.Bands[0].Rows != 18 {
		t.Errorf("a picture's: %s, %d bands", l.Step, len(l.Bands))
	}
}
