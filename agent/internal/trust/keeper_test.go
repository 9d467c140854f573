package trust

import (
	"crypto/rand"
	"log/slog"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"

	"cotmoc/agent/internal/state"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// desk is a keeper on a real folder, on a machine whose time the test makes.
type desk struct {
	*Keeper
	t        *testing.T
	dir      string
	store    *state.Store
	m        *machine
	mono     time.Time
	envelope []byte

	mu       sync.Mutex
	problems map[string]string
	newest   wire.ProgrammeRef
}

func (d *desk) Set(about, code, _ string) { d.mu.Lock(); defer d.mu.Unlock(); d.problems[about] = code }
func (d *desk) Clear(about string)        { d.mu.Lock(); defer d.mu.Unlock(); delete(d.problems, about) }
func (d *desk) problem(about string) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.problems[about]
}

func newDesk(t *testing.T, change func(*programme.Charter)) *desk {
	t.Helper()
	_, envelope := playliststest.Charter(t, change)
	return newDeskUnder(t, envelope)
}

// newDeskUnder is newDesk for a screen that was enrolled with this charter, nil
// for none.
func newDeskUnder(t *testing.T, envelope []byte) *desk {
	t.Helper()
	d := &desk{t: t, dir: t.TempDir(), m: &machine{Reading{Wall: playliststest.Now}}, mono: time.Now(), envelope: envelope, problems: map[string]string{}}
	d.start()
	return d
}

// start opens the folder as a new start of the agent does.
func (d *desk) start() {
	d.t.Helper()
	if d.store != nil {
		if err := d.store.Close(); err != nil {
			d.t.Fatal(err)
		}
	}
	log := slog.New(slog.DiscardHandler)
	var err error
	if d.store, err = state.Open(d.dir, log, time.Now); err != nil {
		d.t.Fatal(err)
	}
	store := d.store
	d.t.Cleanup(func() { _ = store.Close() })
	screen := playliststest.Screen()
	d.Keeper, err = New(Options{
		Screen: screen.ID, Cluster: screen.Cluster, Keys: []programme.PublicKey{playliststest.PublicKey(1)}, Charter: d.envelope,
		Store: store, Clock: NewClock(d.m.read, store, built, log), Problems: d, Newest: func() wire.ProgrammeRef { return d.newest },
		Random: rand.Reader, Mono: func() time.Time { return d.mono }, Log: log, Changed: func() {},
	})
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) run(by time.Duration) { d.m.run(by); d.mono = d.mono.Add(by) }

// answer asks and gives a beacon for it.
func (d *desk) answer(change func(*programme.Beacon)) {
	d.t.Helper()
	q, err := d.question()
	if err != nil {
		d.t.Fatal(err)
	}
	b := programme.Beacon{Screen: playliststest.Screen().ID, Nonce: q.Nonce, Time: d.m.r.Wall.UnixMilli(), Epoch: 1, Charter: 1}
	if change != nil {
		change(&b)
	}
	envelope, err := programme.SignBeacon(&b, playliststest.Key(1))
	if err != nil {
		d.t.Fatal(err)
	}
	d.OfferBeacon(envelope)
}

// A screen that hears nothing for as long as the charter allows goes to its
// slate, whether its clock runs or not, over restarts; a beacon brings it back.
func TestUnattended(t *testing.T) {
	t.Parallel()
	const days = 30
	for _, dead := range []bool{false, true} {
		d := newDesk(t, func(c *programme.Charter) { c.MaxUnattendedDays = days })
		if dead {
			d.m.r.Wall = time.Unix(0, 0)
			d.start()
		}
		for range days - 1 {
			d.run(24 * time.Hour)
			d.saveContact()
			d.o.Clock.Save()
			if d.Ruling().Safe {
				t.Fatalf("dead clock %t: on its slate too early", dead)
			}
			if dead {
				d.m.r.Wall = time.Unix(0, 0) // the power was off in between
				d.start()
			}
		}
		if d.problem("contact") != "unattended_soon" {
			t.Errorf("dead clock %t: no warning: %q", dead, d.problem("contact"))
		}
		d.run(25 * time.Hour)
		if !d.Ruling().Safe || d.problem("contact") != "unattended" {
			t.Fatalf("dead clock %t: not on its slate, %q", dead, d.problem("contact"))
		}
		d.answer(func(b *programme.Beacon) { b.Time = playliststest.Now.AddDate(0, 0, days+1).UnixMilli() })
		if d.Ruling().Safe {
			t.Errorf("dead clock %t: a beacon does not bring it back: %q", dead, d.problem("beacon"))
		}
	}
}

// A beacon answers one question, once, soon.
func TestBeaconAnswers(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	var kept programme.Beacon
	d.answer(func(b *programme.Beacon) { kept = *b })
	again, err := programme.SignBeacon(&kept, playliststest.Key(1))
	if err != nil {
		t.Fatal(err)
	}
	d.OfferBeacon(again)
	if d.problem("beacon") != string(programme.WrongNonce) {
		t.Errorf("a beacon counts twice: %q", d.problem("beacon"))
	}
	d.answer(func(b *programme.Beacon) { b.Nonce = make([]byte, programme.NonceSize) })
	if n := d.Refusals()[string(programme.WrongNonce)]; n != 2 {
		t.Errorf("%d wrong nonces were counted", n)
	}
	d.answer(func(b *programme.Beacon) { d.run(answerWithin + time.Second) })
	if n := d.Refusals()[string(programme.WrongNonce)]; n != 3 {
		t.Errorf("an answer of long ago counts")
	}
	d.answer(func(b *programme.Beacon) { b.Screen = playliststest.ID("other") })
	if d.problem("beacon") != string(programme.OtherScreen) {
		t.Errorf("another screen's beacon: %q", d.problem("beacon"))
	}
}

