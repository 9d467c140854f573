package sources_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"cotmoc/controller/internal/objectstore"
	"cotmoc/controller/internal/sources"
	"cotmoc/controller/internal/sources/polite"
	"cotmoc/controller/internal/sources/sourcestest"
	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
)

// desk is a tray with the stand-in portal behind it.
type desk struct {
	*sources.Service
	*sqlstoretest.World
	portal         *sourcestest.Portal
	objects        *objectstore.Dir
	pulled         []sources.Pulled
	bytes          []string
	refuse         error
	answered       func(status int)                    // may be nil
	instead        func(address string) *polite.Answer // nil, or nil of it: the portal answers
	editor, reader playlists.Actor
	admin, foreign playlists.Actor
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	portal, err := sourcestest.New()
	if err != nil {
		t.Fatal(err)
	}
	objects, err := objectstore.OpenDir(t.TempDir(), objectstore.DirOptions{})
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{World: sqlstoretest.New(t), portal: portal, objects: objects}
	d.editor, d.reader = d.Person("editor", "unit", playlists.Editor), d.Person("watcher", "unit", playlists.WatchOfficer)
	d.admin = d.Person("admin", "unit", playlists.Administrator)
	d.foreign = d.Granted("foreign", "other", playlists.Grant{Role: playlists.Editor, Unit: playliststest.ID("other")})
	d.Service = sources.New(sources.Config{
		Store: d.DB.Sources(), Objects: objects, Library: d, Visitor: polite.New(d.fetch, "cotmoc", d.Clock.Now), Work: t.TempDir(),
		Zone: time.FixedZone("ICT", 7*3600), Now: d.Clock.Now, Random: rand.Reader, Log: slog.New(slog.DiscardHandler),
	})
	return d
}

// fetch asks the portal without a network; an hour passes with each request.
func (d *desk) fetch(_ context.Context, r polite.Request) (*polite.Answer, error) {
	d.Clock.Add(time.Hour)
	if d.instead != nil {
		if a := d.instead(r.URL); a != nil {
			return a, nil
		}
	}
	w := httptest.NewRecorder()
	request := httptest.NewRequest("GET", r.URL, nil)
	if r.ETag != "" {
		request.Header.Set("If-None-Match", r.ETag)
	}
	d.portal.ServeHTTP(w, request)
	at := r.URL
	if to := w.Header().Get("Location"); to != "" {
		if !strings.HasPrefix(to, "/") {
			return nil, errors.New("a redirect out of the site")
		}
		at = "https://" + request.Host + to
		w = httptest.NewRecorder()
		d.portal.ServeHTTP(w, httptest.NewRequest("GET", at, nil))
	}
	if d.answered != nil {
		d.answered(w.Code)
	}
	return &polite.Answer{Status: w.Code, URL: at, Type: w.Header().Get("Content-Type"), ETag: w.Header().Get("ETag"), Body: io.NopCloser(w.Body)}, nil
}

// Bring implements sources.Library.
func (d *desk) Bring(_ context.Context, _ playlists.Actor, f sources.Pulled) (playlists.ID, error) {
	if d.refuse != nil {
		return "", d.refuse
	}
	b, err := os.ReadFile(f.Path)
	if err != nil {
		return "", err
	}
	d.pulled, d.bytes = append(d.pulled, f), append(d.bytes, string(b))
	return d.World.Media("taken"+string(rune('a'+len(d.pulled))), d.editor, playlists.Terms{}), nil
}

// Small implements sources.Library.
func (d *desk) Small(_ context.Context, path string) ([]byte, error) { return os.ReadFile(path) }

const gate = "https://www.vietnam.vn/cua-khau-cau-treo-don-khach-dau-nam"

