// Package playouttest holds every source of a playout in memory and makes
// programmes for it, so that tests decide what is held, ready and the time.
package playouttest

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"testing"
	"time"

	"cotmoc/agent/internal/playout"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/schedule"
	"cotmoc/playlists/wire"
)

// Desk is the programmes, the ready bytes, the clock, the enrolment and the
// record of plays. It is safe for concurrent use.
type Desk struct {
	mu      sync.Mutex
	current *programme.Loaded
	newest  *programme.Accepted
	ready   map[playlists.Digest][]byte
	shift   time.Duration
	clock   wire.ClockState
	early   time.Duration
	late    time.Duration
	ruling  playout.Ruling
	idle    time.Duration // 0 not to be touched
	code    string
	plays   []wire.Play
	changed chan struct{}
}

// NewDesk makes an enrolled desk with the machine's time and nothing to play.
func NewDesk() *Desk {
	return &Desk{ready: map[playlists.Digest][]byte{}, clock: wire.ClockTrusted, changed: make(chan struct{})}
}

// Options gives a playout's options with the desk as every source.
func (d *Desk) Options() playout.Options {
	return playout.Options{
		Programmes: d, Ready: d, Clock: d, Rulings: d, Enrolment: d, Recorder: d,
		Touch: d.Touch, Monotonic: time.Now, Random: rand.Reader, Log: slog.New(slog.DiscardHandler),
	}
}

func (d *Desk) change(f func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f()
	close(d.changed)
	d.changed = make(chan struct{})
}

// Hold makes a programme the newest, and the current one with its renditions
// ready.
func (d *Desk) Hold(s playliststest.Signed, l *programme.Loaded) {
	d.change(func() {
		d.current, d.newest = l, &l.Accepted
		for _, sh := range l.Showings() {
			d.ready[sh.Rendition] = s.Objects[sh.Rendition]
		}
	})
}

// Announce makes a programme the newest while its renditions are still missing.
func (d *Desk) Announce(a *programme.Accepted) { d.change(func() { d.newest = a }) }

// Lose makes a rendition's bytes not ready.
func (d *Desk) Lose(digest playlists.Digest) { d.change(func() { delete(d.ready, digest) }) }

// SetClock moves the effective time away from the machine's.
func (d *Desk) SetClock(shift time.Duration, state wire.ClockState) {
	d.change(func() { d.shift, d.clock = shift, state })
}

// SetCode shows a pairing code; "" enrols the screen.
func (d *Desk) SetCode(code string) { d.change(func() { d.code = code }) }

// Current implements playout.Programmes.
func (d *Desk) Current() *programme.Loaded { d.mu.Lock(); defer d.mu.Unlock(); return d.current }

// Newest implements playout.Programmes.
func (d *Desk) Newest() *programme.Accepted { d.mu.Lock(); defer d.mu.Unlock(); return d.newest }

// Changed implements playout.Programmes.
func (d *Desk) Changed() <-chan struct{} { d.mu.Lock(); defer d.mu.Unlock(); return d.changed }

// Has implements playout.Ready.
func (d *Desk) Has(digest playlists.Digest) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, ok := d.ready[digest]
	return ok
}

type body struct{ *bytes.Reader }

func (body) Close() error { return nil }

// Open implements playout.Ready.
func (d *Desk) Open(digest playlists.Digest) (io.ReadSeekCloser, int64, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	b, ok := d.ready[digest]
	if !ok {
		return nil, 0, fmt.Errorf("cannot open %s: it is not ready", digest)
	}
	return body{bytes.NewReader(b)}, int64(len(b)), nil
}

// Now implements playout.Clock.
func (d *Desk) Now() (time.Time, wire.ClockState) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return time.Now().Add(d.shift), d.clock
}

// SetDoubt says how far the earliest and the latest moment that now may be lie
// from the effective time.
func (d *Desk) SetDoubt(early, late time.Duration) {
	d.change(func() { d.early, d.late = early, late })
}

// Bounds implements playout.Clock.
func (d *Desk) Bounds() (earliest, latest time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := time.Now().Add(d.shift)
	return now.Add(d.early), now.Add(d.late)
}

// Rule sets what stands above the programme.
func (d *Desk) Rule(r playout.Ruling) { d.change(func() { d.ruling = r }) }

