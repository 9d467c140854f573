package sqlstore_test

import (
	"crypto/rand"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"cotmoc/controller/internal/fleet"
	"cotmoc/controller/internal/identity"
	"cotmoc/controller/internal/orders"
	"cotmoc/controller/internal/proof"
	"cotmoc/controller/internal/sqlstore"
	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// screening is a database with two screens in clusters of two units.
type screening struct {
	db    *sqlstore.DB
	plays *proof.Service
	near  playlists.ID
	far   playlists.ID
	units [2]playlists.ID
}

func newScreening(t testing.TB) *screening {
	t.Helper()
	path := filepath.Join(t.TempDir(), "cotmoc.db")
	sqlstoretest.Prepare(t, path)
	db, err := sqlstore.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	s := &screening{db: db, near: playliststest.ID("near"), far: playliststest.ID("far")}
	for i, screen := range []playlists.ID{s.near, s.far} {
		s.units[i] = playliststest.ID(fmt.Sprintf("unit%c", 'b'+i))
		if err := db.Identity().AddUnit(t.Context(), identity.Unit{Unit: playlists.Unit{ID: s.units[i], Names: []playlists.DatedName{{Name: "Đơn vị", From: "2020-01-01"}}}, ShortName: "ĐV"}, playliststest.Now); err != nil {
			t.Fatal(err)
		}
		cluster := fleet.Cluster{ID: playliststest.ID(fmt.Sprintf("cluster%c", 'b'+i)), Name: "Cụm", Tenures: []fleet.Tenure{{Unit: fleet.Named{ID: s.units[i]}, From: "2020-01-01"}}}
		if err := db.Fleet().AddCluster(t.Context(), cluster, playliststest.Now); err != nil {
			t.Fatal(err)
		}
		pairing := fleet.Pairing{ID: playliststest.ID(fmt.Sprintf("pairing%c", 'b'+i)), DeviceKey: []byte{byte(i)}, Nonce: []byte{1}, ExpiresAt: playliststest.Now}
		if err := db.Fleet().AddPairing(t.Context(), pairing); err != nil {
			t.Fatal(err)
		}
		at := playlists.Screen{ID: screen, Name: string(screen), Cluster: cluster.ID, Profile: playlists.Landscape1080, TimeZone: playlists.DefaultTimeZone, DeviceKey: []byte{byte(i)}}
		if err := db.Fleet().Claim(t.Context(), pairing.ID, playliststest.Now, at, []byte("certificate")); err != nil {
			t.Fatal(err)
		}
	}
	known := func(id playlists.ID) bool { return id == s.near || id == s.far }
	s.plays = proof.New(db.Plays(), known, func() string { return "2026-11-24" })
	return s
}

func play(t testing.TB, begun time.Time) wire.Play {
	t.Helper()
	id, err := playlists.NewID(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return wire.Play{
		ID: id, Programme: wire.ProgrammeRef{Epoch: 1, Counter: 1}, Media: playliststest.ID("media"), Rendition: playlists.DigestOf(nil),
		StartedAt: begun.UnixMilli(), DurationMS: 10_000, Clock: wire.ClockTrusted, Complete: true,
	}
}

func batch(screen playlists.ID, plays ...wire.Play) proof.Batch {
	return proof.Batch{Screen: screen, ReceivedAt: playliststest.Now, Event: wire.Event{Batch: 1, Plays: plays}}
}

func inspector(grants ...playlists.Grant) playlists.Actor {
	return playlists.Actor{ID: playliststest.ID("inspector"), Grants: grants}
}

func TestEachPlayIsCountedOnce(t *testing.T) {
	t.Parallel()
	s := newScreening(t)
	var plays []wire.Play
	for i := range 50 {
		plays = append(plays, play(t, playliststest.Now.Add(time.Duration(i)*time.Second)))
	}
	var handing sync.WaitGroup
	for range 4 { // the same batches, again and at once
		handing.Go(func() {
			for i := 0; i < len(plays); i += 10 {
				if err := s.plays.Plays(t.Context(), []proof.Batch{batch(s.near, plays[i:i+10]...), batch(s.far, plays[i])}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	handing.Wait()
	if err := s.plays.Plays(t.Context(), []proof.Batch{batch(playliststest.ID("stranger"), plays[0])}); err != nil {
		t.Error(err)
	}
	page, err := s.plays.List(t.Context(), inspector(playlists.Grant{Role: playlists.Inspector}), proof.Filter{Limit: 200})
	if err != nil || page.Total != 55 || len(page.Plays) != 55 {
		t.Errorf("%d plays of %d, %v", len(page.Plays), page.Total, err)
	}
}

func TestPlaysAreListedInOrderAndWithinReach(t *testing.T) {
	t.Parallel()
	s := newScreening(t)
	begun := playliststest.Now
	var plays []wire.Play
	for i := range 7 {
		plays = append(plays, play(t, begun.Add(time.Duration(i/2)*time.Minute))) // some at the same instant
	}
	if err := s.plays.Plays(t.Context(), []proof.Batch{batch(s.near, plays...), batch(s.far, play(t, begun))}); err != nil {
		t.Fatal(err)
	}
	everything := inspector(playlists.Grant{Role: playlists.Inspector})
	seen := map[playlists.ID]bool{}
	last := begun.Add(time.Hour)
	for cursor := ""; ; {
		page, err := s.plays.List(t.Context(), everything, proof.Filter{Limit: 3, Cursor: cursor})
		if err != nil || page.Total != 8 {
			t.Fatalf("total %d, %v", page.Total, err)
		}
		for _, p := range page.Plays {
			if seen[p.ID] || p.StartedAt.After(last) {
				t.Errorf("play at %s comes twice or out of order", p.StartedAt)
			}
			seen[p.ID], last = true, p.StartedAt
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	if len(seen) != 8 {
		t.Errorf("pages give %d plays, want 8", len(seen))
	}
	for name, c := range map[string]struct {
		actor  playlists.Actor
		filter proof.Filter
		want   int
	}{
		"a screen":           {everything, proof.Filter{Screen: s.far}, 1},
		"a span, half-open":  {everything, proof.Filter{From: begun.Add(time.Minute), Until: begun.Add(2 * time.Minute)}, 2},
		"another media":      {everything, proof.Filter{Media: playliststest.ID("other")}, 0},
		"a unit":             {inspector(playlists.Grant{Role: playlists.Inspector, Unit: s.units[1]}), proof.Filter{}, 1},
		"a cluster, watched": {inspector(playlists.Grant{Role: playlists.WatchOfficer, Cluster: playliststest.ID("clusterb")}), proof.Filter{}, 7},
	} {
		c.filter.Limit = 100
		page, err := s.plays.List(t.Context(), c.actor, c.filter)
		if err != nil || len(page.Plays) != c.want || page.Total != c.want {
			t.Errorf("%s: %d plays of %d, %v, want %d", name, len(page.Plays), page.Total, err, c.want)
		}
	}
	if _, err := s.plays.List(t.Context(), inspector(playlists.Grant{Role: playlists.Contributor}), proof.Filter{Limit: 1}); playlists.CodeOf(err) != playlists.Forbidden {
		t.Errorf("a contributor read plays: %v", err)
	}
	if _, err := s.plays.List(t.Context(), everything, proof.Filter{Limit: 1, Cursor: "AAAA"}); playlists.ReasonOf(err) != "cursor_malformed" {
		t.Errorf("a wrong cursor: %v", err)
	}
}

// BenchmarkPlays stores plays as the link hands them over: many batches of
// full size in one transaction.
func BenchmarkPlays(b *testing.B) {
	s := newScreening(b)
	const batches = 64
	stored := 0
	for b.Loop() {
		b.StopTimer()
		all := make([]proof.Batch, batches)
		for i := range all {
			plays := make([]wire.Play, wire.MaxPlays)
			for j := range plays {
				plays[j] = play(b, playliststest.Now.Add(time.Duration(stored+j)*time.Second))
			}
			all[i] = batch(s.near, plays...)
		}
		b.StartTimer()
		if err := s.plays.Plays(b.Context(), all); err != nil {
			b.Fatal(err)
		}
		stored += batches * wire.MaxPlays
	}
	b.ReportMetric(float64(stored)/b.Elapsed().Seconds(), "plays/s")
}

// A bulletin's play names its order, whose title it has, and no media; of an
// order that the controller does not know there is the id.
func TestBulletinsAreListed(t *testing.T) {
	t.Parallel()
	s := newScreening(t)
	order := programme.Order{
		ID: playliststest.ID("storm"), Kind: programme.Bulletin, Clusters: []string{playlists.Everywhere}, IssuedAt: playliststest.Now.UnixMilli(), Level: programme.Urgent,
		Text: []programme.BulletinText{{Language: "vi", Title: "Mưa lũ trên quốc lộ 8A"}}, Until: playliststest.Now.Add(time.Hour).UnixMilli(),
	}
	signed := playliststest.Order(t, order, "emergency")
	if err := s.db.Orders().Save(t.Context(), &orders.Change{Record: &orders.Record{Order: order, Bytes: signed.Order, At: playliststest.Now, Stands: playliststest.Now}}); err != nil {
		t.Fatal(err)
	}
	shown := func(word string, after time.Duration) wire.Play {
		p := play(t, playliststest.Now.Add(after))
		p.Media, p.Order, p.Rendition = "", playliststest.ID(word), playlists.DigestOf(signed.Order)
		return p
	}
	if err := s.plays.Plays(t.Context(), []proof.Batch{batch(s.near, play(t, playliststest.Now), shown("storm", time.Second), shown("unknown", 2*time.Second))}); err != nil {
		t.Fatal(err)
	}
	page, err := s.plays.List(t.Context(), inspector(playlists.Grant{Role: playlists.Inspector}), proof.Filter{Limit: 10})
	if err != nil || len(page.Plays) != 3 {
		t.Fatalf("%d plays, %v", len(page.Plays), err)
	}
	for i, want := range []proof.Play{
		{Order: playliststest.ID("unknown")}, {Order: order.ID, Title: order.Text[0].Title}, {Media: playliststest.ID("media")},
	} {
		p := page.Plays[i]
		if p.Order != want.Order || p.Media != want.Media || p.Title != want.Title || p.Order != "" && p.Digest != playlists.DigestOf(signed.Order) {
			t.Errorf("play %d is %+v, want %+v", i, p, want)
		}
	}
}

// What visitors have opened is counted by the day of people here, media and
// screen, for those who may read the plays, and what played by itself is not.
func TestTouchesAreCounted(t *testing.T) {
	t.Parallel()
	s := newScreening(t)
	day := time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC) // midnight in Vietnam
	touched := func(at time.Time, media string) wire.Play {
		p := play(t, at)
		p.Media, p.Touched = playliststest.ID(media), true
		return p
	}
	near := []wire.Play{touched(day.Add(-time.Millisecond), "a"), touched(day, "a"), touched(day.Add(time.Hour), "a"), touched(day.Add(23*time.Hour), "b"), play(t, day)}
	for screen, plays := range map[playlists.ID][]wire.Play{s.near: near, s.far: {touched(day, "a")}} {
		for range 2 { // sent again, they count once
			if err := s.plays.Plays(t.Context(), []proof.Batch{{Screen: screen, Event: wire.Event{Batch: 1, Plays: plays}, ReceivedAt: playliststest.Now}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	everywhere := playlists.Actor{ID: playliststest.ID("x"), Grants: []playlists.Grant{{Role: playlists.Inspector}}}
	here := playlists.Actor{ID: playliststest.ID("x"), Grants: []playlists.Grant{{Role: playlists.WatchOfficer, Unit: s.units[0]}}}
	for name, c := range map[string]struct {
		who  playlists.Actor
		f    proof.Filter
		want string
	}{
		"all":           {everywhere, proof.Filter{}, "2026-11-24 a 3 30000; 2026-11-24 b 1 10000; 2026-11-23 a 1 10000; "},
		"one's own":     {here, proof.Filter{}, "2026-11-24 a 2 20000; 2026-11-24 b 1 10000; 2026-11-23 a 1 10000; "},
		"of one screen": {everywhere, proof.Filter{Screen: s.far}, "2026-11-24 a 1 10000; "},
		"of one media":  {everywhere, proof.Filter{Media: playliststest.ID("b")}, "2026-11-24 b 1 10000; "},
		"of a time":     {everywhere, proof.Filter{From: day.Add(-time.Hour), Until: day}, "2026-11-23 a 1 10000; "},
	} {
		all, err := s.plays.Touches(t.Context(), c.who, c.f)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, n := range all {
			got += fmt.Sprintf("%s %c %d %d; ", n.Day, n.Media[0], n.Count, n.DurationMS)
		}
		if got != c.want {
			t.Errorf("%s: %s", name, got)
		}
	}
	if _, err := s.plays.Touches(t.Context(), playlists.Actor{ID: playliststest.ID("x"), Grants: []playlists.Grant{{Role: playlists.Contributor}}}, proof.Filter{}); playlists.ReasonOf(err) != "right_missing" {
		t.Errorf("anybody counts: %v", err)
	}
}
