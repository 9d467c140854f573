package captures_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"log/slog"
	"slices"
	"testing"
	"time"

	"cotmoc/controller/internal/captures"
	"cotmoc/controller/internal/objectstore"
	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/wire"
)

// desk is captures over a real database and a real folder.
type desk struct {
	*captures.Service
	w      *sqlstoretest.World
	files  *objectstore.Dir
	told   []captures.Capture
	places map[playlists.ID]playlists.Scope
	ahead  time.Duration
}

func (d *desk) Place(screen playlists.ID) (playlists.Scope, bool) {
	p, ok := d.places[screen]
	return p, ok
}

func (d *desk) Ahead(playlists.ID) time.Duration { return d.ahead }

func (d *desk) stored(ctx context.Context) (out []playlists.Digest, err error) {
	for info, err := range d.files.List(ctx) {
		if err != nil {
			return nil, err
		}
		out = append(out, info.Digest)
	}
	return out, nil
}

func (d *desk) open(t *testing.T) {
	t.Helper()
	d.told = nil
	var err error
	d.Service, err = captures.Open(t.Context(), captures.Config{
		Store: d.w.Captures(), Files: d.files, Stored: d.stored, Screens: d, Captured: func(c captures.Capture) { d.told = append(d.told, c) },
		Now: d.w.Clock.Now, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
}

var (
	gate    = playliststest.ID("screen")
	wall    = playliststest.ID("screenb")
	officer = playlists.Actor{ID: playliststest.ID("officer"), Grants: []playlists.Grant{{Role: playlists.WatchOfficer, Unit: playliststest.ID("unit")}}}
)

func newDesk(t *testing.T) *desk {
	t.Helper()
	w := sqlstoretest.New(t)
	files, err := objectstore.OpenDir(t.TempDir(), objectstore.DirOptions{})
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{w: w, files: files, places: map[playlists.ID]playlists.Scope{
		gate: {Unit: playliststest.ID("unit"), Cluster: playliststest.ID("cautreo")},
		wall: {Unit: playliststest.ID("other"), Cluster: playliststest.ID("vungang")},
	}}
	d.open(t)
	return d
}

// picture is a JPEG that is like no other number's.
func picture(t *testing.T, n int) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 64, 36))
	for i := range 16 {
		if n>>i&1 == 1 {
			img.SetGray(i*4, 8, color.Gray{255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func drawing(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 64, 36))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// send gives the name of what a screen sends.
func (d *desk) send(t *testing.T, screen playlists.ID, w wire.Witness, f wire.Finding, picture []byte) playlists.Digest {
	t.Helper()
	d.w.Clock.Add(10 * time.Second)
	of := wire.Capture{Witness: w, Finding: f, At: d.w.Clock.Now().Add(d.ahead).UnixMilli(), Wanted: playliststest.ID("flag")}
	if err := d.Take(t.Context(), screen, of, picture); err != nil {
		t.Fatal(err)
	}
	return playlists.DigestOf(picture)
}

func (d *desk) list(t *testing.T) captures.List {
	t.Helper()
	l, err := d.Of(t.Context(), officer, gate, "", 50)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func names(cs []captures.Capture) (out []playlists.Digest) {
	for _, c := range cs {
		out = append(out, c.Digest)
	}
	return out
}

func TestTheNewestIsKeptOfEachWitnessAndWhatIsNotRightForLonger(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	first := d.send(t, gate, wire.WitnessBrowser, wire.FindingRight, picture(t, 1))
	wrong := d.send(t, gate, wire.WitnessBrowser, wire.FindingWrong, picture(t, 2))
	camera := d.send(t, gate, wire.WitnessCamera, wire.FindingRight, picture(t, 3))
	last := d.send(t, gate, wire.WitnessBrowser, wire.FindingRight, picture(t, 4))
	d.send(t, wall, wire.WitnessBrowser, wire.FindingWrong, picture(t, 5))
	l := d.list(t)
	if got := names(l.Newest); !slices.Equal(got, []playlists.Digest{last, camera}) {
		t.Errorf("newest are %v", l.Newest)
	}
	if l.Total != 1 || len(l.Evidence) != 1 || l.Evidence[0].Digest != wrong || l.Evidence[0].Wanted != playliststest.ID("flag") || l.Evidence[0].Width != 64 {
		t.Errorf("evidence is %+v", l.Evidence)
	}
	if len(d.told) != 5 {
		t.Errorf("%d told", len(d.told))
	}
	if err := d.Tidy(t.Context()); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[playlists.Digest]bool{first: false, wrong: true, camera: true, last: true} {
		r, err := d.Picture(t.Context(), officer, gate, name)
		if err == nil {
			b, _ := io.ReadAll(r)
			_ = r.Close()
			if playlists.DigestOf(b) != name {
				t.Error("other bytes than were sent")
			}
		}
		if (err == nil) != want {
			t.Errorf("%s is there: %v, want %v", name, err, want)
		}
	}
	if left, _ := d.stored(t.Context()); len(left) != 4 {
		t.Errorf("%d pictures are left", len(left))
	}

	d.w.Clock.Add(91 * 24 * time.Hour)
	if err := d.Tidy(t.Context()); err != nil {
		t.Fatal(err)
	}
	if l := d.list(t); l.Total != 0 || len(l.Newest) != 2 {
		t.Errorf("after 91 days there are %d of evidence and %d newest", l.Total, len(l.Newest))
	}
	if left, _ := d.stored(t.Context()); len(left) != 3 { // the wall's is its newest
		t.Errorf("%d pictures are left after 91 days", len(left))
	}
}

func TestAPictureIsOnlyForThoseWhoMayWatchTheScreen(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	mine, theirs := d.send(t, gate, wire.WitnessBrowser, wire.FindingWrong, picture(t, 1)), d.send(t, wall, wire.WitnessBrowser, wire.FindingWrong, picture(t, 2))
	reviewer := playlists.Actor{ID: playliststest.ID("r"), Grants: []playlists.Grant{{Role: playlists.Reviewer}}}
	for name, c := range map[string]struct {
		who    playlists.Actor
		screen playlists.ID
		of     playlists.Digest
		want   string
	}{
		"one's own":                      {officer, gate, mine, ""},
		"another unit's":                 {officer, wall, theirs, "screen_missing"},
		"another unit's under one's own": {officer, gate, theirs, "capture_missing"},
		"not on watch":                   {reviewer, gate, mine, "screen_missing"},
		"nobody's screen":                {officer, playliststest.ID("nowhere"), mine, "screen_missing"},
		"no name":                        {officer, gate, "../../cotmoc.db", "digest_malformed"},
	} {
		r, err := d.Picture(t.Context(), c.who, c.screen, c.of)
		if err == nil {
			_ = r.Close()
		}
		if playlists.ReasonOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := d.Of(t.Context(), c.who, c.screen, "", 10); c.want == "screen_missing" && playlists.ReasonOf(err) != c.want {
			t.Errorf("the list of %s: %v", name, err)
		}
	}
}

func TestOnlyWholeSmallPicturesAreTaken(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	good := picture(t, 1)
	header := func(w, h int) []byte { // says that it is as large, and has nothing
		b := slices.Clone(good)
		at := bytes.Index(b, []byte{0xff, 0xc0})
		b[at+5], b[at+6], b[at+7], b[at+8] = byte(h>>8), byte(h), byte(w>>8), byte(w)
		return b
	}
	scans := append(slices.Clone(good[:len(good)-2]), bytes.Repeat([]byte{0xff, 0xda, 0, 2}, 30)...)
	for name, c := range map[string]struct {
		picture []byte
		want    string
	}{
		"nothing":             {nil, "capture_malformed"},
		"a page":              {[]byte("<!DOCTYPE html><script>alert(1)</script>"), "capture_malformed"},
		"a PNG":               {drawing(t), "capture_malformed"},
		"half of one":         {good[:len(good)/2], "capture_malformed"},
		"a bomb":              {header(65_000, 65_000), "capture_size"},
		"long and thin":       {header(2049, 20), "capture_size"},
		"a dot":               {header(1, 1), "capture_size"},
		"one scanned forever": {scans, "capture_malformed"},
	} {
		d.w.Clock.Add(time.Minute)
		err := d.Take(t.Context(), gate, wire.Capture{Witness: wire.WitnessBrowser, Finding: wire.FindingWrong, At: d.w.Clock.Now().UnixMilli()}, c.picture)
		if playlists.ReasonOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	if left, _ := d.stored(t.Context()); len(left) != 0 || len(d.told) != 0 {
		t.Errorf("%d pictures were stored, %d told", len(left), len(d.told))
	}
}

func TestOneScreenCannotFillTheHouse(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	of := wire.Capture{Witness: wire.WitnessBrowser, Finding: wire.FindingUnsure, At: d.w.Clock.Now().UnixMilli()}
	taken := 0
	for n := range 50 {
		if err := d.Take(t.Context(), gate, of, picture(t, n+1)); err == nil {
			taken++
		} else if playlists.CodeOf(err) != playlists.RateLimited {
			t.Fatal(err)
		}
	}
	if taken != 10 {
		t.Errorf("%d were taken at once", taken)
	}
	if err := d.Take(t.Context(), wall, of, picture(t, 1)); err != nil {
		t.Errorf("another screen is kept waiting: %v", err)
	}

	// Of what is over the bounds, what tells nothing goes first, then the oldest.
	b := captures.Bounds{Count: 3, Bytes: 1 << 20}
	store := d.w.Captures()
	var loose captures.Loose
	for n, f := range []wire.Finding{wire.FindingWrong, wire.FindingBlind, wire.FindingBlack, wire.FindingBlack, wire.FindingWrong} {
		c := captures.Capture{Screen: playliststest.ID("third"), Digest: playlists.DigestOf([]byte{byte(n)}), Witness: wire.WitnessBrowser, Finding: f, At: d.w.Clock.Now().Add(time.Duration(n) * time.Second), Size: 1000}
		_, l, err := store.KeepCapture(t.Context(), &c, true, b)
		if err != nil {
			t.Fatal(err)
		}
		loose = append(loose, l...)
	}
	_, kept, total, err := store.CapturesOf(t.Context(), playliststest.ID("third"), d.w.Clock.Now().Add(time.Hour), 10)
	want := []playlists.Digest{playlists.DigestOf([]byte{4}), playlists.DigestOf([]byte{3}), playlists.DigestOf([]byte{2})}
	if err != nil || total != 3 || !slices.Equal(names(kept), want) {
		t.Errorf("kept %v, %v", kept, err)
	}
	if !slices.Contains(loose, playlists.DigestOf([]byte{1})) || !slices.Contains(loose, playlists.DigestOf([]byte{0})) {
		t.Error("what was dropped is not told")
	}
	// And of all screens, the oldest.
	if _, err := store.DropEvidence(t.Context(), time.Time{}, 1000); err != nil {
		t.Fatal(err)
	}
	if _, kept, _, err := store.CapturesOf(t.Context(), playliststest.ID("third"), d.w.Clock.Now().Add(time.Hour), 10); err != nil || len(kept) != 1 || kept[0].Digest != want[0] {
		t.Errorf("over the bound of all, kept %v, %v", kept, err)
	}
}

func TestAWrongClockMakesNoPictureNewerThanItIs(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.ahead = 4 * 365 * 24 * time.Hour
	d.send(t, gate, wire.WitnessBrowser, wire.FindingRight, picture(t, 1))
	if at := d.list(t).Newest[0].At; !at.Equal(d.w.Clock.Now()) {
		t.Errorf("looked at %v, now is %v", at, d.w.Clock.Now())
	}
	d.ahead = 0 // its clock was set; what it had kept meanwhile comes late
	late := wire.Capture{Witness: wire.WitnessBrowser, Finding: wire.FindingWrong, At: d.w.Clock.Now().Add(-time.Hour).UnixMilli()}
	if err := d.Take(t.Context(), gate, late, picture(t, 2)); err != nil {
		t.Fatal(err)
	}
	l := d.list(t)
	if l.Newest[0].Digest != playlists.DigestOf(picture(t, 1)) || l.Total != 1 || len(d.told) != 1 {
		t.Errorf("newest %v, evidence %v, told %d", l.Newest, l.Evidence, len(d.told))
	}
}

func TestAfterARestartAndARestore(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	kept, lost := d.send(t, gate, wire.WitnessBrowser, wire.FindingRight, picture(t, 1)), d.send(t, wall, wire.WitnessBrowser, wire.FindingWrong, picture(t, 2))
	if err := d.files.Delete(t.Context(), lost); err != nil { // backups have no pictures
		t.Fatal(err)
	}
	if _, _, err := d.files.Put(t.Context(), bytes.NewReader(picture(t, 3))); err != nil { // a crash left it
		t.Fatal(err)
	}
	d.open(t)
	if len(d.told) != 1 || d.told[0].Digest != kept {
		t.Errorf("told at the start: %v", d.told)
	}
	if left, _ := d.stored(t.Context()); len(left) != 1 {
		t.Errorf("%d pictures are left", len(left))
	}
	if l, err := d.Of(t.Context(), playlists.Actor{ID: "x", Grants: []playlists.Grant{{Role: playlists.WatchOfficer}}}, wall, "", 10); err != nil || len(l.Newest)+l.Total != 0 {
		t.Errorf("named and not there: %+v, %v", l, err)
	}

	// A screen that is trusted no longer leaves its evidence.
	d.send(t, gate, wire.WitnessCamera, wire.FindingBlack, picture(t, 4))
	place := d.places[gate]
	delete(d.places, gate)
	d.Gone(gate)
	if err := d.Tidy(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.places[gate] = place
	if l := d.list(t); len(l.Newest) != 0 || l.Total != 1 {
		t.Errorf("of a screen that is gone there are %d newest and %d of evidence", len(l.Newest), l.Total)
	}
}

func TestAListOfEvidenceGoesOnAtItsCursor(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	want := map[playlists.Digest]bool{}
	for n := range 7 {
		want[d.send(t, gate, wire.WitnessBrowser, wire.FindingBlack, picture(t, n+1))] = true
	}
	for cursor, pages := "", 0; ; pages++ {
		l, err := d.Of(t.Context(), officer, gate, cursor, 3)
		if err != nil || l.Total != 7 {
			t.Fatal(l.Total, err)
		}
		for _, c := range l.Evidence {
			delete(want, c.Digest)
		}
		if cursor = l.Next; cursor == "" {
			if pages != 2 {
				t.Errorf("%d pages", pages+1)
			}
			break
		}
	}
	if len(want) > 0 {
		t.Errorf("not listed: %v", want)
	}
	if _, err := d.Of(t.Context(), officer, gate, "x", 3); playlists.ReasonOf(err) != "cursor_malformed" {
		t.Error(fmt.Errorf("a cursor of nothing: %w", err))
	}
}
