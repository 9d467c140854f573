package themes_test

import (
	"crypto/rand"
	"slices"
	"strings"
	"testing"

	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/controller/internal/themes"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
)

type desk struct {
	*themes.Service
	*sqlstoretest.World
	t      *testing.T
	editor playlists.Actor
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{World: sqlstoretest.New(t), t: t}
	d.editor = d.Person("editor", "unit", playlists.Editor)
	d.Service = themes.New(themes.Config{Store: d.DB.Themes(), Now: d.Clock.Now, Random: rand.Reader})
	return d
}

// tree gives the names, indented; a retired one in brackets.
func (d *desk) tree() []string {
	d.t.Helper()
	all, err := d.List(d.t.Context(), d.editor)
	if err != nil {
		d.t.Fatal(err)
	}
	depth := map[playlists.ID]int{}
	var out []string
	for _, x := range all {
		depth[x.ID] = depth[x.Parent] + 1
		name := x.Name
		if !x.Retired.IsZero() {
			name = "(" + name + ")"
		}
		out = append(out, strings.Repeat("-", depth[x.ID]-1)+name)
	}
	return out
}

func (d *desk) add(parent playlists.ID, name string) playlists.ID {
	d.t.Helper()
	id, err := d.Add(d.t.Context(), d.editor, parent, themes.Names{Vietnamese: name})
	if err != nil {
		d.t.Fatal(err)
	}
	return id
}

// empty takes away what a new data folder begins with.
func (d *desk) empty() { d.Exec("delete from themes") }

func ptr[T any](v T) *T { return &v }

func TestANewDataFolderBeginsWithThePlan(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	got := d.tree()
	for i, want := range []string{
		"Quảng bá tỉnh Hà Tĩnh", "Đầu tư, thương mại, du lịch", "-Đầu tư", "-Thương mại", "-Du lịch", "Hữu nghị Việt Nam – Lào và biên giới",
		"-Hữu nghị Việt Nam – Lào", "-Biên giới", "Biển, đảo; Hoàng Sa, Trường Sa", "Chống khai thác thủy sản bất hợp pháp (IUU)", "Quyền con người", "Các ngày lễ lớn", "Cảnh báo, thông báo",
	} {
		if i >= len(got) || got[i] != want {
			t.Fatalf("the tree is %q; %q is not at %d", got, want, i)
		}
	}
	all, err := d.List(t.Context(), d.editor)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range all {
		if x.English == "" || x.Lao == "" || x.ID.Validate() != nil {
			t.Errorf("%+v lacks a name or has an id that is none", x)
		}
	}
}

func TestTheTreeIsEdited(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.empty()
	ctx := t.Context()
	sea, people := d.add("", "  Biển   đảo "), d.add("", "Con người")
	work := d.add(people, "Lao động")
	feast := d.add("", "Ngày lễ")
	for _, step := range []struct {
		id   playlists.ID
		do   *themes.Change // nil deletes
		want []string
	}{
		{sea, &themes.Change{}, []string{"Biển đảo", "Con người", "-Lao động", "Ngày lễ"}},
		{feast, &themes.Change{Before: &sea}, []string{"Ngày lễ", "Biển đảo", "Con người", "-Lao động"}},
		{sea, &themes.Change{Parent: &people, Before: &work}, []string{"Ngày lễ", "Con người", "-Biển đảo", "-Lao động"}},
		{work, &themes.Change{Names: &themes.Names{Vietnamese: "Việc làm", English: "Work"}}, []string{"Ngày lễ", "Con người", "-Biển đảo", "-Việc làm"}},
		{people, &themes.Change{Retired: ptr(true)}, []string{"Ngày lễ", "(Con người)", "-(Biển đảo)", "-(Việc làm)"}},
		{sea, &themes.Change{Retired: ptr(false)}, []string{"Ngày lễ", "Con người", "-Biển đảo", "-(Việc làm)"}},
		{work, nil, []string{"Ngày lễ", "Con người", "-Biển đảo"}},
		{sea, &themes.Change{Parent: ptr(playlists.ID(""))}, []string{"Ngày lễ", "Con người", "Biển đảo"}},
	} {
		err := error(nil)
		if step.do != nil {
			err = d.Change(ctx, d.editor, step.id, *step.do)
		} else {
			err = d.Delete(ctx, d.editor, step.id)
		}
		if got := d.tree(); err != nil || !slices.Equal(got, step.want) {
			t.Fatalf("%v: %q, want %q", err, got, step.want)
		}
	}
}

