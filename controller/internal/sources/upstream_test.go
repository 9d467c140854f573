package sources_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"cotmoc/controller/internal/sources"
	"cotmoc/controller/internal/sources/polite"
	"cotmoc/controller/internal/sources/sourcestest"
	"cotmoc/playlists"
)

const gateSlug = "cua-khau-cau-treo-don-khach-dau-nam"

// approved takes the gate's page and has two people approve what came from it.
func (d *desk) approved(t *testing.T) (playlists.ID, *sources.Find) {
	t.Helper()
	f, err := d.Look(t.Context(), d.editor, gate)
	if err != nil {
		t.Fatal(err)
	}
	id := d.World.Media("gate", d.editor, playlists.Terms{})
	m, err := json.Marshal(playlists.Media{ID: id, Unit: f.Unit, Origin: f.Origin})
	if err != nil {
		t.Fatal(err)
	}
	d.Exec(`insert into approved (media_id, revision, approval, media, approved_at) values (?, 1, '', ?, 1)`, id, string(m))
	d.check(t)
	return id, f
}

// check looks at the pages that are due.
func (d *desk) check(t *testing.T) {
	t.Helper()
	if err := d.CheckUpstream(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (d *desk) nextDay(t *testing.T) []*sources.Watched {
	t.Helper()
	d.Clock.Add(25 * time.Hour)
	d.check(t)
	return d.changes(t, d.editor)
}

func (d *desk) changes(t *testing.T, a playlists.Actor) []*sources.Watched {
	t.Helper()
	all, err := d.Changes(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestAChangedPageIsATaskUntilSomebodyDecides(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	reviewer := d.Person("reviewer", "unit", playlists.Reviewer)
	id, _ := d.approved(t)
	answers := map[int]int{}
	d.answered = func(status int) { answers[status]++ }
	if all := d.nextDay(t); len(all) != 0 || answers[http.StatusNotModified] != 1 {
		t.Fatalf("a page that is the same: %+v; it answered %v", all, answers)
	}
	// Its bytes differ, its text does not.
	d.portal.Turn(sourcestest.JSONLD, true)
	d.instead = func(address string) *polite.Answer {
		if address != gate {
			return nil
		}
		d.instead = nil
		a, err := d.fetch(t.Context(), polite.Request{URL: address})
		if err != nil {
			t.Error(err)
		}
		return a
	}
	if all := d.nextDay(t); len(all) != 0 {
		t.Fatalf("a page that says the same in other bytes is a task: %+v", all[0])
	}
	d.portal.Change(gateSlug)
	all := d.nextDay(t)
	if len(all) != 1 || all[0].State != sources.Changed || len(all[0].Media) != 1 || all[0].Media[0].ID != id {
		t.Fatalf("the tasks are %+v", all)
	}
	marked := func() sources.Upstream {
		t.Helper()
		items, err := d.Browse(t.Context(), d.editor, sources.Query{Site: "vietnam.vn", List: "province", Slug: "hatinh"})
		if err != nil || items[0].Mark == nil {
			t.Fatalf("the list is %+v, %v", items, err)
		}
		return items[0].Mark.Upstream
	}
	if got := marked(); got != sources.Changed {
		t.Errorf("the list marks it %q", got)
	}
	if len(d.changes(t, reviewer)) != 1 || len(d.changes(t, d.foreign)) != 0 {
		t.Error("not those see it who have to")
	}
	diff, err := d.Change(t.Context(), reviewer, all[0].ID)
	if err != nil || !diff.Keeps || len(diff.After.Paragraphs) != len(diff.Before.Paragraphs)+1 || !strings.HasPrefix(diff.After.Paragraphs[len(diff.After.Paragraphs)-1].Text, "Bài đã được đính chính") {
		t.Fatalf("the difference is %+v, %v", diff, err)
	}
	keep := func(a playlists.Actor, seen playlists.Digest, reason string) string {
		return playlists.ReasonOf(d.KeepMedia(t.Context(), a, diff.ID, seen, reason))
	}
	for _, c := range []struct{ name, got, want string }{
		{"an editor keeps it", keep(d.editor, diff.Now, "Vẫn đúng"), "right_missing"},
		{"another unit keeps it", keep(d.foreign, diff.Now, "Vẫn đúng"), "change_missing"},
		{"without a reason", keep(reviewer, diff.Now, " "), "text_empty"},
		{"having seen another page", keep(reviewer, diff.Baseline, "Vẫn đúng"), "change_newer"},
		{"a reviewer keeps it", keep(reviewer, diff.Now, "Chỉ thêm giờ mở cửa"), ""},
		{"twice", keep(reviewer, diff.Now, "Chỉ thêm giờ mở cửa"), "change_newer"},
	} {
		if c.got != c.want {
			t.Errorf("%s gives %q, not %q", c.name, c.got, c.want)
		}
	}
	var log bytes.Buffer
	if err := d.Audit.Export(t.Context(), d.admin, func() io.Writer { return &log }); err != nil || strings.Count(log.String(), "source.keep") != 1 || !strings.Contains(log.String(), "Chỉ thêm giờ mở cửa") {
		t.Errorf("the audit log is %s, %v", &log, err)
	}
	if all := d.nextDay(t); len(all) != 0 {
		t.Errorf("what a person was content with is a task again: %+v", all[0])
	}
	if got := marked(); got != "" {
		t.Errorf("the list still marks it %q", got)
	}
}

func TestAPageThatIsGoneIsATask(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	reviewer := d.Person("reviewer", "unit", playlists.Reviewer)
	id, _ := d.approved(t)
	d.portal.Withdraw(gateSlug)
	all := d.nextDay(t)
	if len(all) != 1 || all[0].State != sources.Gone {
		t.Fatalf("the tasks are %+v", all)
	}
	if diff, err := d.Change(t.Context(), d.editor, all[0].ID); err != nil || diff.Keeps || diff.After != nil || diff.Before.Title == "" {
		t.Errorf("the difference is %+v, %v", diff, err)
	}
	if err := d.KeepMedia(t.Context(), reviewer, all[0].ID, "", "Cổng dọn bài cũ"); err != nil {
		t.Fatal(err)
	}
	if all := d.nextDay(t); len(all) != 0 {
		t.Errorf("what was let go is a task again: %+v", all[0])
	}
	// It is back, and says something else.
	d.instead = func(address string) *polite.Answer {
		if address != gate {
			return nil
		}
		return served(http.StatusOK, address, "<h1>Tiêu đề khác</h1><article><p>Nội dung khác.</p></article>")
	}
	if all := d.nextDay(t); len(all) != 1 || all[0].State != sources.Changed {
		t.Errorf("when it is back, the tasks are %+v", all)
	}
	d.Exec(`delete from approved where media_id = ?`, id)
	asked := len(d.portal.Requests())
	if all := d.nextDay(t); len(all) != 0 || len(d.portal.Requests()) != asked {
		t.Error("a page without approved media is looked after")
	}
}

func TestAPageThatCannotBeLookedAtForDaysIsATask(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.approved(t)
	d.portal.Turn(sourcestest.Refusing, true)
	for i := range 4 {
		if all := d.nextDay(t); len(all) != 0 {
			t.Fatalf("after %d failures it is a task", i+1)
		}
	}
	all := d.nextDay(t)
	if len(all) != 1 || all[0].State != sources.Unread || all[0].Trouble == nil || all[0].Trouble.Reason != "site_resting" {
		t.Fatalf("the tasks are %+v", all)
	}
	d.portal.Turn(sourcestest.Refusing, false)
	if all := d.nextDay(t); len(all) != 0 {
		t.Errorf("when it answers again: %+v", all[0])
	}
}
