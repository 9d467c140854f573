package trust

import (
	"testing"
	"time"

	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
)

func offered(t *testing.T, d *desk, counter uint64, change func(*programme.Roster)) {
	t.Helper()
	r := playliststest.Roster(playliststest.Screen(), counter, "bac")
	if change != nil {
		change(r)
	}
	envelope, err := programme.SignRoster(r, playliststest.Key(1))
	if err != nil {
		t.Fatal(err)
	}
	d.OfferRoster(envelope)
}

// A roster is kept over restarts and gives way to newer ones alone; one that
// goes with a charter that has not come waits for it.
func TestRoster(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	counter := func() uint64 {
		if r := d.Roster(); r != nil {
			return r.Counter
		}
		return 0
	}
	if counter() != 0 {
		t.Fatal("a roster before there was one")
	}
	offered(t, d, 3, nil)
	offered(t, d, 2, nil)
	if counter() != 3 || d.problem("roster") != string(programme.RolledBack) {
		t.Errorf("holds %d, problem %q", counter(), d.problem("roster"))
	}
	offered(t, d, 3, nil) // the same again
	if d.problem("roster") != "" {
		t.Errorf("problem %q", d.problem("roster"))
	}
	d.start()
	if counter() != 3 {
		t.Errorf("after a restart: %d", counter())
	}
	offered(t, d, 4, func(r *programme.Roster) { r.Charter = 2 })
	if counter() != 3 || d.problem("roster") != string(programme.CharterMissing) {
		t.Errorf("before its charter: %d, %q", counter(), d.problem("roster"))
	}
	if err := d.accept(d.charter, playliststest.NextCharter(t, d.charter, nil)); err != nil {
		t.Fatal(err)
	}
	if counter() != 4 || d.problem("roster") != "" {
		t.Errorf("under its charter: %d, %q", counter(), d.problem("roster"))
	}
	// Where it stands now it has other neighbours, or none yet.
	d.latches.Cluster = playliststest.ID("vungang")
	if d.Roster() != nil {
		t.Error("neighbours of where it stood")
	}
}

// Tries are counted by where the PIN is entered, over restarts: a neighbour
// that somebody has taken does not lock the screen's own pad.
func TestPINFromElsewhere(t *testing.T) {
	t.Parallel()
	d := newDesk(t, withPIN)
	enter := func(from, pin string) PINAnswer {
		t.Helper()
		a, err := d.EnterPIN(from, pin)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	for range maxTries {
		enter("bac", "111111")
	}
	d.start()
	if a := enter("bac", "246810"); a.Right || a.Wait <= 0 {
		t.Errorf("a neighbour after five wrong ones: %+v", a)
	}
	if a := enter("nam", "111111"); a.Left != maxTries-1 {
		t.Errorf("another neighbour: %+v", a)
	}
	if d.Ruling().Safe {
		t.Fatal("on its slate by wrong PINs")
	}
	if a := enter(AtTheScreen, "246810"); !a.Right || !d.Ruling().Safe {
		t.Errorf("at the screen: %+v", a)
	}
	d.run(lockout + time.Second)
	if a := enter("bac", "246810"); !a.Right || len(d.Latched()) != 1 {
		t.Errorf("the right one in its time: %+v, %d latched", a, len(d.Latched()))
	}
	for i := range 2 * maxSources {
		enter(string(rune('a'+i%26))+string(rune('a'+i/26)), "111111")
	}
	if n := len(d.tries.From); n > maxSources {
		t.Errorf("keeps the tries of %d places", n)
	}
	if a := enter(AtThePage, "246810"); !a.Right {
		t.Errorf("neighbours have used up the tries of the page: %+v", a)
	}
	// While a PIN is looked at, a neighbour neither waits nor loses a try.
	d.hashing.Lock()
	a := enter("bac", "111111")
	d.hashing.Unlock()
	if a.Right || a.Wait != askAgain || d.tries.wrong("bac") != 0 {
		t.Errorf("while another is looked at: %+v, %d tries counted", a, d.tries.wrong("bac"))
	}
}
