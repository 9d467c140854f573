package releases_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"cotmoc/controller/internal/releases"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// A good release goes to one screen, then to its cluster, then to the next,
// each after those before have been healthy for as long as was agreed.
func TestStages(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	release := d.release("1.2.0", nil)
	d.started(release)
	for _, s := range []struct {
		name  string
		do    func()
		pass  time.Duration
		holds string
		state releases.PlanState
	}{
		{"the first screen alone", func() {}, time.Hour, "a2 ", releases.Running},
		{"it has begun", func() { d.says("a2", "1.1.0", wire.UpdateFetching, "") }, time.Hour, "a2 ", releases.Running},
		{"it is healthy", func() { d.says("a2", "1.2.0", wire.UpdateConfirmed, "") }, 0, "a2 ", releases.Running},
		{"not for long enough", func() {}, soak - time.Second, "a2 ", releases.Running},
		{"its report is of before", func() {}, time.Second, "a1 a2 ", releases.Running},
		{"one is healthy, the other on trial", func() { d.says("a1", "1.2.0", wire.UpdateTrial, "") }, time.Hour, "a1 a2 ", releases.Running},
		{"both are", func() { d.says("a1", "1.2.0", wire.UpdateConfirmed, "") }, 0, "a1 a2 ", releases.Running},
		{"the controller is begun anew", d.restart, soak / 2, "a1 a2 ", releases.Running},
		{"the next cluster, one screen of which is away", func() { d.screen("b2").Online = false }, soak / 2, "a1 a2 b1 b2 ", releases.Running},
		{"the other one is healthy", func() { d.says("b1", "1.2.0", wire.UpdateConfirmed, "") }, 0, "a1 a2 b1 b2 ", releases.Running},
		{"to the end", func() {}, soak, "a1 a2 b1 b2 ", releases.Done},
	} {
		s.do()
		o := d.after(s.pass)
		p := o.Open
		if p == nil {
			p = &o.Past[0]
		}
		if got := d.holds(release); got != s.holds || p.State != s.state {
			t.Errorf("%s: offered to %s, %s; want %s, %s", s.name, got, p.State, s.holds, s.state)
		}
	}
	var kinds []string
	entries, err := d.World.DB.Audit().After(t.Context(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		kinds = append(kinds, string(e.Kind))
	}
	if got := strings.Join(kinds, " "); got != "release.add release.propose release.start release.finish" {
		t.Errorf("written down: %s", got)
	}
}

// A plan halts by itself, whatever goes wrong, and nothing more begins.
func TestHalts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		do   func(d *desk)
		pass time.Duration
		why  string
	}{
		{"rolled back", func(d *desk) { d.says("a1", "1.1.0", wire.UpdateRolledBack, "no_picture") }, 0, releases.RolledBack},
		{"refused", func(d *desk) { d.says("a1", "1.1.0", wire.UpdateRefused, "release_unsigned") }, 0, releases.Refused},
		{"away for long", func(d *desk) { d.screen("a1").Online = false; d.after(0) }, dark, releases.Dark},
		{"the first one goes away later", func(d *desk) { d.screen("a2").Online = false; d.after(0) }, dark, releases.Dark},
		{"without a picture", func(d *desk) {
			d.says("a1", "1.2.0", wire.UpdateConfirmed, "")
			d.screen("a1").Report.Showing = wire.Showing{Kind: wire.ShowNothing}
			d.after(0)
		}, dark, releases.Dark},
		{"the charter names others", func(d *desk) { d.charter, _ = playliststest.Charter(d.t, nil) }, 0, releases.Unsigned},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			release := d.release("1.2.0", nil)
			p := d.started(release)
			d.says("a2", "1.2.0", wire.UpdateConfirmed, "")
			d.after(0)
			d.after(soak)
			if got := d.holds(release); got != "a1 a2 " {
				t.Fatalf("offered to %s", got)
			}
			c.do(d)
			o := d.after(c.pass)
			if o.Open == nil || o.Open.State != releases.Halted || o.Open.Why != c.why {
				t.Fatalf("the plan is %+v", o.Open)
			}
			d.says("a1", "1.2.0", wire.UpdateConfirmed, "")
			d.screen("a1").Online, d.screen("a2").Online = true, true
			d.after(time.Hour)
			d.after(time.Hour)
			if got := d.holds(release); strings.Contains(got, "b") {
				t.Errorf("a halted plan goes on to %s", got)
			}
			if c.why == releases.Unsigned {
				if _, err := d.Act(t.Context(), admin, p.ID, releases.Resume); programme.RefusalOf(err) != programme.ReleaseUnsigned {
					t.Errorf("resumed: %v", err)
				}
			}
		})
	}
}

