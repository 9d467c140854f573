package roster_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"

	"cotmoc/controller/internal/roster"
	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

var here, there = playliststest.ID("cautreo"), playliststest.ID("vungang")

// desk is a Service over a real database, with a fleet that a test sets.
type desk struct {
	*roster.Service
	*sqlstoretest.World
	t *testing.T

	mu        sync.Mutex
	screens   []roster.Screen
	charter   *programme.HeldCharter
	key       byte
	announced []roster.Outgoing
	deaf      bool
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, World: sqlstoretest.New(t), key: 1}
	d.screens = []roster.Screen{d.screen("screen", here), d.screen("screenb", there)}
	d.restart()
	return d
}

func (d *desk) screen(word string, cluster playlists.ID) roster.Screen {
	unit := map[playlists.ID]string{here: "unit", there: "other"}[cluster]
	return roster.Screen{ID: playliststest.ID(word), Name: word, Cluster: cluster, ClusterName: "Cụm " + string(cluster), Unit: playliststest.ID(unit), Profile: playlists.Landscape1080,
		DeviceKey: playliststest.Device(word).Public().(ed25519.PublicKey)}
}

// join adds a screen to a site.
func (d *desk) join(word string, cluster playlists.ID) {
	d.t.Helper()
	d.Screen(word, map[playlists.ID]string{here: "cautreo", there: "vungang"}[cluster], playlists.Landscape1080)
	d.screens = append(d.screens, d.screen(word, cluster))
}

