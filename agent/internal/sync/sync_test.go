package sync

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"cotmoc/agent/internal/cache"
	"cotmoc/agent/internal/state"
	"cotmoc/playlists"
	"cotmoc/playlists/picturehash"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/schedule"
	"cotmoc/playlists/wire"
)

type fixedClock struct{ at time.Time }

func (c fixedClock) Now() (time.Time, wire.ClockState) { return c.at, wire.ClockTrusted }
func (fixedClock) Prove(time.Time)                     {}

type silence struct{}

func (silence) Set(string, string, string) {}
func (silence) Clear(string)               {}

// shelf is a source that notes the order of what is asked.
type shelf struct {
	objects map[playlists.Digest][]byte
	asked   []playlists.Digest
}

func (s *shelf) Object(_ context.Context, d playlists.Digest) ([]byte, error) {
	if b, ok := s.objects[d]; ok {
		return b, nil
	}
	return nil, errAbsent
}

func (s *shelf) Range(_ context.Context, d playlists.Digest, offset, _ int64) (io.ReadCloser, error) {
	s.asked = append(s.asked, d)
	if b, ok := s.objects[d]; ok {
		return io.NopCloser(bytes.NewReader(b[offset:])), nil
	}
	return nil, errAbsent
}

// uncharted trusts as a screen does whose controller has no charter yet; set
// grounds to judge by others.
type uncharted struct {
	grounds programme.Grounds
}

func (u *uncharted) Documents() programme.Trust {
	return programme.Trust{Screen: playliststest.Screen().ID, Keys: u.EveryKey()}
}
func (u *uncharted) Grounds() programme.Grounds { return u.grounds }
func (u *uncharted) EveryKey() []programme.PublicKey {
	return []programme.PublicKey{playliststest.PublicKey(1)}
}
func (u *uncharted) Refused(error) {}

func newSync(t *testing.T, dir string, source Source, at time.Time) *Sync {
	t.Helper()
	return newSyncOnDisk(t, dir, source, at, func() (int64, int64, error) { return 1 << 40, 1 << 40, nil })
}

func newSyncOnDisk(t *testing.T, dir string, source Source, at time.Time, space func() (int64, int64, error)) *Sync {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	store, err := state.Open(dir, log, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	bytes, err := cache.New(cache.Options{Dir: dir + "/cache", Space: space, Now: time.Now, Log: log}, func() {})
	if err != nil {
		t.Fatal(err)
	}
	return New(Options{
		Screen: playliststest.Screen().ID, Trust: &uncharted{}, Documents: store, Cache: bytes,
		Source: source, Clock: fixedClock{at}, Problems: silence{}, Now: time.Now, Log: log, Changed: func() {},
	})
}

// The slate comes first, then what is due next, then the rest in its order.
func TestOrderOfNeed(t *testing.T) {
	t.Parallel()
	var bundles []playliststest.Bundle
	for _, w := range []string{"slate", "bb", "cc", "dd"} {
		bundles = append(bundles, playliststest.Approved(t, w, []byte(w), playlists.Terms{}))
	}
	s := playliststest.Programme(t, playliststest.Screen(), 1, schedule.Rule{}, true, bundles...)
	at := time.Date(2026, 11, 24, 1, 0, 20, 0, time.UTC) // in the third slot of the loop, which began at a whole minute of forty seconds
	source := &shelf{objects: s.Objects}
	y := newSync(t, t.TempDir(), source, at)
	y.Offer(s.Envelope)
	y.takeOffered()
	if err := y.converge(t.Context()); err != nil {
		t.Fatal(err)
	}
	plan, err := y.Current().Plan()
	if err != nil {
		t.Fatal(err)
	}
	r, err := schedule.NewResolver(plan)
	if err != nil {
		t.Fatal(err)
	}
	want := []playlists.Digest{s.Programme.Slate.Rendition}
	for len(want) < len(bundles) {
		slot := r.At(at)
		if d := y.Current().Item(slot.Entry, slot.Item).Showing.Rendition; !slices.Contains(want, d) {
			want = append(want, d)
		}
		at = slot.End
	}
	if !slices.Equal(source.asked, want) {
		t.Errorf("asked in the order %v, want %v", source.asked, want)
	}
}

// What one rendition lacks does not keep the others back, and a first
// programme plays with what there is.
func TestAbsentRendition(t *testing.T) {
	t.Parallel()
	a, b := playliststest.Approved(t, "anh", []byte("a"), playlists.Terms{}), playliststest.Approved(t, "bien", []byte("b"), playlists.Terms{})
	s := playliststest.Programme(t, playliststest.Screen(), 1, schedule.Rule{}, true, a, b)
	lost := a.Media.Renditions[0].Digest
	held := s.Objects[lost]
	delete(s.Objects, lost)
	dir := t.TempDir()
	y := newSync(t, dir, &shelf{objects: s.Objects}, playliststest.Now)
	y.Offer(s.Envelope)
	y.takeOffered()
	if err := y.converge(t.Context()); !errors.Is(err, errAbsent) || fetchCode(err) != string(programme.MissingObject) {
		t.Fatalf("%v", err)
	}
	if y.Current() == nil || !y.o.Cache.Has(b.Media.Renditions[0].Digest) {
		t.Fatal("the other rendition is not played")
	}
	s.Objects[lost] = held
	if err := y.converge(t.Context()); err != nil || y.Delivery().BytesDone != 2 {
		t.Fatalf("%v, %+v", err, y.Delivery())
	}
}

// A disk without room keeps what plays, says so, and takes the next programme
// when there is room again.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	free := int64(1 << 40)
	source := &shelf{objects: map[playlists.Digest][]byte{}}
	y := newSyncOnDisk(t, t.TempDir(), source, playliststest.Now, func() (int64, int64, error) { return free, 1 << 40, nil })
	take := func(n uint64, word string) error {
		s := playliststest.Programme(t, playliststest.Screen(), n, schedule.Rule{}, false, playliststest.Approved(t, word, []byte(word), playlists.Terms{}))
		for d, b := range s.Objects {
			source.objects[d] = b
		}
		y.Offer(s.Envelope)
		y.takeOffered()
		return y.converge(t.Context())
	}
	if err := take(1, "anh"); err != nil {
		t.Fatal(err)
	}
	free = 0
	err := take(2, "bien")
	if !errors.Is(err, cache.ErrFull) || fetchCode(err) != "disk_full" {
		t.Fatalf("a full disk gave %v", err)
	}
	if y.Current().Counter != 1 || !y.o.Cache.Has(y.Current().Showings()[0].Rendition) {
		t.Error("what plays was given up")
	}
	free = 1 << 40
	if err := y.converge(t.Context()); err != nil || y.Current().Counter != 2 {
		t.Errorf("with room again: %v, %d", err, y.Current().Counter)
	}
}

