package sources_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"cotmoc/controller/internal/sources"
	"cotmoc/controller/internal/sources/sourcestest"
	"cotmoc/playlists"
)

func (d *desk) policy(t *testing.T, p sources.Policy) {
	t.Helper()
	if err := d.SetPolicy(t.Context(), d.admin, "vietnam.vn", p); err != nil {
		t.Fatal(err)
	}
}

// held gives what is held by the programmes' own question.
func (d *desk) held(t *testing.T) []playlists.ID {
	t.Helper()
	ids, err := d.DB.Approval().Held(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

func (d *desk) log(t *testing.T) string {
	t.Helper()
	var log bytes.Buffer
	if err := d.Audit.Export(t.Context(), d.admin, func() io.Writer { return &log }); err != nil {
		t.Fatal(err)
	}
	return log.String()
}

func TestWhoeverDecidesEndsTheHold(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	reviewer := d.Person("reviewer", "unit", playlists.Reviewer)
	id, _ := d.approved(t)
	if reason := playlists.ReasonOf(d.SetPolicy(t.Context(), d.editor, "vietnam.vn", sources.HoldChanged)); reason != "right_missing" {
		t.Errorf("an editor sets the policy: %q", reason)
	}
	if reason := playlists.ReasonOf(d.SetPolicy(t.Context(), d.admin, "vietnam.vn", "all")); reason != "policy_unknown" {
		t.Errorf("any policy is one: %q", reason)
	}
	d.policy(t, sources.HoldChanged)
	d.unheard = errors.New("no programme can be made")
	d.portal.Change(gateSlug)
	all := d.nextDay(t)
	if len(all) != 1 || !all[0].Held() || all[0].Flooded || !slices.Equal(d.held(t), []playlists.ID{id}) {
		t.Fatalf("the tasks are %+v, held is %v", all, d.held(t))
	}
	holds, err := d.Holds(t.Context())
	if h := holds[id]; err != nil || h.Page != all[0].ID || h.Why != sources.Changed || h.Since.IsZero() {
		t.Errorf("the media says %+v, %v", h, err)
	}
	// What could not be told is told again.
	d.unheard = nil
	d.check(t)
	d.check(t)
	if want := []string{"hold " + all[0].Media[0].Title, "hold " + all[0].Media[0].Title}; !slices.Equal(d.told, want) {
		t.Errorf("the screens were told %v", d.told)
	}
	// The portal puts it back: nothing is shown for that.
	d.portal.Restore(gateSlug)
	all = d.nextDay(t)
	if len(all) != 1 || all[0].State != sources.Back || !all[0].Held() || len(d.held(t)) != 1 {
		t.Fatalf("when the page is what it was, the tasks are %+v", all)
	}
	d.told = nil
	if err := d.KeepMedia(t.Context(), reviewer, all[0].ID, "", "Cổng đã sửa lại như cũ"); err != nil {
		t.Fatal(err)
	}
	if want := []string{"release " + all[0].Media[0].Title + " by " + string(reviewer.ID)}; !slices.Equal(d.told, want) || len(d.held(t)) != 0 {
		t.Errorf("the screens were told %v, held is %v", d.told, d.held(t))
	}
	if all := d.nextDay(t); len(all) != 0 || len(d.told) != 1 {
		t.Errorf("afterwards the tasks are %+v, told %v", all, d.told)
	}
	if log := d.log(t); strings.Count(log, `"source.hold"`) != 1 || strings.Count(log, `"site.policy"`) != 1 || !strings.Contains(log, `"held":true`) {
		t.Errorf("the audit log is %s", log)
	}
}

func TestPolicies(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		policy    sources.Policy
		change    func(*sourcestest.Portal)
		days      int
		held, due int
	}{
		{"changed under none", sources.HoldNone, func(p *sourcestest.Portal) { p.Change(gateSlug) }, 1, 0, 1},
		{"withdrawn under none", sources.HoldNone, func(p *sourcestest.Portal) { p.Withdraw(gateSlug) }, 1, 0, 1},
		{"changed under withdrawn", sources.HoldWithdrawn, func(p *sourcestest.Portal) { p.Change(gateSlug) }, 1, 0, 1},
		{"withdrawn under withdrawn", sources.HoldWithdrawn, func(p *sourcestest.Portal) { p.Withdraw(gateSlug) }, 1, 1, 1},
		{"withdrawn under changed", sources.HoldChanged, func(p *sourcestest.Portal) { p.Withdraw(gateSlug) }, 1, 1, 1},
		{"refusing under changed", sources.HoldChanged, func(p *sourcestest.Portal) { p.Turn(sourcestest.Refusing, true) }, 8, 0, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			d.approved(t)
			d.policy(t, c.policy)
			c.change(d.portal)
			var all []*sources.Watched
			for range c.days {
				all = d.nextDay(t)
			}
			if len(all) != c.due || len(d.held(t)) != c.held {
				t.Errorf("%d tasks, %d held", len(all), len(d.held(t)))
			}
		})
	}
}

// Whoever controls a site changes all its pages at once.
func TestASiteCannotEmptyTheScreens(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	_, f := d.approved(t)
	for i := range 11 { // of the same page: more than may be held
		id := d.World.Media("more"+string(rune('a'+i)), d.editor, playlists.Terms{})
		m, err := json.Marshal(playlists.Media{ID: id, Unit: f.Unit, Origin: f.Origin})
		if err != nil {
			t.Fatal(err)
		}
		d.Exec(`insert into approved (media_id, revision, approval, media, approved_at) values (?, 1, '', ?, 1)`, id, string(m))
	}
	d.policy(t, sources.HoldChanged)
	d.portal.Change(gateSlug)
	all := d.nextDay(t)
	if len(all) != 1 || !all[0].Flooded || all[0].Held() || len(d.held(t)) != 0 || len(d.told) != 0 {
		t.Fatalf("the tasks are %+v, held is %v", all, d.held(t))
	}
	if all := d.nextDay(t); len(all) != 1 || len(d.held(t)) != 0 {
		t.Errorf("a day later it is held after all: %v", d.held(t))
	}
	if log := d.log(t); strings.Count(log, `"source.flood"`) != 1 || strings.Contains(log, `"source.hold"`) {
		t.Errorf("the audit log is %s", log)
	}
}

func TestLookAgainNow(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id, _ := d.approved(t)
	d.policy(t, sources.HoldChanged)
	d.portal.Change(gateSlug)
	if _, err := d.LookAgain(t.Context(), d.reader, id); playlists.ReasonOf(err) != "right_missing" {
		t.Errorf("whoever has nothing to do with it looks: %v", err)
	}
	if _, err := d.LookAgain(t.Context(), d.foreign, id); playlists.ReasonOf(err) != "change_missing" {
		t.Errorf("another unit looks: %v", err)
	}
	w, err := d.LookAgain(t.Context(), d.editor, id)
	if err != nil || w.State != sources.Changed || !w.Held() || len(d.told) != 1 {
		t.Fatalf("it is %+v, %v; told %v", w, err, d.told)
	}
	asked := len(d.portal.Requests())
	d.Clock.Add(w.Checked.Sub(d.Clock.Now()) + 30*time.Second)
	if _, err := d.LookAgain(t.Context(), d.editor, id); err != nil || len(d.portal.Requests()) != asked {
		t.Errorf("within the minute the site is asked again: %v", err)
	}
}
