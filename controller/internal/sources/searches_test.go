package sources_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"cotmoc/controller/internal/sources"
	"cotmoc/controller/internal/sources/polite"
	"cotmoc/controller/internal/sources/sourcestest"
	"cotmoc/playlists"
)

var hatinh = sources.Query{Site: "vietnam.vn", List: "province", Slug: "hatinh"}

// save saves a daily search.
func (d *desk) save(t *testing.T, q sources.Query) *sources.Search {
	t.Helper()
	x, err := d.SaveSearch(t.Context(), d.editor, "Tin Hà Tĩnh", q, 24)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// pass lets what is due be looked through and gives what is known then.
func (d *desk) pass(t *testing.T, id playlists.ID) *sources.Search {
	t.Helper()
	if err := d.LookThroughDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	x, err := d.DB.Sources().Search(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// wait moves the time to when a search is due.
func (d *desk) wait(x *sources.Search) { d.Clock.Add(max(0, x.Next.Sub(d.Clock.Now()))) }

func (d *desk) waiting(t *testing.T, search playlists.ID) []*sources.Find {
	t.Helper()
	tray, err := d.Tray(t.Context(), d.editor, sources.Waiting, search)
	if err != nil {
		t.Fatal(err)
	}
	return tray
}

func TestASearchFillsTheTrayOnItsTimetable(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	if _, err := d.Look(t.Context(), d.editor, gate); err != nil {
		t.Fatal(err)
	}
	x := d.pass(t, d.save(t, hatinh).ID)
	tray := d.waiting(t, x.ID)
	if x.Found != 2 || x.Waiting != 2 || x.Trouble != nil || x.Next != x.Last.Add(24*time.Hour) || len(tray) != 2 || len(d.waiting(t, "")) != 3 {
		t.Fatalf("after the first time: %+v, %d in the tray", x, len(tray))
	}
	if f := tray[0]; f.Search != x.ID || f.SearchName != "Tin Hà Tĩnh" || f.Unit != d.editor.Unit || f.By != d.editor.ID {
		t.Errorf("the tray has %+v", f)
	}
	if len(d.pulled) != 0 {
		t.Error("a search made drafts")
	}
	asked := len(d.portal.Requests())
	if d.pass(t, x.ID); len(d.portal.Requests()) != asked {
		t.Error("it was looked through before its time")
	}
	if err := d.Reject(t.Context(), d.editor, tray[0].ID, "Không hợp"); err != nil {
		t.Fatal(err)
	}
	d.wait(x)
	if x = d.pass(t, x.ID); x.Found != 0 || x.Waiting != 1 || slices.ContainsFunc(d.portal.Requests()[asked:], func(r string) bool { return !strings.HasSuffix(r, "/hatinh/") && !strings.HasSuffix(r, "/robots.txt") }) {
		t.Errorf("the second time: %+v; asked for %v", x, d.portal.Requests()[asked:])
	}
}

func TestAFailingSearchRestsAndTellsWhy(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	x := d.save(t, hatinh)
	d.portal.Turn(sourcestest.Refusing, true)
	for i, rest := range []time.Duration{2, 4, 8, 16, 24, 24} {
		d.wait(x)
		if x = d.pass(t, x.ID); x.Trouble == nil || x.Trouble.Reason != "site_resting" || x.Failures != i+1 || x.Next.Sub(x.Last) != rest*time.Hour {
			t.Fatalf("failure %d: %+v, %+v", i+1, x, x.Trouble)
		}
	}
	d.portal.Turn(sourcestest.Refusing, false)
	d.wait(x)
	if x = d.pass(t, x.ID); x.Trouble != nil || x.Failures != 0 || x.Found != 3 {
		t.Errorf("when the site answers again: %+v, %+v", x, x.Trouble)
	}
}

// served is a page that stands in the portal's place.
func served(status int, at, body string) *polite.Answer {
	return &polite.Answer{Status: status, URL: at, Type: "text/html; charset=utf-8", Body: io.NopCloser(strings.NewReader(body))}
}

func TestAPageThatCannotBeReadIsPassedOver(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	x := d.save(t, hatinh)
	times := 0
	d.instead = func(address string) *polite.Answer {
		if address != gate {
			return nil
		}
		times++
		if due, err := d.DB.Sources().DueSearch(t.Context(), x.Next.Add(time.Hour)); err != nil || due != nil {
			t.Errorf("a search that brings us down would be the first again: %+v, %v", due, err)
		}
		return served(http.StatusGone, address, "")
	}
	for i := range 4 {
		d.wait(x)
		x = d.pass(t, x.ID)
		if want := min(i, 1); x.Trouble != nil || (x.Found == 2) != (want == 0) || (x.Missed == 1) != (i < 3) {
			t.Errorf("time %d: %+v", i+1, x)
		}
	}
	if times != 3 {
		t.Errorf("the page was tried %d times", times)
	}
}

func TestAPageThatHasMovedIsFetchedOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	x := d.save(t, hatinh)
	times := 0
	d.instead = func(address string) *polite.Answer {
		if address != gate {
			return nil
		}
		times++
		return served(http.StatusOK, "https://www.vietnam.vn/cho-moi", "<h1>Chỗ mới của bài</h1><article><p>Bài đã chuyển đến đây.</p></article>")
	}
	for range 2 {
		d.wait(x)
		x = d.pass(t, x.ID)
	}
	if times != 1 || x.Waiting != 3 {
		t.Errorf("fetched %d times, %+v", times, x)
	}
}

func TestASearchIsBounded(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	x := d.save(t, hatinh)
	d.instead = func(address string) *polite.Answer {
		rest, ok := strings.CutPrefix(address, "https://www.vietnam.vn/")
		if !ok || rest == "robots.txt" {
			return nil
		}
		if strings.HasPrefix(rest, "bai-") {
			return served(http.StatusOK, address, "<h1>Tiêu đề "+rest+"</h1><article><p>Nội dung.</p></article>")
		}
		var b strings.Builder
		for i := range 130 {
			fmt.Fprintf(&b, `<div><a class="v-link-title" href="/bai-%d" title="Bài %d">Bài</a></div>`, i, i)
		}
		return served(http.StatusOK, address, b.String())
	}
	for i := range 5 {
		d.wait(x)
		if x = d.pass(t, x.ID); x.Found != 20 || x.Waiting != 20*(i+1) {
			t.Fatalf("time %d: %+v, %+v", i+1, x, x.Trouble)
		}
	}
	d.wait(x)
	if x = d.pass(t, x.ID); x.Waiting != 100 || x.Trouble == nil || x.Trouble.Reason != "search_tray_full" {
		t.Errorf("with a full tray: %+v, %+v", x, x.Trouble)
	}
}

func TestSearchesArePausedDeletedAndBroughtBack(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	x := d.save(t, hatinh)
	listed := func(a playlists.Actor) int {
		t.Helper()
		all, err := d.Searches(t.Context(), a)
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	asked := func(change func() error) int {
		t.Helper()
		if err := change(); err != nil {
			t.Fatal(err)
		}
		before := len(d.portal.Requests())
		d.pass(t, x.ID)
		return len(d.portal.Requests()) - before
	}
	if n := asked(func() error { return d.PauseSearch(t.Context(), d.editor, x.ID, true) }); n != 0 {
		t.Error("a paused search runs")
	}
	if n := asked(func() error { return d.DeleteSearch(t.Context(), d.editor, x.ID, true) }); n != 0 || listed(d.editor) != 0 {
		t.Error("a deleted search is there")
	}
	if n := asked(func() error { return d.DeleteSearch(t.Context(), d.editor, x.ID, false) }); n != 0 || listed(d.editor) != 1 || listed(d.foreign) != 0 {
		t.Error("a search that was brought back is not as it was")
	}
	if n := asked(func() error { return d.PauseSearch(t.Context(), d.editor, x.ID, false) }); n == 0 {
		t.Error("a resumed search waits")
	}
	save := func(a playlists.Actor, name string, q sources.Query, hours int) error {
		_, err := d.SaveSearch(t.Context(), a, name, q, hours)
		return err
	}
	for _, c := range []struct {
		name   string
		err    error
		reason string
	}{
		{"a watch officer saves", save(d.reader, "x", hatinh, 24), "right_missing"},
		{"without a name", save(d.editor, " ", hatinh, 24), "text_empty"},
		{"too often", save(d.editor, "x", hatinh, 0), "search_every"},
		{"too rarely", save(d.editor, "x", hatinh, 169), "search_every"},
		{"a site that is not there", save(d.editor, "x", sources.Query{Site: "x", List: "x"}, 24), "site_missing"},
		{"a list that is not there", save(d.editor, "x", sources.Query{Site: "vietnam.vn", List: "x"}, 24), "list_missing"},
		{"another unit pauses", d.PauseSearch(t.Context(), d.foreign, x.ID, true), "search_missing"},
		{"another unit deletes", d.DeleteSearch(t.Context(), d.foreign, x.ID, true), "search_missing"},
	} {
		if playlists.ReasonOf(c.err) != c.reason {
			t.Errorf("%s gives %v, not %s", c.name, c.err, c.reason)
		}
	}
	for range sources.MostSearches - 1 {
		d.save(t, hatinh)
	}
	if err := save(d.editor, "một nữa", hatinh, 24); playlists.ReasonOf(err) != "searches_full" {
		t.Errorf("one too many gives %v", err)
	}
}

// counted has nothing due and counts who asks.
type counted struct {
	sources.Store
	asked atomic.Int64
}

func (c *counted) DueSearch(context.Context, time.Time) (*sources.Search, error) {
	c.asked.Add(1)
	return nil, nil
}

func (c *counted) Unwatched(context.Context, int) ([]*sources.Watched, error) { return nil, nil }

func (c *counted) DueWatched(context.Context, time.Time) (*sources.Watched, error) { return nil, nil }

func (c *counted) Untold(context.Context) ([]sources.Untold, error) { return nil, nil }

func TestTheTimetableIsLookedAtEveryMinute(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := &counted{}
		s := sources.New(sources.Config{Store: store, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- s.Run(ctx) }()
		time.Sleep(10*time.Minute + time.Second)
		if n := store.asked.Load(); n != 11 {
			t.Errorf("in ten minutes it was looked at %d times", n)
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}
