package assist_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cotmoc/controller/internal/assist"
	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

var gate, other = playliststest.ID("screen"), playliststest.ID("screenb")

// desk is a Service over a real database.
type desk struct {
	*assist.Service
	*sqlstoretest.World
	t *testing.T

	mu      sync.Mutex
	sent    []programme.Command
	charter *programme.HeldCharter
	revoked bool // the gate's screen
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, World: sqlstoretest.New(t)}
	d.restart()
	return d
}

// restart makes a new Service over what is stored, as after a crash.
func (d *desk) restart() {
	d.t.Helper()
	var err error
	d.Service, err = assist.Open(d.t.Context(), assist.Config{
		Store: d.DB.Assist(), Fleet: d, Charters: d, Sender: d, Key: func() ed25519.PrivateKey { return playliststest.Key(1) },
		Now: d.Clock.Now, Random: rand.Reader, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) Screen(id playlists.ID) (assist.Screen, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case id == gate && !d.revoked:
		return assist.Screen{ID: gate, Name: "Cổng", Cluster: playliststest.ID("cautreo"), Unit: playliststest.ID("unit")}, true
	case id == other:
		return assist.Screen{ID: other, Name: "Cảng", Cluster: playliststest.ID("vungang"), Unit: playliststest.ID("other")}, true
	}
	return assist.Screen{}, false
}

func (d *desk) Current() *programme.HeldCharter { return d.charter }

// Send reads a command as a screen does.
func (d *desk) Send(screen playlists.ID, envelope []byte) {
	c, err := programme.VerifyCommand(envelope, programme.Trust{Screen: screen, Keys: []programme.PublicKey{playliststest.PublicKey(1)}, Charter: d.charter})
	if err != nil {
		d.t.Errorf("a screen refuses what it is sent: %v", err)
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.sent = append(d.sent, *c)
}

func (d *desk) sends(id playlists.ID) (n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, c := range d.sent {
		if c.ID == id {
			n++
		}
	}
	return n
}

func (d *desk) person(word string, grants ...playlists.Grant) playlists.Actor {
	d.t.Helper()
	return d.Granted(word, "unit", grants...)
}

func (d *desk) ask(a playlists.Actor, screen playlists.ID, kind programme.CommandKind, amount int) *assist.Command {
	d.t.Helper()
	c, err := d.Ask(d.t.Context(), a, screen, kind, amount)
	if err != nil {
		d.t.Fatal(err)
	}
	return c
}

func (d *desk) refuses(reason string, a playlists.Actor, screen playlists.ID, kind programme.CommandKind, amount int) {
	d.t.Helper()
	if _, err := d.Ask(d.t.Context(), a, screen, kind, amount); playlists.ReasonOf(err) != reason {
		d.t.Errorf("%s %d ends with %v, want %s", kind, amount, err, reason)
	}
}

func (d *desk) answer(screen, id playlists.ID, o wire.Outcome, log []byte) {
	d.Answer(d.t.Context(), screen, &wire.Result{ID: id, Outcome: o, Why: "tool_missing", Log: log}, d.Clock.Now())
}

// state gives how far the gate's commands have come, newest first.
func (d *desk) states(a playlists.Actor) (out []assist.State) {
	d.t.Helper()
	all, err := d.Recent(d.t.Context(), a, gate)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, c := range all {
		out = append(out, c.State(d.Clock.Now()))
	}
	return out
}

// Those on watch ask for what changes nothing, technicians for all, each where
// they have the right; what is asked stands in the audit log.
func TestWhoMayAsk(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	technician := d.person("tech", playlists.Grant{Role: playlists.Technician})
	officer := d.person("officer", playlists.Grant{Role: playlists.WatchOfficer, Cluster: playliststest.ID("cautreo")})
	for _, kind := range programme.CommandKinds() {
		amount := map[programme.CommandKind]int{programme.CommandDisplayOff: 5, programme.CommandBrightness: 50, programme.CommandLogs: 10}[kind]
		d.ask(technician, gate, kind, amount)
		if kind == programme.CommandRefresh || kind == programme.CommandCapture {
			d.answer(gate, d.sent[len(d.sent)-1].ID, wire.OutcomeDone, nil)
			c := d.ask(officer, gate, kind, amount)
			if c.By != officer.Name || c.Person != officer.ID {
				t.Errorf("asked by %q", c.By)
			}
			d.refuses("screen_missing", officer, other, kind, amount)
		} else {
			d.refuses("right_missing", officer, gate, kind, amount)
		}
	}
	for _, role := range playlists.Roles() {
		if role != playlists.Technician && role != playlists.WatchOfficer {
			want := "right_missing"
			if role == playlists.Contributor || role == playlists.Reviewer {
				want = "screen_missing"
			}
			d.refuses(want, playlists.Actor{ID: technician.ID, Name: "x", Grants: []playlists.Grant{{Role: role}}}, gate, programme.CommandRefresh, 0)
		}
	}
	d.refuses("command_unknown", technician, other, "shell", 0)
	d.refuses("command_amount", technician, other, programme.CommandVolume, 101)
	d.refuses("screen_missing", technician, playliststest.ID("nowhere"), programme.CommandRefresh, 0)
	var log bytes.Buffer
	if err := d.Audit.Export(t.Context(), playlists.Actor{ID: technician.ID, Grants: []playlists.Grant{{Role: playlists.Administrator}}}, func() io.Writer { return &log }); err != nil {
		t.Fatal(err)
	}
	for _, kind := range programme.CommandKinds() {
		if act := "help." + string(kind); !strings.Contains(log.String(), `"kind":"`+act+`"`) || !slices.Contains(playlists.ActKinds(), playlists.ActKind(act)) {
			t.Errorf("%s does not stand in the audit log", act)
		}
	}
}

// A command goes out until it is answered, to a screen that is born at once,
// over a restart of the controller too, and never after its time.
func TestSentUntilAnswered(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	a := d.person("tech", playlists.Grant{Role: playlists.Technician})
	d.charter, _ = playliststest.Charter(t, func(c *programme.Charter) { c.Epoch = 3 })
	c := d.ask(a, gate, programme.CommandRestartPC, 0)
	if d.sends(c.ID) != 1 || d.sent[0].Epoch != 3 {
		t.Fatalf("sent %+v", d.sent)
	}
	d.refuses("help_waiting", a, gate, programme.CommandRestartPC, 0)
	d.Born(t.Context(), other)
	d.Born(t.Context(), gate)
	if got := d.sends(c.ID); got != 2 {
		t.Errorf("sent %d times", got)
	}
	d.answer(gate, c.ID, wire.OutcomeTaken, nil)
	d.answer(gate, c.ID, wire.OutcomeTaken, nil)
	d.restart()
	d.Born(t.Context(), gate)
	if got := d.sends(c.ID); got != 3 {
		t.Errorf("sent %d times", got)
	}
	if got := d.states(a); !slices.Equal(got, []assist.State{assist.Taken}) {
		t.Errorf("is %v", got)
	}
	d.answer(other, c.ID, wire.OutcomeFailed, nil) // it is not theirs
	d.Born(t.Context(), gate)
	if got := d.sends(c.ID); got != 4 {
		t.Errorf("sent %d times", got)
	}
	d.Clock.Add(time.Minute)
	d.answer(gate, c.ID, wire.OutcomeDone, nil)
	d.answer(gate, c.ID, wire.OutcomeFailed, nil) // the first counts
	d.answer(gate, c.ID, wire.OutcomeTaken, nil)
	d.Born(t.Context(), gate)
	all, err := d.Recent(t.Context(), a, gate)
	if err != nil || len(all) != 1 || d.sends(c.ID) != 4 || all[0].State(d.Clock.Now()) != assist.Done || all[0].Sends != 4 ||
		all[0].EndedAt.Sub(all[0].TakenAt) != time.Minute || all[0].HasLog {
		t.Errorf("is %+v, %v", all, err)
	}

	late := d.ask(a, gate, programme.CommandRefresh, 0)
	d.Clock.Add(10 * time.Minute)
	d.Born(t.Context(), gate)
	if got := d.sends(late.ID); got != 1 {
		t.Errorf("after its time it was sent %d times", got)
	}
	taken := d.ask(a, gate, programme.CommandCapture, 0)
	d.answer(gate, taken.ID, wire.OutcomeTaken, nil)
	d.Clock.Add(15 * time.Minute)
	gone := d.ask(a, gate, programme.CommandDisplayOn, 0)
	d.revoked = true
	d.Born(t.Context(), gate)
	if got := d.sends(gone.ID); got != 1 {
		t.Errorf("a screen that is trusted no longer was sent %d", got)
	}
	d.revoked = false
	if got := d.states(a); !slices.Equal(got, []assist.State{assist.Waiting, assist.Silent, assist.Expired, assist.Done}) {
		t.Errorf("are %v", got)
	}
	d.answer(gate, late.ID, wire.OutcomeRefused, nil) // better late
	if got := d.states(a)[2]; got != assist.Refused {
		t.Errorf("is %v", got)
	}
}

func TestNotTooOften(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	one, two := d.person("one", playlists.Grant{Role: playlists.Technician}), d.person("two", playlists.Grant{Role: playlists.Technician})
	for range 20 {
		c := d.ask(one, gate, programme.CommandVolume, 5)
		d.answer(gate, c.ID, wire.OutcomeDone, nil)
	}
	d.refuses("help_too_often", two, gate, programme.CommandVolume, 5)
	for range 20 {
		c := d.ask(one, other, programme.CommandVolume, 5)
		d.answer(other, c.ID, wire.OutcomeDone, nil)
	}
	d.Clock.Add(5 * time.Minute)
	d.restart()
	d.refuses("help_too_often", one, other, programme.CommandRefresh, 0)
	d.Clock.Add(5 * time.Minute)
	d.ask(two, gate, programme.CommandVolume, 5)
	d.ask(one, other, programme.CommandVolume, 5)
}

// A log is read by technicians, for a month; what claims to be one and is not
// is no reason to lose the answer.
func TestLogs(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	a := d.person("tech", playlists.Grant{Role: playlists.Technician})
	officer := d.person("officer", playlists.Grant{Role: playlists.WatchOfficer})
	packed, err := wire.PackLog([][]byte{[]byte("first"), []byte("last")})
	if err != nil {
		t.Fatal(err)
	}
	log := func(who playlists.Actor, screen, id playlists.ID) string {
		text, err := d.Log(t.Context(), who, screen, id)
		if err != nil {
			return playlists.ReasonOf(err)
		}
		return string(text)
	}
	c := d.ask(a, gate, programme.CommandLogs, 10)
	if got := log(a, gate, c.ID); got != "log_missing" {
		t.Errorf("before the answer %q", got)
	}
	d.answer(gate, c.ID, wire.OutcomeDone, packed)
	d.Clock.Add(time.Second)
	bad := d.ask(a, gate, programme.CommandLogs, 10)
	d.answer(gate, bad.ID, wire.OutcomeDone, []byte("no gzip"))
	for i, got := range []string{log(a, gate, c.ID), log(officer, gate, c.ID), log(a, other, c.ID), log(a, gate, bad.ID)} {
		if want := []string{"first\nlast\n", "right_missing", "log_missing", "log_missing"}[i]; got != want {
			t.Errorf("%d: %q", i, got)
		}
	}
	all, err := d.Recent(t.Context(), officer, gate)
	if err != nil || len(all) != 2 || all[0].HasLog || !all[1].HasLog {
		t.Errorf("%+v, %v", all, err)
	}
	if err := d.DB.Assist().DropLogs(t.Context(), d.Clock.Now().Add(2*time.Second)); err != nil {
		t.Fatal(err)
	}
	if got := log(a, gate, c.ID); got != "log_missing" {
		t.Errorf("after a month %q", fmt.Sprint(got))
	}
}
