package library_test

import (
	"crypto/rand"
	"fmt"
	"slices"
	"testing"
	"time"

	"cotmoc/controller/internal/library"
	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
)

// rules are like those of media.
type rules struct{}

func (rules) MaySee(a playlists.Actor, unit, author playlists.ID) bool {
	return a.ID == author || a.May(playlists.ReadMedia, playlists.Scope{Unit: unit})
}
func (rules) MayEdit(a playlists.Actor, unit, author playlists.ID) bool {
	return a.ID == author || a.May(playlists.EditMedia, playlists.Scope{Unit: unit})
}
func (rules) Editable(s playlists.MediaState) bool { return s == playlists.Draft }

// desk is a Service over a real database with an editor of one unit, a
// contributor of the same and an editor of another.
type desk struct {
	*library.Service
	*sqlstoretest.World
	t                       *testing.T
	editor, helper, foreign playlists.Actor
}

const (
	sea    = playlists.ID("chudebiendaoaaaa")
	border = playlists.ID("chudebiengioiaaa")
)

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{World: sqlstoretest.New(t), t: t}
	of := func(unit string, r playlists.Role) playlists.Grant {
		return playlists.Grant{Role: r, Unit: playliststest.ID(unit)}
	}
	d.editor = d.Granted("editor", "unit", of("unit", playlists.Editor))
	d.helper = d.Granted("helper", "unit", of("unit", playlists.Contributor))
	d.foreign = d.Granted("foreign", "other", of("other", playlists.Editor))
	d.Service = library.New(library.Config{Store: d.DB.Library(), Rules: rules{}, Now: d.Clock.Now, Random: rand.Reader})
	return d
}

func (d *desk) folder(name string) playlists.ID {
	d.t.Helper()
	id, err := d.AddFolder(d.t.Context(), d.editor, d.editor.Unit, "", name)
	if err != nil {
		d.t.Fatal(err)
	}
	return id
}

// edit changes media whatever their marks are.
func (d *desk) edit(a playlists.Actor, c library.Change, ids ...playlists.ID) *library.Outcome {
	d.t.Helper()
	seen := make([]library.Seen, len(ids))
	for i, id := range ids {
		seen[i] = library.Seen{Media: id, Mark: -1}
	}
	out, err := d.Edit(d.t.Context(), a, seen, c)
	if err != nil {
		d.t.Fatal(err)
	}
	return out
}

func (d *desk) undo(a playlists.Actor, id playlists.ID) *library.Outcome {
	d.t.Helper()
	out, err := d.Undo(d.t.Context(), a, id)
	if err != nil {
		d.t.Fatal(err)
	}
	return out
}

// state gives all that an edit may change of a media, and its mark apart.
func (d *desk) state(id playlists.ID) (string, int) {
	d.t.Helper()
	r, err := d.DB.Media().Media(d.t.Context(), id)
	if err != nil {
		d.t.Fatal(err)
	}
	labels, err := d.Labels(d.t.Context(), []playlists.ID{id})
	if err != nil {
		d.t.Fatal(err)
	}
	l := labels[id]
	slices.Sort(l.Themes)
	var tags []string
	for _, tag := range l.Tags {
		tags = append(tags, tag.Text)
	}
	return fmt.Sprint(l.Folder, tags, l.Themes, r.Terms.Languages, r.Terms.ValidFrom, r.Terms.ValidUntil, r.Terms.RightsBasis), r.Mark()
}

func reasons(o *library.Outcome) []string {
	var out []string
	for _, r := range o.Refused {
		out = append(out, r.Why.Reason)
	}
	slices.Sort(out)
	return out
}

func ptr[T any](v T) *T { return &v }

