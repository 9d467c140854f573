package planning_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"cotmoc/controller/internal/planning"
	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/schedule"
)

// desk is a world in which somebody plans.
type desk struct {
	*sqlstoretest.World
	*planning.Service
	editor, colleague playlists.Actor
	published         *programme.Plan
	programmes        map[playlists.ID]*programme.Loaded
}

func (d *desk) PublishedPlan(context.Context) (*programme.Plan, error) { return d.published, nil }

func (d *desk) Loaded(_ context.Context, screen playlists.ID, draft bool) (*programme.Loaded, error) {
	if l, ok := d.programmes[screen]; ok && !draft {
		return l, nil
	}
	return nil, playlists.Errorf(playlists.NotFound, "programme_missing", nil, "cannot find it")
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{World: sqlstoretest.New(t), programmes: map[playlists.ID]*programme.Loaded{}}
	d.Service = planning.New(planning.Config{Store: d.DB.Planning(), Published: d, Programmes: d, Now: d.Clock.Now, Random: rand.Reader})
	d.editor, d.colleague = d.Person("editor", "unit", playlists.Editor), d.Person("colleague", "unit", playlists.Editor)
	return d
}

func (d *desk) list(t *testing.T, a playlists.Actor, title string) planning.Playlist {
	t.Helper()
	p, err := d.AddPlaylist(t.Context(), a, title, "")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// items names media, ten seconds each.
func items(media ...playlists.ID) []playlists.Item {
	out := []playlists.Item{}
	for _, m := range media {
		out = append(out, playlists.Item{Media: m, Duration: 10 * time.Second, Transition: playlists.Cut})
	}
	return out
}

func TestEverySaveIsAVersion(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	m := d.World.Media("flag", d.editor, playlists.Terms{})
	p := d.list(t, d.editor, "Vòng lặp")
	save := func(a playlists.Actor, title string) {
		t.Helper()
		var err error
		if p, err = d.SavePlaylist(t.Context(), a, p.ID, p.Version, title, items(m)); err != nil {
			t.Fatal(err)
		}
	}
	save(d.editor, "Hai")   // soon after one's own: replaces 1
	save(d.colleague, "Ba") // somebody else's: 2 stays
	d.Clock.Add(6 * time.Minute)
	save(d.colleague, "Bốn") // later: 3 stays
	d.published = &programme.Plan{Entries: []programme.PlanEntry{{Playlist: p.Playlist}}}
	save(d.colleague, "Năm") // 4 is published: it stays
	l, err := d.Versions(t.Context(), d.editor, p.ID, planning.Page{Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, v := range l.Items {
		got = append(got, fmt.Sprint(v.Version, v.Title, v.Published))
	}
	if want := []string{"5Nămfalse", "4Bốntrue", "3Bafalse", "2Haifalse"}; !slices.Equal(got, want) || l.Total != 4 {
		t.Errorf("versions %v, want %v", got, want)
	}
	if p.Published != 4 || p.Version != 5 || p.UpdatedByName != d.colleague.Name {
		t.Errorf("playlist %+v", p)
	}
	back, err := d.RestorePlaylist(t.Context(), d.editor, p.ID, 2)
	if err != nil || back.Title != "Hai" || back.Version != 6 {
		t.Errorf("restored %+v, %v", back, err)
	}
	old, err := d.Version(t.Context(), d.editor, p.ID, 3)
	if err != nil || old.Title != "Ba" || len(old.Items) != 1 {
		t.Errorf("version 3 is %+v, %v", old, err)
	}
}

func TestTwoEditorsDoNotOverwriteOneAnother(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	m := d.World.Media("flag", d.editor, playlists.Terms{})
	p := d.list(t, d.editor, "Vòng lặp")
	if _, err := d.SavePlaylist(t.Context(), d.editor, p.ID, p.Version, "Một", items(m)); err != nil {
		t.Fatal(err)
	}
	if _, err := d.SavePlaylist(t.Context(), d.colleague, p.ID, p.Version, "Hai", items(m)); playlists.ReasonOf(err) != "version_conflict" {
		t.Errorf("a save over another's: %v", err)
	}
	// A save that replaced one's own has another number too.
	if _, err := d.SavePlaylist(t.Context(), d.editor, p.ID, p.Version, "Ba", items(m)); playlists.ReasonOf(err) != "version_conflict" {
		t.Errorf("an old window of one's own: %v", err)
	}
	after, err := d.Playlist(t.Context(), d.editor, p.ID)
	if err != nil || after.Title != "Một" {
		t.Errorf("%+v, %v", after, err)
	}
	e, err := d.AddEntry(t.Context(), d.editor, body(p.ID))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.SaveEntry(t.Context(), d.editor, e.ID, e.Version, body(p.ID)); err != nil {
		t.Fatal(err)
	}
	if _, err := d.SaveEntry(t.Context(), d.colleague, e.ID, e.Version, body(p.ID)); playlists.ReasonOf(err) != "version_conflict" {
		t.Errorf("an entry over another's: %v", err)
	}
}

func body(list playlists.ID) planning.EntryBody {
	return planning.EntryBody{Title: "Hằng ngày", Playlist: list, Target: playlists.Target{Clusters: []playlists.ID{playliststest.ID("cautreo")}}, Enabled: true, Priority: 10}
}

func TestWhatCannotBeSaved(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	m := d.World.Media("flag", d.editor, playlists.Terms{})
	stranger := d.Granted("stranger", "other", playlists.Grant{Role: playlists.Editor, Unit: playliststest.ID("other")})
	theirs := d.World.Media("theirs", stranger, playlists.Terms{})
	local := d.Granted("local", "unit", playlists.Grant{Role: playlists.Editor, Unit: playliststest.ID("unit"), Cluster: playliststest.ID("cautreo")})
	reader := d.Person("reader", "unit", playlists.Inspector)
	p := d.list(t, d.editor, "Vòng lặp")
	long := make([]playlists.ID, playlists.MaxItems+1)
	for i := range long {
		long[i] = m
	}
	for name, test := range map[string]struct {
		by     playlists.Actor
		title  string
		items  []playlists.Item
		reason string
	}{
		"no title":                {d.editor, " ", items(m), "text_empty"},
		"too many items":          {d.editor, "x", items(long...), "playlist_too_long"},
		"a flash of an item":      {d.editor, "x", []playlists.Item{{Media: m, Duration: time.Millisecond, Transition: playlists.Cut}}, "item_duration_out_of_range"},
		"an unknown transition":   {d.editor, "x", []playlists.Item{{Media: m, Duration: time.Second, Transition: "wipe"}}, "transition_unknown"},
		"an item that is twice":   {d.editor, "x", []playlists.Item{{ID: playliststest.ID("i"), Media: m, Duration: time.Second, Transition: playlists.Cut}, {ID: playliststest.ID("i"), Media: m, Duration: time.Second, Transition: playlists.Cut}}, "item_twice"},
		"media that is not there": {d.editor, "x", items(playliststest.ID("nothing")), "item_media_missing"},
		"media of another unit":   {local, "x", items(theirs), "item_media_missing"},
		"by a reader":             {reader, "x", items(m), "right_missing"},
		"by a stranger":           {stranger, "x", items(m), "playlist_missing"},
		"by nobody":               {playlists.Actor{}, "x", items(m), "login_required"},
	} {
		if _, err := d.SavePlaylist(t.Context(), test.by, p.ID, p.Version, test.title, test.items); playlists.ReasonOf(err) != test.reason {
			t.Errorf("%s: %v, want reason %q", name, err, test.reason)
		}
	}
	screen, far := playliststest.ID("screen"), playliststest.ID("screenb")
	for name, test := range map[string]struct {
		by     playlists.Actor
		change func(*planning.EntryBody)
		reason string
	}{
		"nowhere":                  {d.editor, func(b *planning.EntryBody) { b.Target = playlists.Target{} }, "target_empty"},
		"an unknown cluster":       {d.editor, func(b *planning.EntryBody) { b.Target.Clusters[0] = playliststest.ID("moon") }, "target_unknown"},
		"an unknown screen":        {d.editor, func(b *planning.EntryBody) { b.Target.Screens = []playlists.ID{playliststest.ID("moon")} }, "target_unknown"},
		"an empty tag":             {d.editor, func(b *planning.EntryBody) { b.Target.Tags = []string{" "} }, "tag_malformed"},
		"beyond the priorities":    {d.editor, func(b *planning.EntryBody) { b.Priority = 101 }, "priority_out_of_range"},
		"a rule that ends first":   {d.editor, func(b *planning.EntryBody) { b.Rule = schedule.Rule{From: "2026-02-02", Until: "2026-02-01"} }, "rule_ends_before_start"},
		"an unknown playlist":      {d.editor, func(b *planning.EntryBody) { b.Playlist = playliststest.ID("none") }, "playlist_missing"},
		"one's own cluster":        {local, func(b *planning.EntryBody) { b.Target.Screens = []playlists.ID{screen} }, ""},
		"another cluster":          {local, func(b *planning.EntryBody) { b.Target.Clusters = []playlists.ID{playliststest.ID("vungang")} }, "right_missing"},
		"a screen elsewhere":       {local, func(b *planning.EntryBody) { b.Target.Screens = []playlists.ID{far} }, "right_missing"},
		"tags, which are all over": {local, func(b *planning.EntryBody) { b.Target.Tags = []string{"sảnh"} }, "tags_need_all_clusters"},
		"by a reader":              {reader, func(*planning.EntryBody) {}, "right_missing"},
	} {
		b := body(p.ID)
		test.change(&b)
		if _, err := d.AddEntry(t.Context(), test.by, b); playlists.ReasonOf(err) != test.reason || (err == nil) != (test.reason == "") {
			t.Errorf("%s: %v, want reason %q", name, err, test.reason)
		}
	}
	far1 := body(p.ID)
	far1.Target = playlists.Target{Screens: []playlists.ID{far}}
	e, err := d.AddEntry(t.Context(), d.editor, far1)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.DeleteEntry(t.Context(), local, e.ID); playlists.ReasonOf(err) != "right_missing" {
		t.Errorf("taking another cluster's entry away: %v", err)
	}
	if _, err := d.SaveEntry(t.Context(), local, e.ID, 0, body(p.ID)); playlists.ReasonOf(err) != "right_missing" {
		t.Errorf("moving another cluster's entry here: %v", err)
	}
	if err := d.DeletePlaylist(t.Context(), d.editor, p.ID); playlists.ReasonOf(err) != "playlist_in_use" {
		t.Errorf("deleting what plays: %v", err)
	}
	d.Exec(`update screens set revoked_at = 1 where id = ?`, far)
	if _, err := d.SaveEntry(t.Context(), d.editor, e.ID, 0, far1); err != nil {
		t.Errorf("an entry whose screen was revoked since cannot be saved: %v", err)
	}
}

func TestPlanIsWhatIsEnabled(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	m := d.World.Media("flag", d.editor, playlists.Terms{})
	p := d.list(t, d.editor, "Vòng lặp")
	p, err := d.SavePlaylist(t.Context(), d.editor, p.ID, p.Version, p.Title, items(m))
	if err != nil {
		t.Fatal(err)
	}
	on, err := d.AddEntry(t.Context(), d.editor, body(p.ID))
	if err != nil {
		t.Fatal(err)
	}
	d.Clock.Add(time.Second)
	off := body(p.ID)
	off.Enabled = false
	if _, err := d.AddEntry(t.Context(), d.editor, off); err != nil {
		t.Fatal(err)
	}
	plan, err := d.Plan(t.Context())
	if err != nil || len(plan.Entries) != 1 || plan.Entries[0].ID != on.ID || len(plan.Entries[0].Playlist.Items) != 1 || plan.Entries[0].Playlist.Version != p.Version {
		t.Fatalf("%+v, %v", plan, err)
	}
	d.published = plan
	state := func() (published, changed bool) {
		t.Helper()
		e, err := d.Service.Entry(t.Context(), d.editor, on.ID)
		if err != nil {
			t.Fatal(err)
		}
		return e.Published, e.Changed
	}
	if pub, changed := state(); !pub || changed {
		t.Errorf("just published: published %v, changed %v", pub, changed)
	}
	if p, err = d.SavePlaylist(t.Context(), d.editor, p.ID, p.Version, "Khác", items(m, m)); err != nil {
		t.Fatal(err)
	}
	if pub, changed := state(); !pub || !changed {
		t.Errorf("its playlist was saved: published %v, changed %v", pub, changed)
	}
	used, err := d.UsedIn(t.Context(), []playlists.ID{m})
	if err != nil || len(used[m]) != 1 || used[m][0].Title != "Khác" {
		t.Errorf("used in %+v, %v", used, err)
	}
}

func TestSlateLastsAndIsForAll(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	local := d.Granted("local", "unit", playlists.Grant{Role: playlists.Editor, Unit: playliststest.ID("unit")})
	draft := d.World.Media("draft", d.editor, playlists.Terms{})
	approved := func(word string, terms playlists.Terms) playlists.ID {
		b := playliststest.Approved(t, word, sqlstoretest.Picture(), terms)
		id := d.World.Media(word, d.editor, terms)
		d.Exec(`insert into approved (media_id, revision, approval, media, approved_at) values (?, 1, ?, ?, 1)`, id, b.Approval, jsonOf(t, b.Media))
		return id
	}
	for name, test := range map[string]struct {
		by     playlists.Actor
		media  playlists.ID
		reason string
	}{
		"good":                 {d.editor, approved("good", playlists.Terms{}), ""},
		"none":                 {d.editor, "", ""},
		"not approved":         {d.editor, draft, "media_not_approved"},
		"not there":            {d.editor, playliststest.ID("nothing"), "media_missing"},
		"it ends":              {d.editor, approved("ends", playlists.Terms{ValidUntil: playliststest.Now.AddDate(1, 0, 0)}), "slate_expires"},
		"for one cluster":      {d.editor, approved("narrow", playlists.Terms{Territory: []string{string(playliststest.ID("cautreo"))}}), "slate_not_everywhere"},
		"by one unit's editor": {local, draft, "slate_needs_all"},
		"by nobody":            {playlists.Actor{}, draft, "login_required"},
	} {
		if _, err := d.SetSlate(t.Context(), test.by, playlists.Landscape1080, test.media); playlists.ReasonOf(err) != test.reason {
			t.Errorf("%s: %v, want reason %q", name, err, test.reason)
		}
	}
	if _, err := d.SetSlate(t.Context(), d.editor, "16k", draft); playlists.ReasonOf(err) != "profile_unknown" {
		t.Errorf("an unknown profile: %v", err)
	}
}

func TestWeekShowsWhoWins(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	p := d.list(t, d.editor, "Vòng lặp")
	add := func(title string, priority int, r schedule.Rule) playlists.ID {
		t.Helper()
		b := body(p.ID)
		b.Title, b.Priority, b.Rule = title, priority, r
		e, err := d.AddEntry(t.Context(), d.editor, b)
		if err != nil {
			t.Fatal(err)
		}
		return e.ID
	}
	base := add("nền", 1, schedule.Rule{})
	day := add("lễ", 50, schedule.Rule{From: "2026-11-25", Until: "2026-11-25", Windows: []schedule.Window{{Start: "07:00", End: "19:00"}}})
	w, err := d.Week(t.Context(), d.editor, "2026-11-23", "", "")
	if err != nil || len(w.Days) != 7 || w.Days[6] != "2026-11-29" || len(w.Screens) != 2 {
		t.Fatalf("%+v, %v", w, err)
	}
	zone, err := time.LoadLocation(playlists.DefaultTimeZone)
	if err != nil {
		t.Fatal(err)
	}
	at := func(day, hour int) time.Time { return time.Date(2026, 11, day, hour, 0, 0, 0, zone) }
	want := []string{
		fmt.Sprint(base, at(23, 0).UTC(), at(25, 7).UTC(), true, 0),
		fmt.Sprint(day, at(25, 7).UTC(), at(25, 19).UTC(), true, 0),
		fmt.Sprint(base, at(25, 7).UTC(), at(25, 19).UTC(), false, 1),
		fmt.Sprint(base, at(25, 19).UTC(), at(30, 0).UTC(), true, 0),
	}
	var got []string
	for _, b := range w.Blocks {
		if b.Screen != playliststest.ID("screen") {
			t.Errorf("a block on %s, which nothing is planned for", b.Screen)
		}
		got = append(got, fmt.Sprint(b.Entry, b.Start.UTC(), b.End.UTC(), b.Wins, len(b.HiddenBy)))
	}
	if !slices.Equal(got, want) {
		t.Errorf("blocks\n%v, want\n%v", got, want)
	}
	if w, err := d.Week(t.Context(), d.editor, "2026-11-23", playliststest.ID("vungang"), ""); err != nil || len(w.Screens) != 1 || len(w.Blocks) != 0 {
		t.Errorf("the other cluster: %+v, %v", w, err)
	}
	for _, start := range []string{"", "23.11.2026", "0001-01-01"} {
		if _, err := d.Week(t.Context(), d.editor, start, "", ""); playlists.ReasonOf(err) != "date_malformed" {
			t.Errorf("from %q: %v", start, err)
		}
	}
}

func TestPreviewIsWhatTheScreenPlays(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	screen := playliststest.Screen()
	one := playliststest.Approved(t, "one", []byte("one"), playlists.Terms{})
	two := playliststest.Approved(t, "two", []byte("two"), playlists.Terms{})
	made := playliststest.Programme(t, screen, 1, schedule.Rule{Windows: []schedule.Window{{Start: "07:00", End: "19:00"}}}, true, one, two)
	accepted, err := programme.Verify(made.Envelope, programme.Trust{Screen: screen.ID, Keys: []programme.PublicKey{playliststest.PublicKey(1)}})
	if err != nil {
		t.Fatal(err)
	}
	loaded, missing, err := programme.Load(accepted, programme.Grounds{}, func(g playlists.Digest) ([]byte, bool) { b, ok := made.Objects[g]; return b, ok })
	if err != nil || len(missing) > 0 {
		t.Fatal(err, missing)
	}
	d.programmes[screen.ID] = loaded
	d.published = &programme.Plan{Entries: []programme.PlanEntry{{ID: playliststest.ID("entry"), Title: "Hằng ngày"}}}
	zone, err := time.LoadLocation(screen.TimeZone)
	if err != nil {
		t.Fatal(err)
	}
	morning := time.Date(2026, 11, 24, 7, 0, 12, 0, zone)
	p, err := d.Preview(t.Context(), d.editor, screen.ID, morning, false)
	if err != nil || !p.Playing || p.Now.Media != two.Media.ID || p.Now.EntryTitle != "Hằng ngày" || p.Now.Start != morning.Add(-2*time.Second) || len(p.Next) != 20 || p.Next[0].Media != one.Media.ID || len(p.Eligible) != 1 {
		t.Errorf("in the morning: %+v, %v", p, err)
	}
	night := time.Date(2026, 11, 24, 20, 0, 0, 0, zone)
	p, err = d.Preview(t.Context(), d.editor, screen.ID, night, false)
	if err != nil || p.Playing || p.Now.Media != one.Media.ID || len(p.Eligible) != 0 || p.Now.End.Before(night) {
		t.Errorf("at night the slate: %+v, %v", p, err)
	}
	p, err = d.Preview(t.Context(), d.editor, playliststest.ID("screenb"), night, false)
	if err != nil || p.Playing || p.Now.Media != "" {
		t.Errorf("a screen without a programme: %+v, %v", p, err)
	}
	local := d.Granted("local", "unit", playlists.Grant{Role: playlists.Editor, Cluster: playliststest.ID("cautreo")})
	if _, err := d.Preview(t.Context(), local, playliststest.ID("screenb"), night, false); playlists.ReasonOf(err) != "screen_missing" {
		t.Errorf("another cluster's screen: %v", err)
	}
}

func TestPlaylistsOfOnesOwnUnits(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	stranger := d.Granted("stranger", "other", playlists.Grant{Role: playlists.Editor, Unit: playliststest.ID("other")})
	d.list(t, d.editor, "Cầu Treo")
	d.list(t, stranger, "Vũng Áng")
	for who, want := range map[*playlists.Actor]int{&d.editor: 2, &stranger: 1} {
		l, err := d.Playlists(t.Context(), *who, planning.Page{Limit: 10})
		if err != nil || l.Total != want || len(l.Items) != want {
			t.Errorf("%s sees %+v, %v", who.Login, l, err)
		}
	}
	l, err := d.Playlists(t.Context(), d.editor, planning.Page{Text: "cau treo", Limit: 1})
	if err != nil || l.Total != 1 || l.Items[0].Title != "Cầu Treo" {
		t.Errorf("found %+v, %v", l, err)
	}
}

// jsonOf gives what the store keeps of an approved version.
func jsonOf(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