func TestFromAddressToDrafts(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	f, err := d.Look(t.Context(), d.editor, "vietnam.vn/cua-khau-cau-treo-don-khach-dau-nam/?utm_source=zalo")
	if err != nil {
		t.Fatal(err)
	}
	if f.Origin.Canonical != gate || f.Origin.Publisher != "Báo Hà Tĩnh" || f.State != sources.Waiting || f.Unit != d.editor.Unit || len(f.Article.Pictures) != 2 {
		t.Fatalf("the tray has %+v", f)
	}
	page, _, err := d.objects.Open(t.Context(), f.Origin.PageBytes)
	if err != nil {
		t.Fatal(err)
	}
	defer page.Close()
	if text, err := io.ReadAll(page); err != nil || !bytes.Contains(text, []byte("<h1>Cửa khẩu quốc tế Cầu Treo")) {
		t.Errorf("the page is not kept as it came: %v", err)
	}

	media, err := d.Take(t.Context(), d.editor, f.ID, []string{f.Article.Pictures[0].URL, f.Article.Pictures[1].URL})
	if err != nil || len(media) != 2 {
		t.Fatalf("taken: %v, %v", media, err)
	}
	first := d.pulled[0]
	if first.Origin != f.Origin || first.Declared != "image/jpeg" || !strings.HasPrefix(d.bytes[0], "\xff\xd8") || first.Title != f.Article.Title+" (1)" || first.Unit != d.editor.Unit {
		t.Errorf("brought in: %+v", first)
	}
	if f, err = d.Find(t.Context(), d.editor, f.ID); err != nil || f.State != sources.Taken || !slices.Equal(f.Media, media) {
		t.Errorf("the find is %+v, %v", f, err)
	}
	left, err := os.ReadDir(first.Path[:strings.LastIndexByte(first.Path, '/')])
	if err != nil || len(left) != 0 {
		t.Errorf("fetched files are left behind: %v, %v", left, err)
	}
}

// TestOneArticleInItsLanguages: only pages that were read are known, and none
// that somebody has said no to.
func TestOneArticleInItsLanguages(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	f, err := d.Look(t.Context(), d.editor, gate)
	if err != nil {
		t.Fatal(err)
	}
	lao, err := d.Look(t.Context(), d.editor, strings.Replace(gate, "vietnam.vn/", "vietnam.vn/lo/", 1))
	if err != nil {
		t.Fatal(err)
	}
	known := func() map[string]string {
		pages, err := d.InLanguages(t.Context(), d.editor, f.ID)
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]string{}
		for _, p := range pages {
			out[p.Language] = p.Address
		}
		return out
	}
	if got := known(); len(got) != 2 || got["vi"] != gate || got["lo"] != lao.Origin.Canonical {
		t.Errorf("it is known in %v", got)
	}
	if err := d.Reject(t.Context(), d.editor, lao.ID, "Bản dịch sai"); err != nil {
		t.Fatal(err)
	}
	if got := known(); len(got) != 1 || got["vi"] != gate {
		t.Errorf("without the bad translation it is known in %v", got)
	}
}