func TestEverythingIsChangedAtOnceAndUndone(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	folder := d.folder("Cầu Treo")
	ids := []playlists.ID{d.Media("one", d.editor, playlists.Terms{}), d.Media("two", d.helper, playlists.Terms{})}
	d.edit(d.editor, library.Change{AddTags: []string{"biển"}, AddThemes: []playlists.ID{sea}}, ids...)
	before := map[playlists.ID]string{}
	for _, id := range ids {
		before[id], _ = d.state(id)
	}
	until := d.Clock.Now().Add(30 * 24 * time.Hour)
	c := library.Change{
		Folder: &folder, AddTags: []string{"Biên giới", "BIÊN GIỚI", "bie\u0302n gio\u031b\u0301i"}, DropTags: []string{"BIỂN"}, AddThemes: []playlists.ID{border}, DropThemes: []playlists.ID{sea},
		Languages: &[]string{"vi", "lo"}, ValidUntil: &until, RightsBasis: ptr("Công văn số 1"),
	}
	out := d.edit(d.editor, c, ids...)
	if out.Changed != 2 || len(out.Refused) != 0 || out.Edit == "" {
		t.Fatalf("it ends with %+v", out)
	}
	for _, id := range ids {
		want := fmt.Sprint(folder, []string{"Biên giới"}, []playlists.ID{border}, []string{"vi", "lo"}, time.Time{}, until.UTC(), "Công văn số 1")
		if got, mark := d.state(id); got != want || mark <= 2 {
			t.Errorf("%s is\n%s at %d, want\n%s", id, got, mark, want)
		}
	}
	if again := d.edit(d.editor, c, ids...); again.Changed != 0 || again.Same != 2 || again.Edit != "" {
		t.Errorf("the same once more ends with %+v", again)
	}
	_, mark := d.state(ids[0])
	if back := d.undo(d.editor, out.Edit); back.Changed != 2 || len(back.Refused) != 0 {
		t.Errorf("undoing ends with %+v", back)
	}
	for _, id := range ids {
		if got, now := d.state(id); got != before[id] || now <= mark && id == ids[0] {
			t.Errorf("%s is\n%s at %d after undoing, was\n%s", id, got, now, before[id])
		}
	}
	if _, err := d.Undo(t.Context(), d.editor, out.Edit); playlists.ReasonOf(err) != "edit_undone" {
		t.Errorf("undoing twice: %v", err)
	}
	// One entry for each act on many, none for what changed nothing.
	log, err := d.DB.Audit().After(t.Context(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	var kinds []playlists.ActKind
	for _, e := range log {
		if e.Kind == playlists.MediaEdited || e.Kind == playlists.EditUndone {
			kinds = append(kinds, e.Kind)
		}
	}
	if !slices.Equal(kinds, []playlists.ActKind{playlists.MediaEdited, playlists.MediaEdited, playlists.EditUndone}) {
		t.Errorf("the audit log holds %v", kinds)
	}
}

func TestWhatStaysAsItIsIsTold(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	own, others, submitted := d.Media("own", d.helper, playlists.Terms{}), d.Media("others", d.editor, playlists.Terms{}), d.Media("submitted", d.helper, playlists.Terms{})
	alien, gone, moved := d.Media("alien", d.foreign, playlists.Terms{}), d.Media("gone", d.helper, playlists.Terms{}), d.Media("moved", d.helper, playlists.Terms{})
	d.Exec("update media set state = 'submitted' where id = ?", submitted)
	d.Exec("update media set deleted_at = 1 where id = ?", gone)
	_, mark := d.state(moved)
	d.edit(d.editor, library.Change{AddTags: []string{"khác"}}, moved)
	var seen []library.Seen
	for _, id := range []playlists.ID{own, others, submitted, alien, gone, playliststest.ID("never")} {
		seen = append(seen, library.Seen{Media: id, Mark: -1})
	}
	seen = append(seen, library.Seen{Media: moved, Mark: mark})
	out, err := d.Edit(t.Context(), d.helper, seen, library.Change{RightsBasis: ptr("Tự chụp")})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"media_changed", "media_missing", "media_missing", "media_missing", "media_not_yours", "terms_locked"}
	if got := reasons(out); out.Changed != 1 || !slices.Equal(got, want) {
		t.Errorf("%d changed, refused %v", out.Changed, got)
	}
	// How it is arranged is no part of what people sign.
	if out := d.edit(d.helper, library.Change{AddThemes: []playlists.ID{sea}}, submitted); out.Changed != 1 {
		t.Errorf("a submitted media is not arranged: %+v", out)
	}
}

func TestUndoRefusesWhatChangedSince(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	folder, other := d.folder("Một"), d.folder("Hai")
	still, moved, untagged, submitted := d.Media("still", d.editor, playlists.Terms{}), d.Media("moved", d.editor, playlists.Terms{}), d.Media("untagged", d.editor, playlists.Terms{}), d.Media("submitted", d.editor, playlists.Terms{})
	first := d.edit(d.editor, library.Change{Folder: &folder, AddTags: []string{"lễ"}, RightsBasis: ptr("Mới")}, still, moved, untagged, submitted)
	d.edit(d.editor, library.Change{Folder: &other}, moved)
	d.edit(d.editor, library.Change{DropTags: []string{"lễ"}}, untagged)
	d.Exec("update media set state = 'submitted' where id = ?", submitted)
	d.edit(d.editor, library.Change{AddThemes: []playlists.ID{sea}}, still) // something else: no matter
	was, _ := d.state(moved)
	out := d.undo(d.editor, first.Edit)
	if got := reasons(out); out.Changed != 1 || !slices.Equal(got, []string{"changed_since_edit", "changed_since_edit", "terms_locked"}) {
		t.Errorf("%d undone, refused %v", out.Changed, got)
	}
	if now, _ := d.state(moved); now != was {
		t.Errorf("what was moved since is\n%s, was\n%s", now, was)
	}
	if _, err := d.Undo(t.Context(), d.helper, first.Edit); playlists.ReasonOf(err) != "edit_missing" {
		t.Errorf("another person undoes it: %v", err)
	}
	late := d.edit(d.editor, library.Change{AddTags: []string{"muộn"}}, still)
	d.Clock.Add(library.UndoTime + time.Second)
	if _, err := d.Undo(t.Context(), d.editor, late.Edit); playlists.ReasonOf(err) != "edit_too_old" {
		t.Errorf("undone late: %v", err)
	}
}

func TestFewEditsAreKept(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.Media("one", d.editor, playlists.Terms{})
	first := d.edit(d.editor, library.Change{AddTags: []string{"0"}}, id)
	for i := range library.KeepEdits {
		d.Clock.Add(time.Second)
		d.edit(d.editor, library.Change{AddTags: []string{fmt.Sprint(i + 1)}}, id)
	}
	all, err := d.Edits(t.Context(), d.editor)
	if err != nil || len(all) != library.KeepEdits || slices.ContainsFunc(all, func(e library.Edit) bool { return e.ID == first.Edit }) {
		t.Errorf("%d edits are kept, %v", len(all), err)
	}
}

func TestChangesThatAreNone(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.Media("one", d.editor, playlists.Terms{})
	folder := d.folder("Một")
	d.Exec("update themes set retired_at = 1 where id = ?", border)
	one := []library.Seen{{Media: id, Mark: -1}}
	for _, c := range []struct {
		reason string
		seen   []library.Seen
		change library.Change
	}{
		{"change_empty", one, library.Change{}},
		{"selection_size", nil, library.Change{AddTags: []string{"x"}}},
		{"selection_size", make([]library.Seen, library.MaxMedia+1), library.Change{AddTags: []string{"x"}}},
		{"tag_unusable", one, library.Change{AddTags: []string{"a,b"}}},
		{"tag_unusable", one, library.Change{AddTags: []string{" "}}},
		{"theme_gone", one, library.Change{AddThemes: []playlists.ID{border}}},
		{"theme_gone", one, library.Change{AddThemes: []playlists.ID{playliststest.ID("never")}}},
		{"folder_missing", one, library.Change{Folder: ptr(playliststest.ID("never"))}},
	} {
		if _, err := d.Edit(t.Context(), d.editor, c.seen, c.change); playlists.ReasonOf(err) != c.reason {
			t.Errorf("%+v gives %v, want %s", c.change, err, c.reason)
		}
	}
	for reason, change := range map[string]library.Change{
		"validity_empty":   {ValidFrom: ptr(d.Clock.Now()), ValidUntil: ptr(d.Clock.Now().Add(-time.Hour))},
		"language_unknown": {Languages: &[]string{"xx"}},
	} {
		if out := d.edit(d.editor, change, id); !slices.Equal(reasons(out), []string{reason}) {
			t.Errorf("%+v is refused for %v", change, reasons(out))
		}
	}
	theirs := d.Media("theirs", d.foreign, playlists.Terms{})
	admin := d.Person("everywhere", "unit", playlists.Editor)
	if out := d.edit(admin, library.Change{Folder: &folder}, theirs); !slices.Equal(reasons(out), []string{"folder_of_other_unit"}) {
		t.Errorf("it lies in the folder of another unit: %+v", out)
	}
}

func TestFolders(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ctx := t.Context()
	an, duong, dong := d.folder("An toàn"), d.folder("Dương"), d.folder("Đồng")
	deep := an
	for _, name := range []string{"b", "c", "d", "e", "f"} {
		var err error
		if deep, err = d.AddFolder(ctx, d.editor, d.editor.Unit, deep, name); err != nil {
			t.Fatal(err)
		}
	}
	id := d.Media("one", d.editor, playlists.Terms{})
	d.edit(d.editor, library.Change{Folder: &duong}, id)
	_, tooDeep := d.AddFolder(ctx, d.editor, d.editor.Unit, deep, "g")
	_, same := d.AddFolder(ctx, d.editor, d.editor.Unit, "", "DƯƠNG")
	_, others := d.AddFolder(ctx, d.foreign, d.editor.Unit, "", "x")
	_, helpers := d.AddFolder(ctx, d.helper, d.editor.Unit, "", "x")
	for _, c := range []struct {
		reason string
		err    error
	}{
		{"folder_too_deep", tooDeep}, {"folder_name_taken", same}, {"right_missing", others}, {"right_missing", helpers},
		{"folder_below_itself", d.ChangeFolder(ctx, d.editor, an, &deep, nil)},
		{"folder_used", d.DeleteFolder(ctx, d.editor, duong)},
		{"folder_used", d.DeleteFolder(ctx, d.editor, an)},
		{"folder_missing", d.DeleteFolder(ctx, d.foreign, dong)},
		{"folder_missing", d.ChangeFolder(ctx, d.editor, an, ptr(playliststest.ID("never")), nil)},
	} {
		if playlists.ReasonOf(c.err) != c.reason {
			t.Errorf("%s: %v", c.reason, c.err)
		}
	}
	if err := d.ChangeFolder(ctx, d.editor, dong, &duong, ptr("Đồng Lộc")); err != nil {
		t.Fatal(err)
	}
	if err := d.DeleteFolder(ctx, d.editor, dong); err != nil {
		t.Fatal(err)
	}
	all, err := d.Folders(ctx, d.helper)
	if err != nil || len(all) != 7 || all[0].Name != "An toàn" || all[1].Name != "Dương" || all[1].Uses != 1 {
		t.Errorf("the folders are %+v, %v", all, err)
	}
	if all, err := d.Folders(ctx, d.foreign); err != nil || len(all) != 0 {
		t.Errorf("another unit sees %+v, %v", all, err)
	}
}

func TestTagsAreOfferedToWhoSeesThem(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.edit(d.editor, library.Change{AddTags: []string{"Biên giới", "lễ"}}, d.Media("one", d.editor, playlists.Terms{}))
	d.edit(d.editor, library.Change{AddTags: []string{"biên giới"}}, d.Media("two", d.editor, playlists.Terms{}))
	got, err := d.Tags(t.Context(), d.helper)
	if err != nil || len(got) != 2 || got[0].Text != "Biên giới" || got[0].Uses != 2 {
		t.Errorf("the tags are %+v, %v", got, err)
	}
	if got, err := d.Tags(t.Context(), d.foreign); err != nil || len(got) != 0 {
		t.Errorf("another unit is offered %+v, %v", got, err)
	}
}