// A short absence, as of a PC that starts anew, halts nothing; the soak begins
// again.
func TestShortAbsence(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	release := d.release("1.2.0", nil)
	d.started(release)
	d.says("a2", "1.2.0", wire.UpdateConfirmed, "")
	d.after(0)
	d.screen("a2").Online = false
	d.after(soak - time.Minute)
	d.screen("a2").Online = true
	if o := d.after(time.Minute); o.Open.State != releases.Running || d.holds(release) != "a2 " {
		t.Errorf("%s, offered to %s", o.Open.State, d.holds(release))
	}
	if d.after(soak); d.holds(release) != "a1 a2 " {
		t.Errorf("offered to %s", d.holds(release))
	}
}

// People pause, resume, end and take back.
func TestMoves(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	older := d.release("1.1.0", nil)
	first := d.started(older)
	d.says("a2", "1.1.0", wire.UpdateConfirmed, "")
	d.after(0)
	d.act(technician, first.ID, releases.End)
	release := d.release("1.2.0", func(r *programme.Release) { r.Floor = "1.1.0" })
	p, err := d.Propose(t.Context(), technician, releases.Wanted{Release: release, First: playliststest.ID("a2"), Clusters: []playlists.ID{here}, Soak: soak})
	if err != nil {
		t.Fatal(err)
	}
	for _, move := range []releases.Move{releases.Start, releases.Resume, releases.Back} {
		if _, err := d.Act(t.Context(), technician, p.ID, move); playlists.CodeOf(err) != playlists.Forbidden {
			t.Errorf("a technician can %s: %v", move, err)
		}
	}
	if _, err := d.Propose(t.Context(), technician, releases.Wanted{Release: older, First: playliststest.ID("a1"), Clusters: []playlists.ID{here}}); playlists.CodeOf(err) != playlists.Conflict {
		t.Errorf("two plans are open: %v", err)
	}
	d.act(admin, p.ID, releases.Start)
	d.act(technician, p.ID, releases.Pause)
	d.says("a2", "1.2.0", wire.UpdateConfirmed, "")
	d.after(0)
	if d.after(time.Hour); d.holds(release) != "a2 " {
		t.Errorf("paused, and offered to %s", d.holds(release))
	}
	d.act(admin, p.ID, releases.Resume)
	if d.after(0); d.holds(release) != "a1 a2 " {
		t.Errorf("resumed, and offered to %s", d.holds(release))
	}
	d.says("a1", "1.1.0", wire.UpdateRolledBack, "no_picture")
	if o := d.after(0); o.Open.State != releases.Halted || o.Open.Screen != playliststest.ID("a1") {
		t.Fatalf("%+v", o.Open)
	}
	before := d.offered("a1").Counter
	d.act(admin, p.ID, releases.Resume)
	if o := d.offered("a1"); o.Counter <= before {
		t.Error("resumed, and what failed is not offered anew")
	}
	if o := d.after(0); o.Open.State != releases.Running {
		t.Errorf("an old failure halts it again: %s", o.Open.Why)
	}
	d.act(admin, p.ID, releases.Back)
	if got := d.holds(older); got != "a2 " {
		t.Errorf("taken back, and the older one is offered to %s", got)
	}
	if o := d.offered("a1"); o.Release != "" {
		t.Error("what had nothing before is offered something")
	}
}

