package programme_test

import (
	"bytes"
	"testing"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/picturehash"
	"cotmoc/playlists/programme"
)

// bandOf makes a band of 2 × 1 cells.
func bandOf(low, high byte) picturehash.Band {
	return picturehash.Band{Columns: 2, Rows: 1, Low: bytes.Repeat([]byte{low}, 6), High: bytes.Repeat([]byte{high}, 6)}
}

func TestPrints(t *testing.T) {
	t.Parallel()
	rendition := playlists.DigestOf([]byte("film"))
	object, err := programme.NewPrints(rendition, 1920, 1080, 1400*time.Millisecond, 500*time.Millisecond, []picturehash.Band{bandOf(10, 20), bandOf(30, 40), bandOf(50, 60)})
	if err != nil {
		t.Fatal(err)
	}
	sh := programme.Showing{Rendition: rendition, Prints: playlists.DigestOf(object)}
	p, err := programme.ParsePrints(object, &sh)
	if err != nil || !p.Film() {
		t.Fatalf("%+v, %v", p, err)
	}
	for _, c := range []struct {
		from, until time.Duration
		low, high   byte
	}{
		{0, 0, 10, 20},
		{499 * time.Millisecond, 500 * time.Millisecond, 10, 40},
		{-time.Second, 100 * time.Millisecond, 10, 20},
		{1400 * time.Millisecond, 1600 * time.Millisecond, 50, 60}, // it stands
		{0, time.Hour, 10, 60},
	} {
		if b := p.Between(c.from, c.until); b.Low[0] != c.low || b.High[5] != c.high {
			t.Errorf("%s to %s: %v to %v", c.from, c.until, b.Low, b.High)
		}
	}
	still, err := programme.NewPrints(rendition, 1920, 1080, 0, 0, []picturehash.Band{bandOf(7, 7)})
	if err != nil {
		t.Fatal(err)
	}
	if p, err = programme.ParsePrints(still, &programme.Showing{Rendition: rendition, Prints: playlists.DigestOf(still)}); err != nil || p.Film() || p.Between(0, time.Hour).High[0] != 7 {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestPrintsFit(t *testing.T) {
	t.Parallel()
	for _, length := range []time.Duration{0, time.Minute, 27 * time.Minute, 30 * time.Minute, 6 * time.Hour} {
		columns, rows := programme.FilmCells(1080, 1920)
		step := programme.FilmStep(1080, 1920, length)
		bands := make([]picturehash.Band, length/step+1)
		for i := range bands {
			cells := make([]byte, 3*columns*rows)
			bands[i] = picturehash.Band{Columns: columns, Rows: rows, Low: cells, High: cells}
		}
		object, err := programme.NewPrints(playlists.DigestOf(nil), 1080, 1920, max(length, time.Millisecond), step, bands)
		if err != nil || len(object) > programme.MaxObject {
			t.Errorf("%s in steps of %s: %d bytes, %v", length, step, len(object), err)
		}
	}
}

// Whoever writes prints can make a screen blind, not more; what could be
// understood in two ways is refused.
func TestPrintsRefused(t *testing.T) {
	t.Parallel()
	rendition := playlists.DigestOf([]byte("film"))
	good := programme.Prints{Type: "cotmoc/prints/v1", Rendition: rendition, Width: 16, Height: 9, LengthMS: 900, StepMS: 500, Columns: 2, Rows: 1, Low: make([]byte, 12), High: make([]byte, 12)}
	for name, c := range map[string]struct {
		change  func(*programme.Prints)
		refusal programme.Refusal
	}{
		"as made":              {func(*programme.Prints) {}, ""},
		"another type":         {func(p *programme.Prints) { p.Type = "cotmoc/chunks/v1" }, programme.BadType},
		"another rendition":    {func(p *programme.Prints) { p.Rendition = playlists.DigestOf(nil) }, programme.InternallyWrong},
		"no width":             {func(p *programme.Prints) { p.Width = 0 }, programme.Malformed},
		"no height":            {func(p *programme.Prints) { p.Height = -1 }, programme.Malformed},
		"no columns":           {func(p *programme.Prints) { p.Columns = 0 }, programme.Malformed},
		"too many rows":        {func(p *programme.Prints) { p.Rows = 65 }, programme.Malformed},
		"a short step":         {func(p *programme.Prints) { p.StepMS = 1 }, programme.Malformed},
		"a step of less":       {func(p *programme.Prints) { p.StepMS = -500 }, programme.Malformed},
		"half a step":          {func(p *programme.Prints) { p.Low, p.High = p.Low[:9], p.High[:9] }, programme.Malformed},
		"no step":              {func(p *programme.Prints) { p.Low, p.High = []byte{}, []byte{} }, programme.Malformed},
		"a picture of two":     {func(p *programme.Prints) { p.LengthMS, p.StepMS, p.High = 0, 0, []byte{} }, programme.Malformed},
		"a picture that moves": {func(p *programme.Prints) { p.LengthMS, p.StepMS, p.Low, p.High = 0, 0, p.Low[:6], p.High[:6] }, programme.Malformed},
		"no length":            {func(p *programme.Prints) { p.LengthMS = 0 }, programme.Malformed},
		"a length of years":    {func(p *programme.Prints) { p.LengthMS = 1 << 40 }, programme.Malformed},
		"upside down":          {func(p *programme.Prints) { p.Low[3] = 1 }, programme.InternallyWrong},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := *copied(t, &good)
			c.change(&p)
			object := marshal(t, p)
			_, err := programme.ParsePrints(object, &programme.Showing{Rendition: rendition, Prints: playlists.DigestOf(object)})
			if got := programme.RefusalOf(err); got != c.refusal || (err == nil) != (c.refusal == "") {
				t.Errorf("%v, want %q", err, c.refusal)
			}
		})
	}
	object := marshal(t, good)
	if _, err := programme.ParsePrints(object, &programme.Showing{Rendition: rendition, Prints: playlists.DigestOf(nil)}); programme.RefusalOf(err) != programme.WrongDigest {
		t.Errorf("the bytes of another object: %v", err)
	}
}
