package publish_test

import (
	"slices"
	"testing"

	"cotmoc/controller/internal/publish"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
)

func (d *desk) latest(screen string) *publish.Programme {
	d.t.Helper()
	p, err := d.DB.Publish().LatestProgramme(d.t.Context(), playliststest.ID(screen))
	if err != nil {
		d.t.Fatal(err)
	}
	return p
}

// refresh compiles anew as after a charter, and tells how many programmes
// have changed.
func (d *desk) refresh() int {
	d.t.Helper()
	p, err := d.Refresh(d.t.Context(), publish.Charter, playlists.Actor{}, "")
	if err != nil {
		d.t.Fatal(err)
	}
	if p == nil {
		return 0
	}
	return len(p.Programmes)
}

func TestProgrammesGoWithTheCharter(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	editor := d.Person("editor", "unit", playlists.Editor)
	flag := d.approve("flag", playlists.Terms{})
	d.schedule("day", both, flag)
	d.publish(editor)
	if p := d.latest("screen"); p.Epoch != 1 || p.Counter != 1 {
		t.Fatalf("begins with %d.%d", p.Epoch, p.Counter)
	}

	// A log that grows and orders that come are no reason for a programme, but
	// the next one names them.
	d.audit, d.orders = programme.AuditHead{Seq: 9, Hash: playlists.DigestOf([]byte("log"))}, 4
	if n := d.refresh(); n != 0 {
		t.Errorf("%d programmes for a log that has grown", n)
	}

	d.held, _ = playliststest.Charter(t, nil)
	if n := d.refresh(); n != 2 {
		t.Errorf("%d programmes under the first charter, want one a screen", n)
	}
	if got := d.shows("screen"); !slices.Equal(got, []playlists.ID{flag}) {
		t.Errorf("what two people have signed is gone: %v", got)
	}
	p := d.latest("screen")
	a, err := programme.Verify(p.Envelope, programme.Trust{
		Screen: playliststest.ID("screen"), Charter: d.held, Held: programme.Held{Epoch: 1, Counter: 1}, HeldOrders: programme.Held{Epoch: 1, Counter: 4}, Now: d.Clock.Now(),
	})
	if err != nil {
		t.Fatal(err)
	}
	if a.Counter != 2 || a.Charter != 1 || a.Orders != 4 || a.Audit != d.audit {
		t.Errorf("programme %+v", a.Programme)
	}

	// An expelled person takes along what they approved; a new epoch counts
	// anew, and the objects of the one before are kept for one more programme.
	expel := func(c *programme.Charter) { c.People[1].Standing, c.Epoch = programme.Compromised, 2 }
	d.held, _ = playliststest.Charter(t, expel)
	if n := d.refresh(); n != 2 {
		t.Errorf("%d programmes after an expulsion", n)
	}
	if p := d.latest("screen"); p.Epoch != 2 || p.Counter != 1 || len(d.shows("screen")) != 0 {
		t.Errorf("%d.%d shows %v", p.Epoch, p.Counter, d.shows("screen"))
	}
	preview, err := d.Preview(t.Context(), editor)
	if err != nil {
		t.Fatal(err)
	}
	if len(preview.Left) == 0 || preview.Left[0].Reason != string(programme.PersonCompromised) {
		t.Errorf("left out: %+v", preview.Left)
	}
	may := func() bool {
		t.Helper()
		ok, err := d.DB.Publish().MayFetch(t.Context(), playliststest.ID("screen"), playlists.DigestOf([]byte("picture flag")))
		if err != nil {
			t.Fatal(err)
		}
		return ok
	}
	if !may() {
		t.Error("the programme before may still be on its way, and its bytes are locked")
	}
	d.withdrawn = []playlists.ID{playliststest.ID("other")}
	if d.refresh() != 2 || may() {
		t.Error("a screen may fetch what its two newest programmes do not name")
	}

	d.restart() // what was published under other charters reads back
	if l, err := d.Loaded(t.Context(), playliststest.ID("screen"), false); err != nil || l.Epoch != 2 {
		t.Errorf("after a restart: %v", err)
	}
}

func TestRetiredPeopleAndAnExpiredCharter(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	editor := d.Person("editor", "unit", playlists.Editor)
	kept, lost := d.approve("flag", playlists.Terms{}), d.approve("news", playlists.Terms{})
	var a programme.Approval
	if err := programme.Unmarshal(d.approved[kept].Approval, &a); err != nil {
		t.Fatal(err)
	}
	set, err := programme.NewKeptSet([]playlists.Digest{playlists.DigestOf(a.Decisions[0].Statement)})
	if err != nil {
		t.Fatal(err)
	}
	d.kept = map[playlists.Digest][]byte{playlists.DigestOf(set): set}
	d.held, _ = playliststest.Charter(t, func(c *programme.Charter) {
		c.People[0].Standing, c.People[0].Kept = programme.Retired, playlists.DigestOf(set)
	})
	d.schedule("day", both, kept, lost)
	d.publish(editor)
	if got := d.shows("screen"); !slices.Equal(got, []playlists.ID{kept}) {
		t.Errorf("the screen shows %v, want what the charter keeps", got)
	}
	d.Clock.Add(3 * 365 * 24 * 60 * 60 * 1e9)
	d.schedule("night", both, kept)
	if _, err := d.Publish(t.Context(), editor, ""); playlists.ReasonOf(err) != string(programme.CharterExpired) {
		t.Errorf("under an expired charter: %v", err)
	}
}