// What comes in was signed by enough, and its programs are those that were.
func TestIntake(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	r := playliststest.Release("1.2.0", program, nil)
	for name, envelope := range map[string][]byte{
		"a stranger": playliststest.SignRelease(t, r, "stranger", "other"),
		"one alone":  playliststest.SignRelease(t, r, "giang"),
	} {
		if _, err := d.Add(t.Context(), technician, envelope); programme.RefusalOf(err) != programme.ReleaseUnsigned {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := d.Add(t.Context(), playlists.Actor{ID: "x", Grants: []playlists.Grant{{Role: playlists.WatchOfficer}}}, playliststest.SignRelease(t, r, "giang", "hai")); playlists.CodeOf(err) != playlists.Forbidden {
		t.Errorf("a watch officer: %v", err)
	}
	added, err := d.Add(t.Context(), technician, playliststest.SignRelease(t, r, "giang", "hai"))
	if err != nil {
		t.Fatal(err)
	}
	wanted := releases.Wanted{Release: added.Payload, First: playliststest.ID("a1"), Clusters: []playlists.ID{here}}
	if _, err := d.Propose(t.Context(), technician, wanted); playlists.CodeOf(err) != playlists.Conflict {
		t.Errorf("without its program: %v", err)
	}
	digest := playlists.DigestOf(program)
	for name, body := range map[string]string{"others' bytes": "a progrem", "too few": "a prog", "too many": "a program and more", "none": ""} {
		if err := d.AddBuild(t.Context(), technician, added.Payload, digest, strings.NewReader(body)); playlists.CodeOf(err) != playlists.Invalid {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := d.objects.Stat(t.Context(), playlists.DigestOf([]byte(body))); playlists.CodeOf(err) != playlists.NotFound {
			t.Errorf("%s are kept: %v", name, err)
		}
	}
	if err := d.AddBuild(t.Context(), technician, added.Payload, playlists.DigestOf(nil), strings.NewReader("")); playlists.CodeOf(err) != playlists.NotFound {
		t.Errorf("a program that no release names: %v", err)
	}
	if d.Serves(playlists.DigestOf([]byte("x"))) || !d.Serves(digest) || !d.Serves(added.Object()) {
		t.Error("screens may have other things than releases, or not them")
	}
	if err := d.AddBuild(t.Context(), technician, added.Payload, digest, bytes.NewReader(program)); err != nil {
		t.Error(err)
	}
	if _, err := d.Propose(t.Context(), technician, wanted); err != nil {
		t.Error(err)
	}
	other := playliststest.Release("1.2.0", program, func(r *programme.Release) { r.Notes = "khác" })
	if _, err := d.Add(t.Context(), technician, playliststest.SignRelease(t, other, "giang", "hai")); playlists.CodeOf(err) != playlists.Conflict {
		t.Errorf("another release of the version: %v", err)
	}
}

// Offers are signed anew when the charter's epoch, the programme key or the
// signatures under their release are others; what they offer stays.
func TestOffersFollow(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	release := d.release("1.2.0", nil)
	d.started(release)
	before := d.offered("a2")
	if _, err := d.Add(t.Context(), technician, playliststest.SignRelease(t, playliststest.Release("1.2.0", program, nil), "hai", "khoa")); err != nil {
		t.Fatal(err)
	}
	d.after(0)
	if o := d.offered("a2"); o.Counter != before.Counter+1 || o.Release == before.Release || d.holds(release) != "a2 " {
		t.Errorf("signed by others: %+v", o)
	}
	d.key = playliststest.Key(2)
	next := playliststest.NextCharter(t, d.charter, func(c *programme.Charter) {
		c.Epoch = 2
		c.ProgrammeKeys = []programme.PublicKey{playliststest.PublicKey(2)}
	})
	var err error
	if d.charter, err = d.charter.Next(next); err != nil {
		t.Fatal(err)
	}
	d.after(0)
	if o := d.offered("a2"); o.Epoch != 2 || o.Counter != 1 || d.holds(release) != "a2 " {
		t.Errorf("under the new charter: %+v", o)
	}
	d.restart()
	d.after(0)
	if o := d.offered("a2"); o.Epoch != 2 || o.Counter != 1 {
		t.Errorf("a restart signs anew: %+v", o)
	}
	d.says("a2", "1.2.0", wire.UpdateConfirmed, "")
	d.after(0)
	if d.after(soak); d.holds(release) != "a1 a2 " {
		t.Errorf("the plan does not go on: %s", d.holds(release))
	}
}

// A plan that cannot be is refused.
func TestUnfitPlans(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	release := d.release("1.2.0", nil)
	first := playliststest.ID("a1")
	for name, w := range map[string]releases.Wanted{
		"no clusters":          {Release: release, First: first},
		"a first from outside": {Release: release, First: playliststest.ID("b1"), Clusters: []playlists.ID{here}},
		"a cluster twice":      {Release: release, First: first, Clusters: []playlists.ID{here, here}},
		"weeks":                {Release: release, First: first, Clusters: []playlists.ID{here}, Soak: 8 * 24 * time.Hour},
		"no release":           {Release: playlists.DigestOf(nil), First: first, Clusters: []playlists.ID{here}},
	} {
		if _, err := d.Propose(t.Context(), technician, w); err == nil || !strings.HasPrefix(err.Error(), "cannot ") {
			t.Errorf("%s: %v", name, err)
		}
	}
	narrow := playlists.Actor{ID: "x", Grants: []playlists.Grant{{Role: playlists.Technician, Cluster: here}}}
	if _, err := d.Propose(t.Context(), narrow, releases.Wanted{Release: release, First: first, Clusters: []playlists.ID{here, there}}); playlists.CodeOf(err) != playlists.Forbidden {
		t.Errorf("somebody of one cluster: %v", err)
	}
	if _, err := d.Act(t.Context(), admin, "aaaaaaaaaaaaaaaa", releases.Start); playlists.CodeOf(err) != playlists.NotFound || errors.Is(err, nil) {
		t.Errorf("no plan: %v", err)
	}
}
