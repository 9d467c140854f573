package incidents_test

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"time"

	"cotmoc/controller/internal/incidents"
	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
)

var errBroken = errors.New("the disk is full")

// store is the real one, which can be broken.
type store struct {
	incidents.Store
	broken bool
}

func (s *store) Save(ctx context.Context, c []incidents.Change) error {
	if s.broken {
		return errBroken
	}
	return s.Store.Save(ctx, c)
}

// post is a service on a real database.
type post struct {
	*incidents.Service
	t     *testing.T
	world *sqlstoretest.World
	store *store
}

func newPost(t *testing.T) *post {
	w := sqlstoretest.New(t)
	p := &post{t: t, world: w, store: &store{Store: w.Incidents()}}
	p.open()
	return p
}

func (p *post) open() {
	p.t.Helper()
	place := func(cluster, unit string) incidents.Place {
		return incidents.Place{Named: incidents.Named{ID: playliststest.ID(cluster), Name: cluster}, Unit: playliststest.ID(unit)}
	}
	var err error
	p.Service, err = incidents.Open(p.t.Context(), incidents.Config{
		Store: p.store,
		Places: func() []incidents.Place {
			return []incidents.Place{place("cautreo", "unit"), place("vungang", "other")}
		},
		Screen: func(id playlists.ID) (string, incidents.Place, bool) {
			return "screen", place("cautreo", "unit"), id == playliststest.ID("screen")
		},
		Handlers: func(context.Context, incidents.Place) ([]incidents.Named, error) {
			return []incidents.Named{{ID: playliststest.ID("nobody"), Name: "Nobody"}, {ID: p.id("second"), Name: "Ông second"}}, nil
		},
		Now: p.world.Clock.Now, Random: rand.Reader, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		p.t.Fatal(err)
	}
}

// id finds somebody's id by their login; "" while there is nobody.
func (p *post) id(login string) playlists.ID {
	person, err := p.world.Identity().PersonByLogin(p.t.Context(), login)
	if err != nil {
		return ""
	}
	return person.ID
}

func (p *post) see(codes ...string) {
	s := incidents.Seen{ID: playliststest.ID("screen"), Name: "screen", Cluster: incidents.Named{ID: playliststest.ID("cautreo"), Name: "cautreo"}, Unit: playliststest.ID("unit"), Fresh: true, Boot: "1"}
	for _, c := range codes {
		s.Signs = append(s.Signs, incidents.Sign{Code: c, Params: playlists.Params{"seconds": 30}})
	}
	p.See(s)
}

// wait lets time pass in steps.
func (p *post) wait(d time.Duration) {
	p.t.Helper()
	for range int(d / (10 * time.Second)) {
		p.world.Clock.Add(10 * time.Second)
		if err := p.Step(p.t.Context()); err != nil {
			p.t.Fatal(err)
		}
	}
}

// the gives the one incident that an actor sees.
func (p *post) the(a playlists.Actor, state incidents.State) incidents.Incident {
	p.t.Helper()
	page, err := p.List(p.t.Context(), a, incidents.Filter{State: state, Limit: 10})
	if err != nil || len(page.Incidents) != 1 || page.Total != 1 {
		p.t.Fatalf("%d incidents, %v", len(page.Incidents), err)
	}
	return page.Incidents[0]
}

func (p *post) kinds(id playlists.ID) []incidents.Kind {
	p.t.Helper()
	entries, err := p.store.Journal(p.t.Context(), id)
	if err != nil {
		p.t.Fatal(err)
	}
	var out []incidents.Kind
	for _, e := range entries {
		out = append(out, e.Kind)
	}
	return out
}

func TestAnIncidentIsDealtWith(t *testing.T) {
	t.Parallel()
	p, ctx := newPost(t), t.Context()
	first := p.world.Person("first", "unit", playlists.WatchOfficer)
	second := p.world.Person("second", "unit", playlists.WatchOfficer)
	reader := p.world.Person("reader", "unit", playlists.Inspector)
	stranger := p.world.Granted("stranger", "other", playlists.Grant{Role: playlists.WatchOfficer, Cluster: playliststest.ID("vungang")})
	p.see("no_player")
	p.wait(70 * time.Second)
	i := p.the(first, incidents.OpenOnly)
	if i.Rule != incidents.NoPicture || i.Severity != incidents.Critical || i.Params["seconds"] != 30.0 || i.Screen.Name != "screen" {
		t.Errorf("opened %+v", i)
	}
	refused := func(err error, reason string) {
		t.Helper()
		var e *playlists.Error
		if !errors.As(err, &e) || e.Reason != reason {
			t.Errorf("%v, want %s", err, reason)
		}
	}
	done := func(_ incidents.Incident, err error) {
		t.Helper()
		if err != nil {
			t.Error(err)
		}
	}
	_, err := p.Acknowledge(ctx, reader, i.ID)
	refused(err, "right_missing")
	_, err = p.Acknowledge(ctx, stranger, i.ID)
	refused(err, "incident_missing")
	done(p.Acknowledge(ctx, first, i.ID))
	done(p.Acknowledge(ctx, first, i.ID)) // again: nothing
	_, err = p.Acknowledge(ctx, second, i.ID)
	refused(err, "incident_taken")
	done(p.Release(ctx, first, i.ID))
	done(p.Acknowledge(ctx, first, i.ID))
	done(p.Comment(ctx, first, i.ID, "  Đã gọi kỹ thuật viên  "))
	_, err = p.Comment(ctx, first, i.ID, " ")
	refused(err, "text_empty")
	_, err = p.HandOver(ctx, first, i.ID, reader.ID, "")
	refused(err, "handler_missing")
	done(p.HandOver(ctx, first, i.ID, second.ID, "Hết ca"))
	if got, err := p.List(ctx, second, incidents.Filter{State: incidents.OpenOnly, Mine: second.ID, Limit: 10}); err != nil || got.Total != 1 {
		t.Errorf("second has %d, %v", got.Total, err)
	}
	_, err = p.Close(ctx, second, i.ID, incidents.Other, "")
	refused(err, "text_empty")
	_, err = p.Close(ctx, second, i.ID, incidents.ByItself, "")
	refused(err, "close_reason_unknown")
	done(p.Close(ctx, second, i.ID, incidents.Repaired, ""))
	p.wait(5 * time.Minute) // what is wrong stands: nothing new opens
	_, err = p.Comment(ctx, first, i.ID, "Xong")
	if err != nil {
		t.Error(err)
	}
	i = p.the(first, incidents.AnyState)
	if i.ClosedBy.Name != "Ông second" || i.Reason != incidents.Repaired || !i.Standing {
		t.Errorf("closed %+v", i)
	}
	done(p.Reopen(ctx, first, i.ID, "Vẫn vậy"))
	p.see()
	p.wait(time.Minute)
	if i = p.the(first, incidents.OpenOnly); !i.Recovered || i.Owner.ID != first.ID {
		t.Errorf("recovered %+v", i)
	}
	done(p.Close(ctx, first, i.ID, incidents.Restarted, ""))
	want := []incidents.Kind{incidents.Opened, incidents.Acknowledged, incidents.Released, incidents.Acknowledged, incidents.Commented, incidents.HandedOver, incidents.Closed, incidents.Commented, incidents.Reopened, incidents.Recovered, incidents.Closed}
	if got := p.kinds(i.ID); !slices.Equal(got, want) {
		t.Errorf("journal %v, want %v", got, want)
	}
	// What alerts read of it.
	told, err := p.world.Incidents().After(ctx, 0, 100)
	var kinds []incidents.Kind
	for n, e := range told {
		kinds = append(kinds, e.Kind)
		if e.Incident != i.ID || e.Rule != incidents.NoPicture || e.ScreenName != "screen" || e.ClusterName != "cautreo" || e.Unit != playliststest.ID("unit") || n > 0 && e.Seq <= told[n-1].Seq {
			t.Errorf("told %+v", e)
		}
	}
	if !slices.Equal(kinds, []incidents.Kind{incidents.Opened, incidents.Acknowledged, incidents.Acknowledged, incidents.Closed, incidents.Opened, incidents.Closed}) || err != nil {
		t.Errorf("told %v, %v", kinds, err)
	}
	if later, err := p.world.Incidents().After(ctx, told[2].Seq, 1); err != nil || len(later) != 1 || later[0].Seq != told[3].Seq {
		t.Errorf("after %d: %+v, %v", told[2].Seq, later, err)
	}
}

// TestNothingIsLostOrDoubled breaks the store while something happens, and
// starts anew.
func TestNothingIsLostOrDoubled(t *testing.T) {
	t.Parallel()
	p, ctx := newPost(t), t.Context()
	officer := p.world.Person("first", "unit", playlists.WatchOfficer)
	changed := p.Changed()
	p.see("no_player")
	p.world.Clock.Add(2 * time.Minute)
	p.store.broken = true
	if err := p.Step(ctx); !errors.Is(err, errBroken) {
		t.Errorf("stepped: %v", err)
	}
	if p.Alive() == nil {
		t.Error("alive, and nothing was stored for two minutes")
	}
	select {
	case <-changed:
		t.Error("told of what was not stored")
	default:
	}
	p.store.broken = false
	p.wait(10 * time.Second)
	if err := p.Alive(); err != nil {
		t.Error(err)
	}
	<-changed
	i := p.the(officer, incidents.OpenOnly)
	p.store.broken = true
	if _, err := p.Acknowledge(ctx, officer, i.ID); !errors.Is(err, errBroken) {
		t.Errorf("acknowledged: %v", err)
	}
	p.store.broken = false
	p.open() // another start
	p.see("no_player")
	p.wait(time.Minute)
	if again := p.the(officer, incidents.AnyState); again.ID != i.ID || again.Owner.ID != "" {
		t.Errorf("after the start %+v", again)
	}
	if err := p.world.TryExec(`update incident_journal set text = 'x'`); err == nil {
		t.Error("the journal was changed")
	}
}

func TestMaintenanceIsPlanned(t *testing.T) {
	t.Parallel()
	p, ctx := newPost(t), t.Context()
	tech := p.world.Person("tech", "unit", playlists.Technician)
	officer := p.world.Person("first", "unit", playlists.WatchOfficer)
	hour := func(n int) time.Time { return p.world.Clock.Now().Add(time.Duration(n) * time.Hour) }
	screen := playliststest.ID("screen")
	for name, c := range map[string]struct {
		by     playlists.Actor
		window incidents.NewWindow
		reason string
	}{
		"by an officer":  {officer, incidents.NewWindow{Screen: screen, Until: hour(1), Reason: "x"}, "right_missing"},
		"that has ended": {tech, incidents.NewWindow{Screen: screen, Until: hour(-1), Reason: "x"}, "window_length"},
		"for a month":    {tech, incidents.NewWindow{Screen: screen, Until: hour(800), Reason: "x"}, "window_length"},
		"without why":    {tech, incidents.NewWindow{Screen: screen, Until: hour(1)}, "text_empty"},
		"of nothing":     {tech, incidents.NewWindow{Until: hour(1), Reason: "x"}, "cluster_missing"},
		"of no screen":   {tech, incidents.NewWindow{Screen: playliststest.ID("x"), Until: hour(1), Reason: "x"}, "screen_missing"},
	} {
		var e *playlists.Error
		if _, err := p.Plan(ctx, c.by, c.window); !errors.As(err, &e) || e.Reason != c.reason {
			t.Errorf("%s: %v", name, err)
		}
	}
	w, err := p.Plan(ctx, tech, incidents.NewWindow{Screen: screen, Until: hour(1), Reason: "Thay quạt"})
	if err != nil {
		t.Fatal(err)
	}
	p.see("no_player")
	p.wait(5 * time.Minute)
	p.open()
	p.see("no_player")
	p.wait(5 * time.Minute) // counted once more: it began anew for us
	all, err := p.Windows(ctx, officer)
	if err != nil || len(all) != 1 || all[0].Suppressed != 2 || all[0].Reason != "Thay quạt" || all[0].By.ID != tech.ID {
		t.Errorf("windows %+v, %v", all, err)
	}
	if page, err := p.List(ctx, officer, incidents.Filter{State: incidents.AnyState, Limit: 10}); err != nil || page.Total != 0 {
		t.Errorf("%d incidents in the window, %v", page.Total, err)
	}
	if err := p.EndWindow(ctx, tech, w.ID); err != nil {
		t.Fatal(err)
	}
	p.wait(10 * time.Second)
	p.the(officer, incidents.OpenOnly)
}

func TestListsAreInPartsAndInReach(t *testing.T) {
	t.Parallel()
	p, ctx := newPost(t), t.Context()
	officer := p.world.Person("first", "unit", playlists.WatchOfficer)
	local := p.world.Granted("local", "unit", playlists.Grant{Role: playlists.WatchOfficer, Cluster: playliststest.ID("cautreo")})
	at := p.world.Clock.Now()
	put := func(word, cluster string, rule incidents.Rule, severity incidents.Severity, closed bool) {
		t.Helper()
		at = at.Add(time.Minute)
		i := incidents.Incident{ID: playliststest.ID(word), Rule: rule, Screen: incidents.Named{ID: playliststest.ID(word)}, Cluster: incidents.Named{ID: playliststest.ID(cluster)}, Unit: playliststest.ID("unit"), Severity: severity, OpenedAt: at}
		if closed {
			i.ClosedAt = at
		}
		if err := p.store.Save(ctx, []incidents.Change{{Incident: i}}); err != nil {
			t.Fatal(err)
		}
	}
	put("a", "cautreo", incidents.Offline, incidents.Warning, false)
	put("b", "cautreo", incidents.Black, incidents.Critical, false)
	put("c", "vungang", incidents.Offline, incidents.Warning, false)
	put("d", "cautreo", incidents.Black, incidents.Critical, true)
	put("e", "cautreo", incidents.Late, incidents.Info, false)
	for name, c := range map[string]struct {
		by   playlists.Actor
		f    incidents.Filter
		want string
	}{
		"all, the worst first": {officer, incidents.Filter{State: incidents.AnyState}, "bcaed"},
		"open":                 {officer, incidents.Filter{State: incidents.OpenOnly}, "bcae"},
		"closed":               {officer, incidents.Filter{State: incidents.ClosedOnly}, "d"},
		"of a rule":            {officer, incidents.Filter{State: incidents.AnyState, Rule: incidents.Offline}, "ca"},
		"of a cluster":         {officer, incidents.Filter{State: incidents.AnyState, Cluster: playliststest.ID("vungang")}, "c"},
		"of a screen":          {officer, incidents.Filter{State: incidents.AnyState, Screen: playliststest.ID("e")}, "e"},
		"of a time":            {officer, incidents.Filter{State: incidents.AnyState, From: at.Add(-time.Minute), Until: at}, "d"},
		"in reach":             {local, incidents.Filter{State: incidents.AnyState}, "baed"},
	} {
		got := ""
		c.f.Limit = 2
		for {
			page, err := p.List(ctx, c.by, c.f)
			if err != nil {
				t.Fatal(err)
			}
			if page.Total != len(c.want) {
				t.Errorf("%s: %d in all", name, page.Total)
			}
			for _, i := range page.Incidents {
				for _, word := range []string{"a", "b", "c", "d", "e"} {
					if i.ID == playliststest.ID(word) {
						got += word
					}
				}
			}
			if c.f.Cursor = page.Next; c.f.Cursor == "" {
				break
			}
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	if n, err := p.Count(ctx, local); err != nil || n != (incidents.Counts{Critical: 1, Warning: 1, Info: 1, Untaken: 3}) {
		t.Errorf("counts %+v, %v", n, err)
	}
	if _, err := p.List(ctx, p.world.Person("brings", "unit", playlists.Contributor), incidents.Filter{}); playlists.CodeOf(err) != playlists.Forbidden {
		t.Errorf("a contributor: %v", err)
	}
}
