package sqlstore

import (
	"crypto/rand"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"cotmoc/controller/internal/jobs/jobstest"
	"cotmoc/controller/internal/media"
	"cotmoc/controller/internal/sqlstore/sqlcgen"
	"cotmoc/playlists"
)

// testDB opens an empty database with two units and two people.
func testDB(t testing.TB) *DB {
	t.Helper()
	d, err := Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, q := range []string{
		`insert into units (id, short_name, created_at) values ('unita', 'A', 1), ('unitb', 'B', 1)`,
		`insert into unit_names (unit_id, valid_from, name) values ('unita', '2020-01-01', 'Old A'), ('unita', '2025-07-01', 'Sở A'), ('unitb', '2020-01-01', 'B')`,
		`insert into people (id, login, name, name_folded, unit_id, password_hash, created_at) values ('an', 'an', 'An', 'an', 'unita', '', 1), ('binh', 'binh', 'Bình', 'binh', 'unitb', '', 1)`,
	} {
		if _, err := d.writer.ExecContext(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

func TestJobs(t *testing.T) {
	t.Parallel()
	jobstest.Run(t, func(t *testing.T) jobstest.Table { return testDB(t).Jobs() })
}

var day = time.Date(2026, 9, 2, 1, 2, 3, 0, time.UTC)

func record(t testing.TB, title string, at time.Time) *media.Record {
	t.Helper()
	id, err := playlists.NewID(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	fit := playlists.Fit{Mode: playlists.Contain, X: 0.5, Y: 0.5}
	return &media.Record{Media: playlists.Media{
		ID: id, Kind: playlists.Image, Title: title, Unit: "unita", Author: "an", State: playlists.Draft, Revision: 1,
		Source: playlists.Source{FileName: "IMG_0042.JPG", Size: 5, SHA256: playlists.DigestOf([]byte(id)), MIME: "image/jpeg", Width: 4, Height: 3},
		Fits:   map[playlists.Profile]playlists.Fit{playlists.Landscape1080: fit, playlists.Portrait1080: fit},
		Terms:  playlists.Terms{Territory: []string{"*"}, Languages: []string{}}, CreatedAt: at, UpdatedAt: at,
	}}
}

func add(t testing.TB, d *DB, r *media.Record) {
	t.Helper()
	if err := d.Media().AddMedia(t.Context(), r, nil); err != nil {
		t.Fatal(err)
	}
}

func all() media.Filter {
	return media.Filter{Viewer: media.Viewer{Reach: playlists.Reach{All: true}}, Sort: media.Newest, Limit: 100}
}

func titles(t *testing.T, d *DB, f media.Filter) []string {
	t.Helper()
	items, total, err := d.Media().ListMedia(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	out := []string{}
	for _, r := range items {
		out = append(out, r.Title)
	}
	if f.After == "" && total != len(items) && len(items) < f.Limit {
		t.Errorf("total %d of %d items", total, len(items))
	}
	return out
}

func TestMediaRoundTrip(t *testing.T) {
	t.Parallel()
	d := testDB(t)
	in := record(t, "Cầu Treo", day)
	task := &media.Task{ID: "taskaaaaaaaaaaaa", Media: in.ID, Profiles: playlists.Profiles()}
	if err := d.Media().AddMedia(t.Context(), in, task); err != nil {
		t.Fatal(err)
	}
	rendition := playlists.Rendition{Profile: playlists.Portrait1080, Digest: playlists.DigestOf([]byte("r")), Size: 9, MIME: "video/mp4", Width: 1080, Height: 1920,
		Duration: 1500 * time.Millisecond, HasAudio: true, Chunks: playlists.DigestOf([]byte("c")), Poster: playlists.DigestOf([]byte("p"))}
	excerpt := playlists.Excerpt{FromMS: 1, UntilMS: 2000, Crop: playlists.Crop{X: 1, Y: 2, Width: 30, Height: 40}, Audio: 2, Subtitles: 1}
	tracks := playlists.Tracks{Known: true, FrameRate: 24000. / 1001, Audio: []playlists.Track{{Language: "vie", Default: true}}, Subtitles: []playlists.Track{{Title: "a.srt", File: true, Text: playlists.DigestOf([]byte("s")), Cues: 3}}}
	_, err := d.Media().ChangeMedia(t.Context(), in.ID, func(r *media.Record) (*media.Task, error) {
		r.Title, r.Description, r.State, r.Revision = "Cửa khẩu", "mô tả", playlists.Processing, 7
		r.Terms = playlists.Terms{Territory: []string{"clustera"}, Languages: []string{"vi", "lo"}, ValidFrom: day, ValidUntil: day.Add(time.Hour), RightsBasis: "own work"}
		r.Renditions, r.Thumbnails[playlists.Portrait1080] = []playlists.Rendition{rendition}, playlists.DigestOf([]byte("t"))
		r.Preview, r.UpdatedAt = playlists.DigestOf([]byte("v")), day.Add(time.Minute)
		r.Proxy, r.Excerpt, r.Tracks = playlists.DigestOf([]byte("x")), excerpt, tracks
		return nil, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := d.Media().Media(t.Context(), in.ID)
	if err != nil {
		t.Fatal(err)
	}
	if got.Title != "Cửa khẩu" || got.Revision != 7 || got.AuthorName != "An" || got.UnitName != "Sở A" || !slices.Equal(got.Terms.Languages, []string{"vi", "lo"}) ||
		!got.Terms.ValidUntil.Equal(day.Add(time.Hour)) || got.Terms.RightsBasis != "own work" || len(got.Renditions) != 1 || got.Renditions[0] != rendition ||
		got.Thumbnails[playlists.Portrait1080] != playlists.DigestOf([]byte("t")) || got.Preview == "" || got.Fits[playlists.Landscape1080] != in.Fits[playlists.Landscape1080] ||
		got.Proxy != playlists.DigestOf([]byte("x")) || got.Excerpt != excerpt || !reflect.DeepEqual(got.Tracks, tracks) || got.Source != in.Source || !got.CreatedAt.Equal(day) || !got.UpdatedAt.Equal(day.Add(time.Minute)) {
		t.Errorf("Media = %+v", got)
	}
	if got.Work == nil || got.Work.State != "queued" {
		t.Errorf("Work = %+v", got.Work)
	}
	refuse := errors.New("no")
	if _, err := d.Media().ChangeMedia(t.Context(), in.ID, func(r *media.Record) (*media.Task, error) { r.Title = "lost"; return nil, refuse }); !errors.Is(err, refuse) {
		t.Errorf("ChangeMedia = %v", err)
	}
	if got, err = d.Media().Media(t.Context(), in.ID); err != nil || got.Title != "Cửa khẩu" {
		t.Errorf("a refused change was stored: %+v, %v", got, err)
	}
}

func TestMediaDeletedIsMissing(t *testing.T) {
	t.Parallel()
	d := testDB(t)
	in := record(t, "a", day)
	add(t, d, in)
	if _, err := d.Media().ChangeMedia(t.Context(), in.ID, func(r *media.Record) (*media.Task, error) { r.DeletedAt = day; return nil, nil }); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Media().Media(t.Context(), in.ID); playlists.CodeOf(err) != playlists.NotFound {
		t.Errorf("Media = %v", err)
	}
	if got := titles(t, d, all()); len(got) != 0 {
		t.Errorf("listed %v", got)
	}
	if r, err := d.Media().MediaBySource(t.Context(), in.Source.SHA256, all().Viewer); r != nil || err != nil {
		t.Errorf("MediaBySource = %v, %v", r, err)
	}
	if _, err := d.Media().Media(t.Context(), "nosuchmedia"); playlists.CodeOf(err) != playlists.NotFound {
		t.Errorf("Media of nothing = %v", err)
	}
}

func TestMediaWithAnApprovedVersion(t *testing.T) {
	t.Parallel()
	d := testDB(t)
	in := record(t, "a", day)
	add(t, d, in)
	for _, want := range []bool{false, true} {
		if r, err := d.Media().Media(t.Context(), in.ID); err != nil || r.Approved != want {
			t.Errorf("Approved = %+v, %v; want %t", r, err, want)
		}
		if _, err := d.writer.ExecContext(t.Context(), `insert into approved (media_id, revision, approval, media, approved_at) values (?, 1, x'', '{}', 1) on conflict do nothing`, string(in.ID)); err != nil {
			t.Fatal(err)
		}
	}
}

func TestMediaSearch(t *testing.T) {
	t.Parallel()
	d := testDB(t)
	for i, title := range []string{"Cửa khẩu quốc tế Cầu Treo", "Lễ hội Đền Chiêu Trưng", "Hoà bình", "100% cotton", "ດ່ານຊາຍແດນນ້ຳພາວ"} {
		add(t, d, record(t, title, day.Add(time.Duration(i)*time.Second)))
	}
	for text, want := range map[string]string{
		"cau treo":      "Cửa khẩu quốc tế Cầu Treo",
		"TREO khâu":     "Cửa khẩu quốc tế Cầu Treo",
		"cầu":           "Cửa khẩu quốc tế Cầu Treo",
		"quo":           "Cửa khẩu quốc tế Cầu Treo",
		"den":           "Lễ hội Đền Chiêu Trưng",
		"hòa":           "Hoà bình",
		"%":             "*",
		"100":           "100% cotton",
		"ນ້ໍາພາວ":       "",
		"eo":            "",
		"cau den":       "",
		"img":           "*",
		"  ":            "*",
		"a b c d e f g": "",
	} {
		f := all()
		f.Words = media.Words(text)
		got := titles(t, d, f)
		switch {
		case want == "*" && len(got) != 5, want != "*" && want != "" && !slices.Equal(got, []string{want}), want == "" && len(got) != 0:
			t.Errorf("search %q finds %q, want %q", text, got, want)
		}
	}
	f := all()
	f.Words = media.Words("ດ່ານຊາຍແດນນ້ໍາ") // the other spelling of the vowel
	if got := titles(t, d, f); len(got) != 1 {
		t.Errorf("the Lao title is found %d times", len(got))
	}
}

func TestMediaFilters(t *testing.T) {
	t.Parallel()
	d := testDB(t)
	one, two := record(t, "one", day), record(t, "two", day.Add(time.Second))
	two.Unit, two.Author, two.Kind, two.State, two.Terms.Languages = "unitb", "binh", playlists.Video, playlists.Approved, []string{"vi", "lo"}
	add(t, d, one)
	add(t, d, two)
	for name, c := range map[string]struct {
		set  func(*media.Filter)
		want []string
	}{
		"all, newest first":             {func(*media.Filter) {}, []string{"two", "one"}},
		"state":                         {func(f *media.Filter) { f.States = []playlists.MediaState{playlists.Approved, playlists.Reviewed} }, []string{"two"}},
		"kind":                          {func(f *media.Filter) { f.Kind = playlists.Image }, []string{"one"}},
		"language":                      {func(f *media.Filter) { f.Language = "lo" }, []string{"two"}},
		"part of a word is no language": {func(f *media.Filter) { f.Language = "l_" }, []string{}},
		"author":                        {func(f *media.Filter) { f.Author = "an" }, []string{"one"}},
		"one unit": {func(f *media.Filter) {
			f.Viewer = media.Viewer{Person: "x", Reach: playlists.Reach{Units: []playlists.ID{"unitb"}}}
		}, []string{"two"}},
		"one's own": {func(f *media.Filter) { f.Viewer = media.Viewer{Person: "an"} }, []string{"one"}},
		"nothing":   {func(f *media.Filter) { f.Viewer = media.Viewer{Person: "x"} }, []string{}},
		"by title":  {func(f *media.Filter) { f.Sort = media.ByTitle }, []string{"one", "two"}},
	} {
		f := all()
		c.set(&f)
		if got := titles(t, d, f); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestMediaPages(t *testing.T) {
	t.Parallel()
	d := testDB(t)
	names := strings.Fields("An Ánh Ăn Ân Da Dạ Dương Đà Đồng")
	for i, n := range slices.Backward(names) {
		add(t, d, record(t, n, day.Add(time.Duration(i/2)*time.Second))) // two of the same age
	}
	for _, sort := range []media.Sort{media.Newest, media.ByTitle} {
		var got []string
		f := all()
		f.Sort, f.Limit = sort, 2
		for range 10 {
			items, _, err := d.Media().ListMedia(t.Context(), f)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range items {
				got = append(got, r.Title)
				f.After = r.ID
			}
		}
		if sort == media.ByTitle && !slices.Equal(got, names) {
			t.Errorf("by title: %v, want %v", got, names)
		}
		slices.Sort(got)
		want := slices.Sorted(slices.Values(names))
		if !slices.Equal(got, want) {
			t.Errorf("%s: pages give %v, want each once", sort, got)
		}
	}
}

func BenchmarkListMedia(b *testing.B) {
	d := testDB(b)
	for i := range 10_000 {
		add(b, d, record(b, fmt.Sprintf("Ảnh số %d của cửa khẩu Cầu Treo", i), day.Add(time.Duration(i)*time.Second)))
	}
	for name, set := range map[string]func(*media.Filter){
		"newest": func(*media.Filter) {}, "title": func(f *media.Filter) { f.Sort = media.ByTitle }, "search": func(f *media.Filter) { f.Words = media.Words("cau treo 999") },
	} {
		b.Run(name, func(b *testing.B) {
			f := all()
			f.Limit = 60
			set(&f)
			for b.Loop() {
				if _, _, err := d.Media().ListMedia(b.Context(), f); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// What a media's source and origin name is kept, of earlier revisions too: a
// backup holds it.
func TestPartsAreNamed(t *testing.T) {
	t.Parallel()
	d := testDB(t)
	proxy := playlists.DigestOf([]byte("a small copy"))
	parts := []playlists.Digest{playlists.DigestOf([]byte("a picture")), playlists.DigestOf([]byte("another")), playlists.DigestOf([]byte("a page"))}
	r := record(t, "Slide", day)
	r.Parts, r.Origin.PageBytes = parts[:1], parts[2]
	add(t, d, r)
	_, err := d.Media().ChangeMedia(t.Context(), r.ID, func(r *media.Record) (*media.Task, error) {
		r.Parts, r.Source.SHA256, r.Source.Size, r.Proxy = parts[1:2], playlists.DigestOf([]byte("words")), 5, proxy
		return nil, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := d.Media().Media(t.Context(), r.ID)
	if err != nil || got.Source.SHA256 != playlists.DigestOf([]byte("words")) || got.Source.Size != 5 {
		t.Errorf("the source is %+v, %v", got.Source, err)
	}
	var named []string
	if err := d.view(t.Context(), func(q *sqlcgen.Queries) (err error) {
		named, err = q.NamedObjects(t.Context())
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for _, p := range append(parts, got.Source.SHA256, proxy) {
		if !slices.Contains(named, string(p)) {
			t.Errorf("%s is not named: %v", p, named)
		}
	}
}
