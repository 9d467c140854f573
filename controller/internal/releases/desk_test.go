package releases_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"cotmoc/controller/internal/objectstore"
	"cotmoc/controller/internal/releases"
	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

var (
	here, there = playliststest.ID("cautreo"), playliststest.ID("vungang")
	technician  = playlists.Actor{ID: playliststest.ID("tech"), Name: "Kỹ thuật", Grants: []playlists.Grant{{Role: playlists.Technician}}}
	admin       = playlists.Actor{ID: playliststest.ID("admin"), Name: "Quản trị", Grants: []playlists.Grant{{Role: playlists.Administrator}}}
	program     = []byte("a program")
)

const (
	soak = 10 * time.Minute
	dark = 5 * time.Minute
)

// desk is a Service over a real database and object store, with screens that a
// test lets speak: a1 and a2 at Cầu Treo, b1 and b2 at Vũng Áng.
type desk struct {
	*releases.Service
	*sqlstoretest.World
	t       *testing.T
	objects *objectstore.Dir
	charter *programme.HeldCharter
	key     ed25519.PrivateKey
	screens []releases.Screen
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, World: sqlstoretest.New(t), key: playliststest.Key(1)}
	var err error
	if d.objects, err = objectstore.OpenDir(filepath.Join(t.TempDir(), "objects"), objectstore.DirOptions{}); err != nil {
		t.Fatal(err)
	}
	d.charter, _ = playliststest.Charter(t, playliststest.NameReleasers)
	for _, s := range []struct {
		word    string
		cluster playlists.ID
		unit    string
	}{{"a1", here, "unit"}, {"a2", here, "unit"}, {"b1", there, "other"}, {"b2", there, "other"}} {
		d.screens = append(d.screens, releases.Screen{ID: playliststest.ID(s.word), Name: s.word, Cluster: s.cluster, ClusterName: string(s.cluster), Unit: playliststest.ID(s.unit), Online: true})
	}
	d.restart()
	return d
}

// restart makes a new Service over what is stored, as after a crash.
func (d *desk) restart() {
	d.t.Helper()
	var err error
	d.Service, err = releases.Open(d.t.Context(), releases.Config{
		Store: d.DB.Releases(), Objects: d.objects, Charters: d, Fleet: d, Announcer: d, Key: func() ed25519.PrivateKey { return d.key },
		Now: d.Clock.Now, Random: rand.Reader, Log: slog.New(slog.DiscardHandler), Dark: dark,
	})
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) Current() *programme.HeldCharter { return d.charter }

func (d *desk) Screens() []releases.Screen { return d.screens }

func (d *desk) Announce(_ context.Context, all []releases.Outgoing) []error {
	return make([]error, len(all))
}

func (d *desk) screen(word string) *releases.Screen {
	for i := range d.screens {
		if d.screens[i].Name == word {
			return &d.screens[i]
		}
	}
	d.t.Fatalf("no screen %s", word)
	return nil
}

// release is taken in, with its program.
func (d *desk) release(version programme.Version, change func(*programme.Release)) playlists.Digest {
	d.t.Helper()
	r, err := d.Add(d.t.Context(), technician, playliststest.SignRelease(d.t, playliststest.Release(version, program, change), "giang", "hai"))
	if err != nil {
		d.t.Fatal(err)
	}
	if err := d.AddBuild(d.t.Context(), technician, r.Payload, playlists.DigestOf(program), bytes.NewReader(program)); err != nil {
		d.t.Fatal(err)
	}
	return r.Payload
}

// offered gives the newest offer that is on its way to a screen, read as the
// screen reads it; nil for none.
func (d *desk) offered(word string) *programme.AcceptedOffer {
	d.t.Helper()
	var out *programme.AcceptedOffer
	err := d.Desired(d.t.Context(), func(o *releases.Offer) error {
		if o.Screen != playliststest.ID(word) {
			return nil
		}
		var err error
		out, err = programme.VerifyOffer(o.Envelope, programme.Trust{Screen: o.Screen, Charter: d.charter, Now: d.Clock.Now()}, programme.Held{})
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return out
}

// says has a screen report its version and how far its newest offer is.
func (d *desk) says(word, version string, state wire.UpdateState, reason string) {
	d.t.Helper()
	s := d.screen(word)
	u := &wire.Update{State: state, Reason: reason, Version: programme.Version(version)}
	if o := d.offered(word); o != nil {
		u.Offer = wire.ProgrammeRef{Epoch: o.Epoch, Counter: o.Counter}
	}
	s.Report = &wire.Reported{Version: version, Update: u, Showing: wire.Showing{Kind: wire.ShowItem, Rendition: playlists.DigestOf(nil)}}
}

// after lets time pass and looks.
func (d *desk) after(pass time.Duration) *releases.Overview {
	d.t.Helper()
	d.Clock.Add(pass)
	if err := d.Look(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}
	o, err := d.List(d.t.Context(), admin)
	if err != nil {
		d.t.Fatal(err)
	}
	return o
}

// started proposes a plan over both clusters that begins with a2, and has it
// started.
func (d *desk) started(release playlists.Digest) *releases.Plan {
	d.t.Helper()
	p, err := d.Propose(d.t.Context(), technician, releases.Wanted{Release: release, First: playliststest.ID("a2"), Clusters: []playlists.ID{here, there}, Soak: soak})
	if err != nil {
		d.t.Fatal(err)
	}
	return d.act(admin, p.ID, releases.Start)
}

func (d *desk) act(a playlists.Actor, plan playlists.ID, move releases.Move) *releases.Plan {
	d.t.Helper()
	p, err := d.Act(d.t.Context(), a, plan, move)
	if err != nil {
		d.t.Fatal(err)
	}
	return p
}

// holds tells to which screens the release of a plan is offered now.
func (d *desk) holds(release playlists.Digest) string {
	d.t.Helper()
	out := ""
	o, err := d.List(d.t.Context(), admin)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, word := range []string{"a1", "a2", "b1", "b2"} {
		offer := d.offered(word)
		for _, r := range o.Releases {
			if offer != nil && r.Payload == release && offer.Release == r.Object() {
				out += word + " "
			}
		}
	}
	return out
}