func (d *desk) restart() {
	d.t.Helper()
	var err error
	d.Service, err = roster.Open(d.t.Context(), roster.Config{Store: d.DB.Rosters(), Fleet: d, Charters: d, Announcer: d,
		Key: func() ed25519.PrivateKey { return playliststest.Key(d.key) }, Now: d.Clock.Now, Random: rand.Reader, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) Screens() []roster.Screen {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.screens)
}

func (d *desk) Operator(cluster playlists.ID) (playlists.ID, bool) {
	unit, ok := map[playlists.ID]string{here: "unit", there: "other"}[cluster]
	return playliststest.ID(unit), ok
}

func (d *desk) Current() *programme.HeldCharter { return d.charter }

func (d *desk) Announce(_ context.Context, all []roster.Outgoing) []error {
	d.mu.Lock()
	defer d.mu.Unlock()
	errs := make([]error, len(all))
	for i := range all {
		if d.deaf {
			errs[i] = errors.New("no broker")
		} else {
			d.announced = append(d.announced, all[i])
		}
	}
	return errs
}

// says has a screen say where it is.
func (d *desk) says(word string, addresses ...string) {
	d.Heard(playliststest.ID(word), &wire.Peer{Addresses: addresses, Pages: []string{"10.0.0.1:9443"}, Fingerprint: "AB"}, d.Clock.Now())
}

func (d *desk) refresh() {
	d.t.Helper()
	if err := d.Refresh(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}
}

// all gives the rosters of screens as they would read them, or of some.
func (d *desk) all(only ...playlists.ID) map[playlists.ID]*programme.AcceptedRoster {
	d.t.Helper()
	out := map[playlists.ID]*programme.AcceptedRoster{}
	if err := d.Desired(d.t.Context(), func(s *roster.Set) error {
		if len(only) > 0 && !slices.Contains(only, s.Screen) {
			return nil
		}
		trust := programme.Trust{Screen: s.Screen, Keys: []programme.PublicKey{playliststest.PublicKey(d.key)}, Charter: d.charter, Now: d.Clock.Now()}
		r, err := programme.VerifyRoster(s.Envelope, trust, programme.Held{})
		out[s.Screen] = r
		return err
	}); err != nil {
		d.t.Fatal(err)
	}
	return out
}

// holds gives a screen's roster, nil for none.
func (d *desk) holds(word string) *programme.AcceptedRoster {
	d.t.Helper()
	return d.all(playliststest.ID(word))[playliststest.ID(word)]
}

func neighbours(r *programme.AcceptedRoster) string {
	if r == nil {
		return "no roster"
	}
	out := ""
	for _, n := range r.Neighbours {
		out += fmt.Sprintf("%s %v ", n.Name, n.Addresses)
	}
	return out
}

// Screens of a site are told of one another once they have said where they are,
// and told anew when one comes, moves, is renamed or goes; others are not.
func TestRosters(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.join("bac", here)
	d.refresh()
	if d.holds("screen") != nil {
		t.Error("a roster for a screen that has said nothing")
	}
	d.says("screen", "10.0.0.1:9444")
	d.says("screenb", "10.9.0.1:9444")
	d.refresh()
	if got := neighbours(d.holds("screen")); got != "" {
		t.Errorf("alone it has %s", got)
	}
	d.says("bac", "10.0.0.2:9444")
	d.refresh()
	first := d.holds("screen")
	if got := neighbours(first); got != "bac [10.0.0.2:9444] " || first.ClusterName == "" || first.PIN != nil {
		t.Errorf("its neighbours: %s", got)
	}
	elsewhere := d.holds("screenb").Counter
	d.refresh()
	if d.holds("screen").Counter != first.Counter {
		t.Error("made anew although nothing has changed")
	}
	d.says("bac", "10.0.0.3:9444")
	d.refresh()
	second := d.holds("screen")
	if neighbours(second) != "bac [10.0.0.3:9444] " || second.Counter <= first.Counter {
		t.Errorf("after a move: %s, %d after %d", neighbours(second), second.Counter, first.Counter)
	}
	d.screens[2].Name = "Cổng bắc"
	d.restart()
	d.refresh()
	if got := neighbours(d.holds("screen")); got != "Cổng bắc [10.0.0.3:9444] " {
		t.Errorf("renamed: %s", got)
	}
	d.screens[2].Cluster = there
	d.refresh()
	if neighbours(d.holds("screen")) != "" || neighbours(d.holds("screenb")) != "Cổng bắc [10.0.0.3:9444] " {
		t.Errorf("placed elsewhere: %s and %s", neighbours(d.holds("screen")), neighbours(d.holds("screenb")))
	}
	if d.holds("screenb").Counter <= elsewhere {
		t.Error("the counter does not rise")
	}
	d.screens = d.screens[:2]
	d.refresh()
	if neighbours(d.holds("screenb")) != "" || d.holds("bac") != nil {
		t.Error("a revoked screen is still told of")
	}
}

// A screen cannot have its neighbours told without end.
func TestRestless(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.join("bac", here)
	d.says("screen", "10.0.0.1:9444")
	for i := range 50 {
		d.says("bac", fmt.Sprintf("10.0.1.%d:9444", i))
	}
	d.refresh()
	if got := neighbours(d.holds("screen")); got != "bac [10.0.1.2:9444] " {
		t.Errorf("told of %s", got)
	}
	d.Clock.Add(time.Minute)
	d.says("bac", "10.0.2.2:9444")
	d.refresh()
	if got := neighbours(d.holds("screen")); got != "bac [10.0.2.2:9444] " {
		t.Errorf("a minute later told of %s", got)
	}
}

// A new key and a new charter reach every screen; a controller that was
// restored from a copy of yesterday is not behind its screens.
func TestKeysChartersAndRestores(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.says("screen", "10.0.0.1:9444")
	d.refresh()
	before := d.holds("screen")
	d.charter, _ = playliststest.Charter(t, func(c *programme.Charter) { c.Epoch = 2 })
	d.refresh()
	under := d.holds("screen")
	if under.Epoch != 2 || under.Charter != 1 {
		t.Errorf("under the charter: %d.%d", under.Epoch, under.Charter)
	}
	d.Clock.Add(time.Hour)
	restored := newDesk(t)
	restored.Clock.Add(time.Hour + time.Second)
	restored.says("screen", "10.0.0.1:9444")
	restored.refresh()
	if got := restored.holds("screen"); got.Counter <= before.Counter {
		t.Errorf("restored it says %d after %d", got.Counter, before.Counter)
	}
	restored.key = 2
	restored.refresh()
	restored.holds("screen") // verifies under the new key
}

// Of a large site each screen gets as many neighbours as fit, and every screen
// is somebody's.
func TestALargeSite(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.says("screen", "10.0.0.1:9444")
	for i := range 70 {
		word := string([]byte{'n', 'a' + byte(i/26), 'a' + byte(i%26)})
		d.join(word, here)
		d.says(word, fmt.Sprintf("10.1.0.%d:9444", i+1))
	}
	d.refresh()
	known := map[playlists.ID]int{}
	for _, r := range d.all() {
		if len(r.Neighbours) != programme.MaxNeighbours {
			t.Fatalf("%s has %d neighbours", r.Name, len(r.Neighbours))
		}
		for _, n := range r.Neighbours {
			known[n.Screen]++
		}
	}
	if len(known) != 71 {
		t.Errorf("%d screens are known", len(known))
	}
}

// What is stored is announced, after a crash and a deaf broker too, the newest
// of each screen.
func TestAnnounced(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.deaf = true
	d.says("screen", "10.0.0.1:9444")
	d.refresh()
	d.says("screen", "10.0.0.2:9444")
	d.screens[0].Name = "Quốc môn"
	d.refresh()
	d.deaf = false
	d.restart()
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); _ = d.Run(ctx) }()
	deadline := time.After(20 * time.Second)
	for {
		d.mu.Lock()
		n := len(d.announced)
		d.mu.Unlock()
		if n > 0 {
			break
		}
		select {
		case <-deadline:
			t.Fatal("nothing is announced")
		case <-time.After(5 * time.Millisecond):
		}
	}
	stop()
	<-done
	if got := d.announced[0]; got.Counter != d.holds("screen").Counter || got.Screen != playliststest.ID("screen") {
		t.Errorf("announced %d of %s", got.Counter, got.Screen)
	}
	if left, err := d.DB.Rosters().Outgoing(t.Context(), 10); err != nil || len(left) > 0 {
		t.Errorf("%d wait, %v", len(left), err)
	}
}

