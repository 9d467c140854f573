package trust

import (
	"errors"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"

	"cotmoc/agent/internal/state"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// Before the first charter nothing is counted: no slate for want of word, no
// PIN; a beacon holds the clock all the same.
func TestWithoutACharter(t *testing.T) {
	t.Parallel()
	d := newDeskUnder(t, nil)
	d.compare()
	if r := d.Report(); r.Heard != 0 || r.Late != 0 || r.Charter != 0 || d.Ruling().Safe {
		t.Errorf("at the start %+v, safe %t", r, d.Ruling().Safe)
	}
	d.answer(func(b *programme.Beacon) { b.Charter = 0 })
	d.run(400 * 24 * time.Hour)
	d.saveContact()
	d.compare()
	if r := d.Report(); r.Heard == 0 || r.Late != 0 || d.Ruling().Safe || d.problem("contact") != "" || d.problem("withheld") != "" {
		t.Errorf("a year after a beacon %+v, safe %t, %q", r, d.Ruling().Safe, d.problem("withheld"))
	}
	if _, err := d.EnterPIN(AtTheScreen, "246810"); playlists.ReasonOf(err) != "pin_missing" {
		t.Errorf("a PIN: %v", err)
	}
	d.give(1, call("safe"))
	if d.problem("orders") != string(programme.CharterMissing) {
		t.Errorf("orders: %q", d.problem("orders"))
	}
	if err := d.accept(nil, playliststest.SignCharter(t, playliststest.FirstCharter(t, nil), "anh", "binh")); err != nil {
		t.Fatal(err)
	}
	if d.Ruling().Safe != true {
		t.Error("orders that waited for the charter are forgotten")
	}
	bad := Options{Store: newDeskUnder(t, nil).store, Clock: d.o.Clock, Charter: []byte("{}"), Mono: time.Now}
	if _, err := New(bad); err == nil {
		t.Error("a screen runs under a charter that cannot be read")
	}
}

// What a beacon names is compared as numbers of an epoch.
func TestComparedByEpoch(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		newest   wire.ProgrammeRef
		claim    func(*programme.Beacon)
		withheld bool
		restored bool
	}{
		"a later epoch has begun":            {wire.ProgrammeRef{Epoch: 2, Counter: 1}, func(b *programme.Beacon) { b.Programme = 5 }, false, false},
		"an earlier epoch is held":           {wire.ProgrammeRef{Epoch: 1, Counter: 9}, func(b *programme.Beacon) { b.Epoch, b.Programme = 2, 5 }, true, false},
		"no programme is named":              {wire.ProgrammeRef{Epoch: 1, Counter: 1}, func(b *programme.Beacon) { b.Epoch = 2 }, false, false},
		"the same was reported":              {wire.ProgrammeRef{Epoch: 1, Counter: 4}, func(b *programme.Beacon) { b.Reported = programme.Numbers{Epoch: 1, Counter: 4} }, false, false},
		"less was reported":                  {wire.ProgrammeRef{Epoch: 1, Counter: 4}, func(b *programme.Beacon) { b.Reported = programme.Numbers{Epoch: 1, Counter: 3} }, false, false},
		"more of an earlier epoch":           {wire.ProgrammeRef{Epoch: 2, Counter: 1}, func(b *programme.Beacon) { b.Reported = programme.Numbers{Epoch: 1, Counter: 9} }, false, false},
		"less of a later epoch was reported": {wire.ProgrammeRef{Epoch: 1, Counter: 9}, func(b *programme.Beacon) { b.Reported = programme.Numbers{Epoch: 2, Counter: 1} }, false, true},
	} {
		d := newDesk(t, nil)
		d.newest = c.newest
		d.answer(c.claim)
		d.run(arriveWithin)
		d.compare()
		if got := d.problem("withheld") != ""; got != c.withheld {
			t.Errorf("%s: withheld %t", name, got)
		}
		if got := d.problem("restored") != ""; got != c.restored {
			t.Errorf("%s: restored %t", name, got)
		}
	}
	d := newDesk(t, nil)
	d.answer(nil)
	if err := d.accept(d.charter, playliststest.NextCharter(t, d.charter, func(c *programme.Charter) { c.Epoch = 2 })); err != nil {
		t.Fatal(err)
	}
	d.run(arriveWithin)
	if d.compare(); d.problem("withheld") == "" {
		t.Error("a controller that goes on in the epoch before is not told of")
	}
}

// broken is a disk that takes nothing.
type broken struct{ Store }

func (broken) SetDocument(state.Name, []byte) error { return errors.New("no space left on the disk") }

// noRandom gives no randomness.
type noRandom struct{}

func (noRandom) Read([]byte) (int, error) { return 0, errors.New("cannot read") }

// A try that cannot be counted is none, and a PIN has a length.
func TestPINWithoutADisk(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("2", maxPIN+1)
	d := newDesk(t, func(c *programme.Charter) {
		withPIN(c)
		p := c.Pins[0]
		p.Hash = argon2.IDKey([]byte(long), p.Salt, p.Time, p.MemoryKB, p.Threads, 32)
		c.Pins = append(c.Pins, p)
	})
	if a, err := d.EnterPIN(AtTheScreen, long); err != nil || a.Right {
		t.Errorf("a PIN of %d digits: %+v, %v", len(long), a, err)
	}
	whole := d.o.Store
	d.o.Store = broken{whole}
	if a, err := d.EnterPIN(AtTheScreen, "246810"); err == nil || a.Right || d.Ruling().Safe {
		t.Errorf("a try that is not counted: %+v, %v", a, err)
	}
	d.o.Store, d.o.Random = whole, noRandom{}
	if _, err := d.EnterPIN(AtTheScreen, "246810"); err == nil || d.Ruling().Safe {
		t.Errorf("a call for the slate without a name: %v, %v", err, d.latches.Safes)
	}
	if _, err := d.question(); err == nil || len(d.questions) > 0 {
		t.Errorf("a question that can be guessed: %v, %d wait", err, len(d.questions))
	}
}