func TestListsKnowWhatWasSeen(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	browse := func(a playlists.Actor, q sources.Query) []sources.Listed {
		t.Helper()
		items, err := d.Browse(t.Context(), a, q)
		if err != nil {
			t.Fatal(err)
		}
		return items
	}
	here := sources.Query{Site: "vietnam.vn", List: "province", Slug: "hatinh"}
	if items := browse(d.editor, here); len(items) != 3 || items[0].Mark != nil {
		t.Fatalf("the list is %+v", items)
	}
	f, err := d.Look(t.Context(), d.editor, gate)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Reject(t.Context(), d.editor, f.ID, "Ảnh cũ"); err != nil {
		t.Fatal(err)
	}
	if items := browse(d.editor, here); items[0].Mark == nil || items[0].Mark.State != sources.Rejected {
		t.Errorf("the rejected one is marked %+v", items[0].Mark)
	}
	english := here
	english.Language, english.Slug = "en", "hatinh"
	if items := browse(d.editor, english); len(items) != 2 || items[0].Mark == nil {
		t.Errorf("the same article in English is not known: %+v", items)
	}
	if items := browse(d.foreign, here); items[0].Mark != nil {
		t.Error("another unit sees what this one rejected")
	}
	words := here
	words.Words = "don tau vung ang"
	if items := browse(d.editor, words); len(items) != 1 || !strings.Contains(items[0].Title, "Vũng Áng") {
		t.Errorf("searching gives %+v", items)
	}
	for _, c := range []struct {
		from, until string
		want        int
	}{{"", "", 3}, {"2026-01-15", "2026-01-15", 1}, {"2026-01-16", "", 0}, {"", "2025-01-20", 1}, {"2025-01-20", "2026-01-15", 2}} {
		days, dated := here, 0
		days.From, days.Until = c.from, c.until
		for _, i := range browse(d.editor, days) {
			if !i.Published.IsZero() || c.from == "" && c.until == "" {
				dated++
			}
		}
		if dated != c.want {
			t.Errorf("from %q until %q there are %d with a date, not %d", c.from, c.until, dated, c.want)
		}
	}
	for _, wrong := range [][2]string{{"15/01/2026", ""}, {"2026-01-16", "2026-01-15"}, {"", "2026-02-30"}} {
		days := here
		days.From, days.Until = wrong[0], wrong[1]
		if _, err := d.Browse(t.Context(), d.editor, days); playlists.ReasonOf(err) != "days_wrong" {
			t.Errorf("%q gives %v", wrong, err)
		}
	}
	if err := d.Return(t.Context(), d.editor, f.ID); err != nil {
		t.Fatal(err)
	}
	if tray, err := d.Tray(t.Context(), d.editor, sources.Waiting, ""); err != nil || len(tray) != 1 {
		t.Errorf("the tray has %v, %v", tray, err)
	}
}

func TestWhatIsRefused(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	f, err := d.Look(t.Context(), d.editor, gate)
	if err != nil {
		t.Fatal(err)
	}
	look := func(a playlists.Actor, address string) error {
		_, err := d.Look(t.Context(), a, address)
		return err
	}
	take := func(files ...string) error {
		_, err := d.Take(t.Context(), d.editor, f.ID, files)
		return err
	}
	browse := func(q sources.Query) error {
		_, err := d.Browse(t.Context(), d.editor, q)
		return err
	}
	_, seen := d.Find(t.Context(), d.foreign, f.ID)
	_, picture := d.Picture(t.Context(), d.editor, "vietnam.vn", "http://169.254.169.254/latest/meta-data/")
	_, saved := d.SaveSite(t.Context(), d.editor, "id: x", 0)
	_, tried := d.Try(t.Context(), d.editor, "id: x", "", sources.ArticlePage, gate)
	_, twice := d.SaveSite(t.Context(), d.admin, "id: other\nname: Khác\nlike: article\nhosts: [vietnam.vn]\n", 0)
	for _, c := range []struct {
		name   string
		err    error
		reason string
	}{
		{"a watch officer looks", look(d.reader, gate), "right_missing"},
		{"a foreign host", look(d.editor, "https://evil.example/"), "host_not_allowed"},
		{"this machine", look(d.editor, "http://127.0.0.1:8080/"), "host_not_allowed"},
		{"a page that is gone", look(d.editor, "https://www.vietnam.vn/khong-co"), "page_gone"},
		{"a page without an article", look(d.editor, "https://www.vietnam.vn/"), "page_without_title"},
		{"another unit's find", seen, "find_missing"},
		{"a picture that the page does not show", take("https://vstatic.vietnam.vn/khac.jpeg"), "file_not_shown"},
		{"nothing", take(), "take_count"},
		{"a list that is not there", browse(sources.Query{Site: "vietnam.vn", List: "x"}), "list_missing"},
		{"a choice that is not there", browse(sources.Query{Site: "vietnam.vn", List: "province", Slug: "../x"}), "list_missing"},
		{"a site without hosts", browse(sources.Query{Site: "article", List: "x"}), "site_missing"},
		{"a picture of a cloud's own network", picture, "host_not_allowed"},
		{"a description by an editor", saved, "right_missing"},
		{"an unsaved description by an editor", tried, "right_missing"},
		{"a host that another description has", twice, "host_taken"},
	} {
		if playlists.ReasonOf(c.err) != c.reason {
			t.Errorf("%s gives %v, not %s", c.name, c.err, c.reason)
		}
	}
	d.refuse = playlists.Errorf(playlists.Invalid, "type_differs", nil, "cannot use it")
	if err := take(f.Article.Pictures[0].URL); playlists.ReasonOf(err) != "type_differs" {
		t.Errorf("a file that lies gives %v", err)
	}
	if f, err := d.Find(t.Context(), d.editor, f.ID); err != nil || f.State != sources.Waiting {
		t.Errorf("after a refusal the find is %+v, %v", f, err)
	}
}