func TestWhatTheTreeRefuses(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.empty()
	ctx := t.Context()
	top, other := d.add("", "Trên"), d.add("", "Khác")
	below := d.add(top, "Dưới")
	deep := below
	for _, name := range []string{"c", "d", "e"} {
		deep = d.add(deep, name)
	}
	used := d.add("", "Có dùng")
	retired := d.add("", "Cũ")
	if err := d.Change(ctx, d.editor, retired, themes.Change{Retired: ptr(true)}); err != nil {
		t.Fatal(err)
	}
	media := d.Media("flag", d.editor, playlists.Terms{})
	d.Exec("insert into media_themes (media_id, theme_id) values (?, ?)", media, used)
	officer := d.Person("officer", "unit", playlists.WatchOfficer)
	_, tooDeep := d.Add(ctx, d.editor, deep, themes.Names{Vietnamese: "f"})
	_, same := d.Add(ctx, d.editor, "", themes.Names{Vietnamese: "TRÊN"})
	_, nameless := d.Add(ctx, d.editor, "", themes.Names{Vietnamese: " "})
	_, nowhere := d.Add(ctx, d.editor, playliststest.ID("nowhere"), themes.Names{Vietnamese: "x"})
	_, notOne := d.Add(ctx, officer, "", themes.Names{Vietnamese: "x"})
	before := d.tree()
	for reason, err := range map[string]error{
		"theme_too_deep": tooDeep, "theme_name_taken": same, "text_empty": nameless, "theme_missing": nowhere, "right_missing": notOne,
		"theme_below_itself": d.Change(ctx, d.editor, top, themes.Change{Parent: &below}),
		"theme_used":         d.Delete(ctx, d.editor, used),
		"theme_has_below":    d.Delete(ctx, d.editor, top),
		"theme_retired":      d.Merge(ctx, d.editor, other, retired),
		"theme_moved":        d.Change(ctx, d.editor, other, themes.Change{Before: &below}),
	} {
		if playlists.ReasonOf(err) != reason {
			t.Errorf("%s: %v", reason, err)
		}
	}
	if err := d.Merge(ctx, d.editor, top, below); playlists.ReasonOf(err) != "theme_below_itself" {
		t.Errorf("merged into what is below it: %v", err)
	}
	if got := d.tree(); !slices.Equal(got, before) {
		t.Errorf("what was refused changed the tree to %q", got)
	}
}

// What carried the theme that goes carries the other one, once; what was below
// it is below the other.
func TestMerging(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.empty()
	from, into := d.add("", "Biên giới"), d.add("", "Vùng biên")
	d.add(from, "Cột mốc")
	one, both := d.Media("one", d.editor, playlists.Terms{}), d.Media("both", d.editor, playlists.Terms{})
	for media, carried := range map[playlists.ID][]playlists.ID{one: {from}, both: {from, into}} {
		for _, theme := range carried {
			d.Exec("insert into media_themes (media_id, theme_id) values (?, ?)", media, theme)
		}
	}
	if err := d.Merge(t.Context(), d.editor, from, into); err != nil {
		t.Fatal(err)
	}
	if got := d.tree(); !slices.Equal(got, []string{"Vùng biên", "-Cột mốc"}) {
		t.Errorf("the tree is %q", got)
	}
	all, err := d.List(t.Context(), d.editor)
	if err != nil || all[0].Uses != 2 {
		t.Errorf("%d media carry it, %v", all[0].Uses, err)
	}
}