// Messages that come in any order end with the newest, and none that was
// merely overtaken counts as an attack.
func TestAnyOrder(t *testing.T) {
	t.Parallel()
	var envelopes [][]byte
	for n := range uint64(4) {
		envelopes = append(envelopes, playliststest.Programme(t, playliststest.Screen(), n+1, schedule.Rule{}, false, playliststest.Approved(t, "anh", []byte("a"), playlists.Terms{})).Envelope)
	}
	for _, order := range [][]int{{0, 1, 2, 3}, {3, 2, 1, 0}, {2, 3, 0, 1}, {3, 3, 0}} {
		y := newSync(t, t.TempDir(), &shelf{}, playliststest.Now)
		refused := false
		y.o.Problems = alarm(func() { refused = true })
		for _, i := range order {
			y.Offer(envelopes[i])
		}
		y.takeOffered()
		if n := y.Newest(); n == nil || n.Counter != 4 || refused {
			t.Errorf("%v: newest %+v, refused %v", order, n, refused)
		}
	}
}

type alarm func()

func (a alarm) Set(string, string, string) { a() }
func (alarm) Clear(string)                 {}

// A restart holds what was accepted: an older programme is still refused.
func TestRestartRemembersTheCounter(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	made := func(n uint64) playliststest.Signed {
		return playliststest.Programme(t, playliststest.Screen(), n, schedule.Rule{}, false, playliststest.Approved(t, "anh", []byte("a"), playlists.Terms{}))
	}
	y := newSync(t, dir, &shelf{}, playliststest.Now)
	y.Offer(made(9).Envelope)
	y.takeOffered()
	if err := y.o.Documents.(*state.Store).Close(); err != nil {
		t.Fatal(err)
	}
	y = newSync(t, dir, &shelf{}, playliststest.Now)
	refused := false
	y.o.Problems = alarm(func() { refused = true })
	y.Offer(made(8).Envelope)
	y.takeOffered()
	if !refused || y.Newest().Counter != 9 {
		t.Errorf("refused %v, newest %d", refused, y.Newest().Counter)
	}
}

// A source that stops in the middle is given up after the stall time.
func TestStall(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = w.Write([]byte("ten bytes."))
		w.(http.Flusher).Flush()
		<-release
	}))
	defer server.Close()
	defer close(release)
	c := NewController(server.URL, nil)
	c.stall = 200 * time.Millisecond
	body, err := c.Range(t.Context(), playlists.DigestOf(nil), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	began := time.Now()
	b, err := io.ReadAll(body)
	if err == nil || len(b) != 10 || time.Since(began) > 10*time.Second {
		t.Errorf("%d bytes in %s, %v", len(b), time.Since(began), err)
	}
}

