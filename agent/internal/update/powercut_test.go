package update

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
)

// losses are what a power cut does to bytes that were not flushed.
var losses = map[string]func(path string, flushed int64){
	"kept": func(string, int64) {},
	"lost": func(path string, flushed int64) { _ = os.Truncate(path, flushed) },
	"zeros": func(path string, flushed int64) {
		if info, err := os.Stat(path); err == nil {
			_ = os.Truncate(path, flushed)
			_ = os.Truncate(path, info.Size())
		}
	},
}

// life is what happens between two power cuts: the launcher chooses, and what
// it has chosen runs, or is judged. It tells what ran, and whether all is done.
func (w *world) life(t *testing.T, d Disk, holds bool) (ran programme.Version, done bool) {
	t.Helper()
	f := w.folder(d)
	log := slog.New(slog.DiscardHandler)
	for range 2 * maxStarts {
		c := f.choose("1.0.0", playliststest.Now, log)
		if c.Found == nil {
			return "1.0.0", false
		}
		// What is run was signed, whatever the cut has left.
		if _, err := programme.VerifyRelease(c.Envelope, w.charter); err != nil {
			t.Fatalf("runs what nobody has signed: %v", err)
		}
		build, err := buildHere(&c.Release.Release)
		if err != nil {
			t.Fatal(err)
		}
		if err := checkProgram(c.Path, build); err != nil {
			t.Fatalf("runs other bytes: %v", err)
		}
		if info, err := os.Stat(c.Path); err != nil || info.Mode()&0o100 == 0 {
			t.Fatalf("runs what cannot be run: %v", err)
		}
		ran = c.Release.Version
		if c.trial {
			if r := f.read(); r.Trial == nil || r.Trial.Starts == 0 || r.Trial.Starts > maxStarts {
				t.Fatalf("a trial that is not counted: %+v", r.Trial)
			}
			if holds {
				_, err = f.confirm(f.read(), c.Release.Floor)
			} else {
				_, err = f.fail(f.read(), NoPicture, 1)
			}
			if err != nil {
				return ran, false
			}
			continue
		}
		restarted := false
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		u := w.updater(d, Launched{Slot: c.Slot, Installed: "1.0.0"}, c.Release.Version, func() { restarted = true; cancel() })
		u.takeOffered()
		_, err = u.step(ctx)
		cancel()
		if err != nil {
			return ran, false
		}
		if !restarted {
			return ran, true
		}
	}
	t.Fatal("it never comes to an end")
	return ran, false
}

// The power goes at every step of an update, with what was not flushed kept,
// lost or zeroed. After each cut a signed program runs, never
// the installed one of long ago, and in the end the new one does when it holds,
// and the one before when it does not.
func TestPowerCutAtEveryStep(t *testing.T) {
	t.Parallel()
	for name, lose := range losses {
		for _, holds := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, holds %t", name, holds), func(t *testing.T) {
				t.Parallel()
				at := 1
				for ; at < 1000; at++ {
					d := &cutDisk{at: at, lose: lose, open: map[string]int64{}}
					cutOnce(t, d, holds)
					if !d.dead {
						break // it came to its end before this step
					}
				}
				if at < 15 {
					t.Errorf("an update took %d steps only", at)
				}
			})
		}
	}
}

func cutOnce(t *testing.T, d *cutDisk, holds bool) {
	t.Helper()
	w := newWorld(t)
	before, next := program("1.1.0"), program("1.2.0")
	w.installedAs(SlotA, before, w.release("1.1.0", before, nil, "giang", "hai"))
	w.offered(1, w.release("1.2.0", next, nil, "giang", "hai"))
	ran, done := w.life(t, d, holds)
	for lives := 0; !done; lives++ {
		if ran == "1.0.0" || lives > 5 {
			t.Fatalf("after a cut at step %d %s runs, in life %d", d.at, ran, lives)
		}
		ran, done = w.life(t, OSDisk{}, holds)
	}
	r := w.folder(OSDisk{}).read()
	want, floor := programme.Version("1.1.0"), programme.Version("1.1.0")
	if holds {
		want, floor = "1.2.0", "1.2.0"
	} else if len(r.Failed) != 1 || r.Failed[0].Reason != NoPicture {
		t.Errorf("cut at step %d: failures %+v", d.at, r.Failed)
	}
	if ran != want || r.Floor != floor {
		t.Errorf("after a cut at step %d %s runs with the floor %s, want %s and %s", d.at, ran, r.Floor, want, floor)
	}
}

// The least version outlives the record: what is older is not taken because a
// disk was damaged.
func TestFloorOutlivesTheRecord(t *testing.T) {
	t.Parallel()
	for name, left := range map[string]string{"damaged": "{", "older": `{"floor":"1.0.1"}`} {
		w := newWorld(t)
		w.installedAs(SlotA, program("1.1.0"), w.release("1.1.0", program("1.1.0"), nil, "giang", "hai"))
		w.offered(1, w.release("1.2.0", program("1.2.0"), nil, "giang", "hai"))
		for done := false; !done; {
			_, done = w.life(t, OSDisk{}, true)
		}
		f := w.folder(OSDisk{})
		if err := os.WriteFile(filepath.Join(f.Dir, recordFile), []byte(left), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := f.read().Floor; got != "1.2.0" {
			t.Errorf("%s: the floor is %q", name, got)
		}
	}
}

// A program that ends at every start is begun a few times, and then no more,
// whether or not anybody sees it end.
func TestCrashAtEveryStart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before, next := program("1.1.0"), program("1.2.0")
	w.installedAs(SlotA, before, w.release("1.1.0", before, nil, "giang", "hai"))
	w.offered(1, w.release("1.2.0", next, nil, "giang", "hai"))
	f := w.folder(OSDisk{})
	u := w.updater(OSDisk{}, Launched{Slot: SlotA, Installed: "1.0.0"}, "1.1.0", func() {})
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // it would wait for its restart
	u.takeOffered()
	if _, err := u.step(ctx); err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	for i := range maxStarts {
		if c := f.choose("1.0.0", playliststest.Now, log); !c.trial || c.Release.Version != "1.2.0" {
			t.Fatalf("start %d runs %+v", i+1, c)
		}
	}
	c := f.choose("1.0.0", playliststest.Now, log)
	if r := f.read(); c.trial || c.Slot != SlotA || len(r.Failed) != 1 || r.Failed[0].Reason != NotStarted {
		t.Errorf("runs %+v, failures %+v", c, r.Failed)
	}
}