// What a beacon names and has not come is told after a minute, and no more
// when it has come.
func TestWithheld(t *testing.T) {
	t.Parallel()
	for name, claim := range map[string]func(*programme.Beacon){
		"programme": func(b *programme.Beacon) { b.Programme = 5 },
		"orders":    func(b *programme.Beacon) { b.Orders = 1 },
		"settings":  func(b *programme.Beacon) { b.Settings = 1 },
		"charter":   func(b *programme.Beacon) { b.Charter = 2 },
	} {
		d := newDesk(t, nil)
		d.newest = wire.ProgrammeRef{Epoch: 1, Counter: 4}
		d.answer(claim)
		d.compare()
		if p := d.problem("withheld"); p != "" {
			t.Errorf("%s: told at once: %q", name, p)
		}
		d.run(arriveWithin + time.Second)
		d.compare()
		if p := d.problem("withheld"); p != string(programme.Withheld) {
			t.Errorf("%s: not told: %q", name, p)
		}
		d.answer(func(b *programme.Beacon) { b.Programme = 4 })
		d.run(arriveWithin + time.Second)
		d.compare()
		if p := d.problem("withheld"); p != "" {
			t.Errorf("%s: told on: %q", name, p)
		}
	}
}

// An old copy of the disk shows: the screen starts less often than before, and
// the controller knows a newer programme of its reports.
func TestRestoredDisk(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	starts := d.Report().Starts
	d.start()
	if got := d.Report().Starts; got != starts+1 {
		t.Errorf("start %d follows %d", got, starts)
	}
	d.newest = wire.ProgrammeRef{Epoch: 1, Counter: 3}
	d.answer(func(b *programme.Beacon) { b.Reported = programme.Numbers{Epoch: 1, Counter: 4} })
	d.compare()
	if d.problem("restored") != "state_restored" {
		t.Errorf("an older disk: %q", d.problem("restored"))
	}
}

func withPIN(c *programme.Charter) {
	salt := []byte("sixteen bytes of")
	c.Pins = []programme.Pin{{Clusters: []string{string(playliststest.Screen().Cluster)}, Salt: salt, Hash: argon2.IDKey([]byte("246810"), salt, 1, 8<<10, 1, 32), Time: 1, MemoryKB: 8 << 10, Threads: 1}}
}

// Five wrong PINs, then a quarter of an hour for each: pulling the plug gives
// no more. The right one latches the slate for good.
func TestPIN(t *testing.T) {
	t.Parallel()
	d := newDesk(t, withPIN)
	enter := func(pin string) PINAnswer {
		t.Helper()
		a, err := d.EnterPIN(AtTheScreen, pin)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	for left := 4; left >= 0; left-- {
		if a := enter("111111"); a.Right || a.Left != left {
			t.Fatalf("a wrong PIN: %+v, want %d left", a, left)
		}
		if left == 2 {
			d.start()
		}
	}
	if a := enter("246810"); a.Right || a.Wait <= 0 {
		t.Errorf("the right PIN after five wrong ones: %+v", a)
	}
	d.run(lockout - time.Minute)
	d.start()
	if a := enter("246810"); a.Right || a.Wait < lockout-time.Minute {
		t.Errorf("after pulling the plug: %+v", a)
	}
	d.run(lockout)
	if a := enter("246810"); !a.Right {
		t.Fatalf("the right PIN in its time: %+v", a)
	}
	if !d.Ruling().Safe || len(d.Latched()) != 1 || !d.Latched()[0].Local {
		t.Errorf("latched %+v", d.Latched())
	}
	d.start()
	if !d.Ruling().Safe {
		t.Error("a restart has lifted it")
	}
	other := newDesk(t, func(c *programme.Charter) {
		withPIN(c)
		c.Pins[0].Clusters = []string{string(playliststest.ID("khac"))}
	})
	if _, err := other.EnterPIN(AtTheScreen, "246810"); playlists.ReasonOf(err) != "pin_missing" {
		t.Errorf("another cluster's PIN: %v", err)
	}
}

// The charter outlives either of its copies, and a screen that was enrolled
// under one never goes back to a world without.
func TestCharterOutlivesDamage(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	held, err := programme.FirstCharter(d.envelope)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.accept(held, playliststest.NextCharter(t, held, nil)); err != nil {
		t.Fatal(err)
	}
	d.start()
	if n := d.Report().Charter; n != 2 {
		t.Errorf("after a restart charter %d is held", n)
	}
	if err := d.store.SetDocument(state.Charter, []byte("{}")); err != nil {
		t.Fatal(err)
	}
	d.start()
	if n := d.Report().Charter; n != 1 || d.Grounds().Charter == nil {
		t.Errorf("with both copies damaged charter %d is held", n)
	}
}