func TestDescriptionsAreEditedAndConfirmed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	described := func(id string) sources.Described {
		t.Helper()
		all, err := d.Sites(t.Context(), d.editor)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(all, func(x sources.Described) bool { return x.Site.ID == id })
		if i < 0 {
			t.Fatalf("no %s among %d", id, len(all))
		}
		return all[i]
	}
	old := described("vietnam.vn")
	if !old.BuiltIn || len(old.Tests) != 0 {
		t.Fatalf("the built-in one is %+v", old)
	}
	trial, err := d.Try(t.Context(), d.editor, "", "vietnam.vn", sources.ArticlePage, gate)
	if err != nil || trial.Problem != nil || trial.Article.Title == "" || len(trial.Findings) < 10 {
		t.Fatalf("the trial gives %+v, %v", trial, err)
	}
	if err := d.Confirm(t.Context(), d.editor, "vietnam.vn", sources.ArticlePage, gate); err != nil {
		t.Fatal(err)
	}
	if got := described("vietnam.vn").Tests[sources.ArticlePage]; got.Version != 0 || got.By != d.editor.ID || got.Address != gate {
		t.Errorf("the confirmation is %+v", got)
	}

	changed := strings.Replace(old.Text, "- {css: h1}", "- {css: h2.tieu-de}", 1)
	changed = strings.Replace(changed, "title: [{css: h1}, ", "title: [{css: h2.tieu-de}, ", 1)
	if _, err := d.SaveSite(t.Context(), d.admin, changed, 0); err != nil {
		t.Fatal(err)
	}
	now := described("vietnam.vn")
	if now.BuiltIn || now.Version != 1 || now.Site.Article.Title[0].CSS != "h2.tieu-de" || now.Tests[sources.ArticlePage].Version == now.Version {
		t.Errorf("after the change it is %+v", now)
	}
	if _, err := d.SaveSite(t.Context(), d.admin, changed, 0); playlists.ReasonOf(err) != "site_changed" {
		t.Errorf("saving over another's change gives %v", err)
	}
	if _, err := d.SaveSite(t.Context(), d.admin, old.Text, 1); err != nil {
		t.Errorf("saving the next version gives %v", err)
	}
	// A second site, with a description alone.
	const other = "id: bao.example\nname: Báo Sông La\nlike: article\nhosts: [bao.example]\narticle: {title: [{css: '#ten'}], body: [{css: '#noidung'}], pictures: [{css: '[data-anh]', attr: data-anh}]}\n"
	if _, err := d.SaveSite(t.Context(), d.admin, other, 0); err != nil {
		t.Fatal(err)
	}
	f, err := d.Look(t.Context(), d.editor, "https://bao.example/doc.php?id=7")
	if err != nil || f.Article.Title != "Thuyền buồm trên sông La" || len(f.Article.Pictures) != 1 {
		t.Errorf("the second site gives %+v, %v", f, err)
	}
}