// Ruling implements playout.Rulings.
func (d *Desk) Ruling() playout.Ruling {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.ruling
}

// Code implements playout.Enrolment.
func (d *Desk) Code() (string, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.code, d.code == ""
}

// Record implements playout.Recorder.
func (d *Desk) Record(p wire.Play) { d.mu.Lock(); defer d.mu.Unlock(); d.plays = append(d.plays, p) }

// Plays gives what was recorded, oldest first.
func (d *Desk) Plays() []wire.Play {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]wire.Play(nil), d.plays...)
}

// Part is one item of a programme: its bytes, how long it is shown, and what
// limits it.
type Part struct {
	Word       string // names the media
	Bytes      []byte
	MIME       string // "" is image/jpeg
	Duration   time.Duration
	Transition playlists.Transition // "" cuts
	Terms      playlists.Terms
}

// Entry is a loop of parts under a rule.
type Entry struct {
	Word     string // names the entry
	Priority int
	Rule     schedule.Rule
	Parts    []Part
}

// Programme compiles, signs, verifies and loads a programme for the fixture
// screen. slate may be nil.
func Programme(t testing.TB, counter uint64, slate *Part, withdrawn []playlists.ID, entries ...Entry) (playliststest.Signed, *programme.Loaded) {
	t.Helper()
	out := playliststest.Signed{Objects: map[playlists.Digest][]byte{}}
	in := programme.Input{Screen: playliststest.Screen(), Epoch: 1, Counter: counter, IssuedAt: playliststest.Now, Media: map[playlists.ID]programme.Approved{}, Withdrawn: withdrawn}
	add := func(p Part) programme.Approved {
		b := playliststest.ApprovedAs(t, p.Word, p.Bytes, cmp.Or(p.MIME, "image/jpeg"), p.Terms)
		out.Objects[playlists.DigestOf(b.Rendition)] = b.Rendition
		out.Objects[playlists.DigestOf(b.Chunks)] = b.Chunks
		in.Media[b.Media.ID] = programme.Approved{Media: b.Media, Approval: b.Approval}
		return in.Media[b.Media.ID]
	}
	if slate != nil {
		a := add(*slate)
		in.Slate = &a
	}
	for _, e := range entries {
		list := &playlists.Playlist{ID: playliststest.ID(e.Word), Version: 1, Title: e.Word}
		for i, p := range e.Parts {
			a := add(p)
			list.Items = append(list.Items, playlists.Item{ID: itemID(i), Media: a.Media.ID, Duration: p.Duration, Transition: max(p.Transition, playlists.Cut)})
		}
		in.Entries = append(in.Entries, programme.InputEntry{ID: playliststest.ID(e.Word), Title: e.Word, Priority: e.Priority, Rule: e.Rule, Playlist: list})
	}
	c, err := programme.Compile(in)
	if err != nil {
		t.Fatal(err)
	}
	for d, b := range c.Objects {
		out.Objects[d] = b
	}
	if out.Envelope, err = programme.Sign(&c.Programme, playliststest.Key(1)); err != nil {
		t.Fatal(err)
	}
	out.Programme = c.Programme
	accepted, err := programme.Verify(out.Envelope, programme.Trust{Screen: in.Screen.ID, Keys: []programme.PublicKey{playliststest.PublicKey(1)}})
	if err != nil {
		t.Fatal(err)
	}
	loaded, missing, err := programme.Load(accepted, programme.Grounds{}, func(d playlists.Digest) ([]byte, bool) { b, ok := out.Objects[d]; return b, ok })
	if err != nil || len(missing) > 0 {
		t.Fatalf("cannot load the programme: %v, missing %v", err, missing)
	}
	return out, loaded
}

// itemID makes the id of the item at a position.
func itemID(i int) playlists.ID {
	return playliststest.ID("item" + string(rune('b'+i/20)) + string(rune('b'+i%20)))
}

// Interactive makes the screen one to be touched, with this time until the loop
// goes on; 0 ends it.
func (d *Desk) Interactive(idle time.Duration) { d.change(func() { d.idle = idle }) }

// Touch gives what Interactive was told.
func (d *Desk) Touch() (interactive bool, idle time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.idle > 0, d.idle
}