// The PIN is shown once, its hash goes to the screens of its site, and the log
// says who has renewed it.
func TestPIN(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	technician, editor := d.Person("tech", "unit", playlists.Technician), d.Person("edi", "unit", playlists.Editor)
	d.says("screen", "10.0.0.1:9444")
	d.says("screenb", "10.9.0.1:9444")
	d.refresh()
	if _, _, err := d.RenewPIN(t.Context(), editor, here); playlists.CodeOf(err) != playlists.Forbidden {
		t.Errorf("an editor: %v", err)
	}
	if _, _, err := d.RenewPIN(t.Context(), technician, playliststest.ID("xa")); playlists.CodeOf(err) != playlists.NotFound {
		t.Errorf("no cluster: %v", err)
	}
	digits, number, err := d.RenewPIN(t.Context(), technician, here)
	if err != nil || len(digits) != 6 {
		t.Fatalf("%q, %v", digits, err)
	}
	pin := d.holds("screen").PIN
	if pin == nil || pin.Number != number || pin.Validate() != nil {
		t.Fatalf("the screen has %+v", pin)
	}
	if got := argon2.IDKey([]byte(digits), pin.Salt, pin.Time, pin.MemoryKB, pin.Threads, 32); string(got) != string(pin.Hash) {
		t.Error("the hash is of another PIN")
	}
	if d.holds("screenb").PIN != nil {
		t.Error("another site has it")
	}
	d.restart()
	next, higher, err := d.RenewPIN(t.Context(), technician, here)
	if err != nil || higher <= number || d.holds("screen").PIN.Number != higher {
		t.Errorf("renewed: %q %d after %d, %v", next, higher, number, err)
	}
	site, err := d.Site(d.Person("watch", "unit", playlists.WatchOfficer), here)
	if err != nil || site.PINSetAt.IsZero() || len(site.Screens) != 1 || site.Screens[0].Place.Pages[0] != "10.0.0.1:9443" {
		t.Errorf("%+v, %v", site, err)
	}
}
