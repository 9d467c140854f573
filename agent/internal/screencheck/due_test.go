package screencheck

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"log/slog"
	"testing"
	"time"

	"cotmoc/agent/internal/playout"
	"cotmoc/playlists"
	"cotmoc/playlists/picturehash"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

var (
	base   = time.Unix(1_800_000_000, 0)
	ink    = map[string]color.RGBA{"red": {200, 0, 0, 255}, "green": {0, 160, 0, 255}, "blue": {20, 40, 220, 255}, "black": {0, 0, 0, 255}, "pink": {255, 150, 200, 255}, "neutral": {0x24, 0x40, 0x6e, 255}}
	digest = func(name string) playlists.Digest { return playlists.DigestOf([]byte(name)) }
)

// glassOf is a glass with a colour in it.
func glassOf(t *testing.T, name string) *sight {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 160, 90))
	draw.Draw(img, img.Rect, image.NewUniform(ink[name]), image.Point{}, draw.Src)
	s, err := newSight(img)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// printsOf makes prints: of one colour a picture, of more a film with one for
// each second.
func printsOf(t *testing.T, rendition playlists.Digest, names ...string) *programme.Prints {
	t.Helper()
	var bands []picturehash.Band
	columns, rows, steps := 32, 18, 1
	var step, length time.Duration
	if len(names) > 1 {
		columns, rows, steps, step, length = 16, 9, 2, 500*time.Millisecond, time.Duration(len(names))*time.Second
	}
	for _, n := range names {
		g := picturehash.FromRGB(columns, rows, bytes.Repeat([]byte{ink[n].R, ink[n].G, ink[n].B}, columns*rows))
		for range steps {
			bands = append(bands, picturehash.Around(g))
		}
	}
	object, err := programme.NewPrints(rendition, 160, 90, length, step, bands)
	if err != nil {
		t.Fatal(err)
	}
	p, err := programme.ParsePrints(object, &programme.Showing{Rendition: rendition, Prints: playlists.DigestOf(object)})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func slot(kind playout.Kind, name string, start, end int, transition playlists.Transition) playout.Slot {
	at := func(s int) time.Time { return base.Add(time.Duration(s) * time.Second) }
	s := playout.Slot{Key: name, Kind: kind, Start: at(start), From: at(start), End: at(end), Transition: transition}
	if kind == playout.Item {
		s.Picture = playout.Picture{Media: playlists.ID(name), Rendition: digest(name), MIME: "image/jpeg"}
		if name == "film" || name == "unprinted film" {
			s.Picture.MIME = "video/mp4"
		}
	}
	return s
}

// TestJudge lets pictures be seen at moments of a programme: red, then a film of
// blue and pink and blue, then green with a fade, then others.
func TestJudge(t *testing.T) {
	t.Parallel()
	prints := map[playlists.Digest]*programme.Prints{
		digest("red"): printsOf(t, digest("red"), "red"), digest("green"): printsOf(t, digest("green"), "green"), digest("black"): printsOf(t, digest("black"), "black"),
		digest("film"): printsOf(t, digest("film"), "blue", "pink", "blue"), digest("slate"): printsOf(t, digest("slate"), "pink"),
	}
	slots := []playout.Slot{
		slot(playout.Item, "red", 0, 10, playlists.Cut),
		slot(playout.Item, "film", 10, 20, playlists.Cut),
		slot(playout.Item, "green", 20, 30, playlists.Fade),
		slot(playout.Item, "black", 30, 40, playlists.Cut),
		slot(playout.Item, "unknown", 40, 60, playlists.Cut),
		slot(playout.Item, "unprinted film", 60, 80, playlists.Cut),
		slot(playout.Bulletin, "bulletin", 80, 90, playlists.Cut),
		slot(playout.Slate, "slate", 90, 100, playlists.Cut),
		slot(playout.Pairing, "pairing", 100, 110, playlists.Cut),
		slot(playout.Neutral, "neutral", 110, 120, playlists.Cut),
	}
	const right, wrong, black, frozen, unsure = wire.FindingRight, wire.FindingWrong, wire.FindingBlack, wire.FindingFrozen, wire.FindingUnsure
	for name, c := range map[string]struct {
		at      float64 // seconds
		seen    string
		still   time.Duration
		instead bool
		finding wire.Finding
		why     string
	}{
		"what is due":                        {5, "red", 0, false, right, ""},
		"another picture":                    {5, "green", 0, false, wrong, otherPicture},
		"nothing":                            {5, "black", 0, false, black, ""},
		"the slate for nothing":              {5, "pink", 0, false, wrong, otherPicture},
		"the slate in its place":             {5, "pink", 0, true, right, ""},
		"a moment late":                      {10.8, "red", 0, false, right, ""},
		"much too late":                      {12.5, "red", 5 * time.Second, false, frozen, earlierPicture},
		"a moment early":                     {9.9, "blue", 0, false, right, ""},
		"much too early":                     {8, "blue", 0, false, wrong, otherPicture},
		"the film's second second":           {11.5, "pink", 0, false, right, ""},
		"its beginning then":                 {12.0, "green", 0, false, wrong, otherPicture},
		"a film that does not move":          {12.4, "green", 3 * time.Second, false, frozen, standsStill},
		"round again":                        {14.5, "pink", 0, false, right, ""},
		"half of a fade":                     {20.5, "blue", 0, false, right, ""},
		"the fade is over":                   {23, "blue", 0, false, frozen, earlierPicture},
		"black is due":                       {35, "black", 0, false, right, ""},
		"no black where it is due":           {35, "red", 0, false, frozen, earlierPicture},
		"nobody knows":                       {50, "red", 0, false, unsure, noPrint},
		"nobody knows, black":                {50, "black", 2 * time.Second, false, unsure, noPrint},
		"nobody knows, black for long":       {55, "black", 11 * time.Second, false, black, noPrint},
		"nobody knows the film":              {70, "red", 2 * time.Second, false, unsure, noPrint},
		"nobody knows the film, it stands":   {75, "red", 11 * time.Second, false, frozen, standsStill},
		"a picture may stand":                {55, "red", 15 * time.Second, false, unsure, noPrint},
		"a bulletin":                         {85, "red", 0, false, unsure, aBulletin},
		"the slate":                          {95, "pink", 0, false, right, ""},
		"not the slate":                      {95, "red", 0, false, wrong, otherPicture},
		"a code":                             {105, "red", 0, false, unsure, thePairing},
		"the neutral page":                   {115, "neutral", 0, false, right, ""},
		"something else in place of neutral": {115, "pink", 0, false, wrong, otherPicture},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c2 := New(Options{Prints: func(d playlists.Digest) *programme.Prints { return prints[d] }, Log: slog.New(slog.DiscardHandler)})
			from := base.Add(time.Duration(c.at * float64(time.Second)))
			for i := range slots {
				if slots[i].From.After(from) {
					break
				}
				v := playout.View{Slate: &playout.Picture{Media: "slate", Rendition: digest("slate"), MIME: "image/jpeg"}, Slots: slots[i:min(i+2, len(slots))]}
				if slots[i].Kind == playout.Neutral {
					v.Slate = nil
				}
				c2.past.take(&v, slots[i].From)
			}
			e := c2.expect(from, from.Add(20*time.Millisecond), c.instead)
			if f, why := judge(glassOf(t, c.seen), &e, c.still); f != c.finding || why != c.why {
				t.Errorf("found %s %s among %d options, unsure %q", f, why, len(e.options), e.unsure)
			}
		})
	}
}

// Prints are read once for a while, and not kept without end.
func TestPrintsAreHeld(t *testing.T) {
	t.Parallel()
	reads := 0
	c := New(Options{Prints: func(d playlists.Digest) *programme.Prints {
		reads++
		if d == digest("missing") {
			return nil
		}
		return printsOf(t, d, "red")
	}})
	for range 3 {
		for i := range maxPrints {
			c.prints(digest(string(rune('a' + i))))
		}
	}
	if reads != maxPrints {
		t.Errorf("%d reads of %d prints", reads, maxPrints)
	}
	c.prints(digest("one more"))
	if c.prints(digest("missing")) != nil || len(c.held) != maxPrints || c.held[len(c.held)-1].Rendition != digest("one more") {
		t.Errorf("%d are held", len(c.held))
	}
}