func TestMeter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var m meter
		for range 40 {
			m.add(250, time.Now())
			time.Sleep(250 * time.Millisecond)
		}
		if r := m.rate(time.Now()); r < 900 || r > 1100 {
			t.Errorf("a thousand a second is measured as %d", r)
		}
		time.Sleep(10 * time.Second)
		if r := m.rate(time.Now()); r != 0 {
			t.Errorf("nothing is measured as %d", r)
		}
	})
}

func FuzzContentRange(f *testing.F) {
	f.Add("bytes 0-9/10")
	f.Add("bytes 4-*/10")
	f.Add("bytes */10")
	f.Add("bytes 9223372036854775807-1/2")
	f.Fuzz(func(t *testing.T, s string) {
		if first, total, ok := parseContentRange(s); ok && (first < 0 || total <= first) {
			t.Errorf("%q gives %d of %d", s, first, total)
		}
	})
}

// What renditions look like is fetched after them; a screen plays without.
func TestPrintsFollow(t *testing.T) {
	t.Parallel()
	b := playliststest.Approved(t, "anh", []byte("picture"), playlists.Terms{})
	lost := playliststest.Approved(t, "mat", []byte("lost"), playlists.Terms{})
	grid := picturehash.Band{Columns: 1, Rows: 1, Low: []byte{1, 2, 3}, High: []byte{1, 2, 3}}
	object, err := programme.NewPrints(playlists.DigestOf(b.Rendition), 16, 9, 0, 0, []picturehash.Band{grid})
	if err != nil {
		t.Fatal(err)
	}
	for i := range b.Media.Renditions {
		b.Media.Renditions[i].Prints = playlists.DigestOf(object)
		lost.Media.Renditions[i].Prints = playlists.DigestOf([]byte("nobody has them"))
	}
	s := playliststest.Programme(t, playliststest.Screen(), 1, schedule.Rule{}, false, b, lost)
	y := newSync(t, t.TempDir(), &shelf{objects: s.Objects}, playliststest.Now)
	y.Offer(s.Envelope)
	y.takeOffered()
	if err := y.converge(t.Context()); err != nil || y.Current() == nil {
		t.Fatalf("a screen waits for prints: %v", err)
	}
	if p := y.Prints(playlists.DigestOf(b.Rendition)); p != nil {
		t.Errorf("they are held before they came: %+v", p)
	}
	s.Objects[playlists.DigestOf(object)] = object
	y.printed = nil // as after a start
	if err := y.converge(t.Context()); err != nil {
		t.Fatal(err)
	}
	if p := y.Prints(playlists.DigestOf(b.Rendition)); p == nil || p.Film() || p.Between(0, 0).Low[2] != 3 {
		t.Errorf("the prints are %+v", p)
	}
	if p := y.Prints(playlists.DigestOf(lost.Rendition)); p != nil {
		t.Errorf("prints that nobody has are %+v", p)
	}
}

// A capture is posted as what it is; what no controller takes is not sent.
func TestPostCapture(t *testing.T) {
	t.Parallel()
	var got *http.Request
	var body []byte
	status := http.StatusNoContent
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
		w.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	c := NewController(server.URL, nil)
	of := wire.Capture{Witness: wire.WitnessBrowser, Finding: wire.FindingWrong, At: 1_800_000_000_000, Wanted: playliststest.ID("anh")}
	if err := c.PostCapture(t.Context(), of, []byte("picture")); err != nil {
		t.Fatal(err)
	}
	q := got.URL.Query()
	if got.Method != http.MethodPost || got.URL.Path != wire.PathCaptures || string(body) != "picture" || got.Header.Get("Content-Type") != "image/jpeg" ||
		q.Get("witness") != "browser" || q.Get("finding") != "wrong" || q.Get("at") != "1800000000000" || q.Get("wanted") != string(of.Wanted) {
		t.Errorf("posted %s %s: %q", got.Method, got.URL, body)
	}
	status, got = http.StatusForbidden, nil
	if err := c.PostCapture(t.Context(), of, []byte("picture")); err == nil || got == nil {
		t.Errorf("a refused capture: %v", err)
	}
	got = nil
	if err := c.PostCapture(t.Context(), of, make([]byte, wire.MaxCapture+1)); err == nil || got != nil {
		t.Errorf("too large a capture: %v", err)
	}
	of.Finding = "fine"
	if err := c.PostCapture(t.Context(), of, []byte("picture")); err == nil || got != nil {
		t.Errorf("a capture of nothing known: %v", err)
	}
}
