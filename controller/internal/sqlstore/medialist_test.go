package sqlstore

import (
	"slices"
	"testing"
	"time"

	"cotmoc/controller/internal/media"
	"cotmoc/playlists"
)

// Each filter alone, and the order that gives the same as the list.
func TestMediaByHowItIsArranged(t *testing.T) {
	t.Parallel()
	d := testDB(t)
	exec := func(statement string, args ...any) {
		t.Helper()
		if _, err := d.writer.ExecContext(t.Context(), statement, args...); err != nil {
			t.Fatal(err)
		}
	}
	exec(`insert into folders (id, unit_id, parent_id, name, name_key, created_at) values ('outer', 'unita', '', 'Ngoài', '', 1), ('inner', 'unita', 'outer', 'Trong', '', 1)`)
	for i, m := range []struct {
		title       string
		theme       string
		folder      string
		tag         string
		from, until time.Time
	}{
		{"Đất", "chudekinhteaaaaa", "outer", "", time.Time{}, time.Time{}},
		{"Ẩm thực", "chudedulichaaaaa", "inner", "biên giới", day.Add(time.Hour), time.Time{}},
		{"Anh", "chudeiuuaaaaaaaa", "", "lễ", time.Time{}, day.Add(time.Hour)},
		{"Dân", "", "", "lễ", time.Time{}, day},
	} {
		r := record(t, m.title, day.Add(-time.Duration(i)*time.Minute))
		r.Terms.ValidFrom, r.Terms.ValidUntil = m.from, m.until
		add(t, d, r)
		exec("update media set folder_id = ?, arranged = 4 where id = ?", m.folder, string(r.ID))
		if m.theme != "" {
			exec("insert into media_themes (media_id, theme_id) values (?, ?)", string(r.ID), m.theme)
		}
		if m.tag != "" {
			exec("insert into media_tags (media_id, tag_key, tag) values (?, ?, ?)", string(r.ID), m.tag, m.tag)
		}
	}
	for name, c := range map[string]struct {
		filter func(*media.Filter)
		want   []string
	}{
		"a theme and what is below it":  {func(f *media.Filter) { f.Theme = "chudekinhteaaaaa" }, []string{"Đất", "Ẩm thực"}},
		"a theme without any below":     {func(f *media.Filter) { f.Theme = "chudedulichaaaaa" }, []string{"Ẩm thực"}},
		"no theme":                      {func(f *media.Filter) { f.Theme = media.Nowhere }, []string{"Dân"}},
		"a folder and what is below it": {func(f *media.Filter) { f.Folder = "outer" }, []string{"Đất", "Ẩm thực"}},
		"an inner folder":               {func(f *media.Filter) { f.Folder = "inner" }, []string{"Ẩm thực"}},
		"no folder":                     {func(f *media.Filter) { f.Folder = media.Nowhere }, []string{"Anh", "Dân"}},
		"a tag":                         {func(f *media.Filter) { f.Tag = "lễ" }, []string{"Anh", "Dân"}},
		"valid now":                     {func(f *media.Filter) { f.Validity = media.Now }, []string{"Đất", "Anh"}},
		"valid later":                   {func(f *media.Filter) { f.Validity = media.Later }, []string{"Ẩm thực"}},
		"ending soon":                   {func(f *media.Filter) { f.Validity = media.Ending }, []string{"Anh"}},
		"ended":                         {func(f *media.Filter) { f.Validity = media.Ended }, []string{"Dân"}},
		"names as Vietnamese sorts":     {func(f *media.Filter) { f.Sort = media.ByTitle }, []string{"Anh", "Ẩm thực", "Dân", "Đất"}},
		"two at once":                   {func(f *media.Filter) { f.Tag, f.Validity = "lễ", media.Ended }, []string{"Dân"}},
	} {
		f := all()
		f.At = day
		c.filter(&f)
		if got := titles(t, d, f); !slices.Equal(got, c.want) {
			t.Errorf("%s gives %q, want %q", name, got, c.want)
		}
		places, err := d.Media().OrderMedia(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		var ids []playlists.ID
		for _, p := range places {
			ids = append(ids, p.ID)
			if p.Mark != 5 {
				t.Errorf("the mark is %d", p.Mark)
			}
		}
		some, err := d.Media().SomeMedia(t.Context(), append(ids, "nosuchmedia"))
		if err != nil || len(some) != len(c.want) || some[0].Title != c.want[0] {
			t.Errorf("%s: the places give %d media, %v", name, len(some), err)
		}
	}
}
