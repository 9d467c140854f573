package checks_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cotmoc/controller/internal/checks"
	"cotmoc/controller/internal/objectstore"
	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
)

// desk is a Service over a real database whose library is a list.
type desk struct {
	*checks.Service
	*sqlstoretest.World
	t       *testing.T
	objects *objectstore.Dir
	media   map[playlists.ID]*checks.Subject
	editor  playlists.Actor
	foreign playlists.Actor
	watcher playlists.Actor
	// rejected is what was said of pages by a print like theirs.
	rejected map[uint64]checks.Rejection
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	objects, err := objectstore.OpenDir(t.TempDir(), objectstore.DirOptions{})
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{World: sqlstoretest.New(t), t: t, objects: objects, media: map[playlists.ID]*checks.Subject{}}
	d.editor = d.Granted("editor", "unit", playlists.Grant{Role: playlists.Editor, Unit: playliststest.ID("unit")})
	d.foreign = d.Granted("foreign", "other", playlists.Grant{Role: playlists.Editor, Unit: playliststest.ID("other")})
	d.watcher = d.Person("watcher", "unit", playlists.WatchOfficer)
	d.Service = checks.New(checks.Config{Store: d.DB.Checks(), Library: d, Rejections: d, Objects: objects, Now: d.Clock.Now, Log: slog.New(slog.DiscardHandler)})
	return d
}

// Subject implements checks.Library.
func (d *desk) Subject(_ context.Context, _ playlists.Actor, id playlists.ID) (*checks.Subject, error) {
	return d.media[id], nil
}

// LikeRejected implements checks.Rejections.
func (d *desk) LikeRejected(_ context.Context, _ playlists.Actor, print uint64) (out []checks.Rejection, _ error) {
	for p, r := range d.rejected {
		if d.Near(p, print) {
			out = append(out, r)
		}
	}
	return out, nil
}

// MaySee implements checks.Library.
func (d *desk) MaySee(a playlists.Actor, unit playlists.ID) bool { return a.Unit == unit }

// add brings a picture in, as its preview shows it.
func (d *desk) add(word string, by playlists.Actor, img image.Image, change func(*playlists.Media)) playlists.ID {
	d.t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 80}); err != nil {
		d.t.Fatal(err)
	}
	digest, _, err := d.objects.Put(d.t.Context(), &b)
	if err != nil {
		d.t.Fatal(err)
	}
	id := d.World.Media(word, by, playlists.Terms{})
	d.Exec("update media set preview = ? where id = ?", string(digest), string(id))
	m := playlists.Media{ID: id, Title: "Ảnh", Unit: by.Unit, Source: playlists.Source{Width: 3000, Height: 2000}}
	if change != nil {
		change(&m)
	}
	d.media[id] = &checks.Subject{Media: m, Preview: digest}
	return id
}

// scene is a picture that differs from those of other seeds.
func scene(w, h, seed int) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			fx, fy := float64(x)/float64(w), float64(y)/float64(h)
			v := uint8(255 * fx)
			for k := range 4 {
				cx, cy := float64((seed*37+k*53)%97)/97, float64((seed*61+k*29)%89)/89
				if (fx-cx)*(fx-cx)+(fy-cy)*(fy-cy) < 0.02 {
					v = uint8(40 * (k + 1) * (seed%3 + 1))
				}
			}
			img.SetRGBA(x, y, color.RGBA{v, uint8(255 * fy), v / 2, 255})
		}
	}
	return img
}

func (d *desk) of(a playlists.Actor, id playlists.ID) []checks.Notice {
	d.t.Helper()
	out, err := d.Of(d.t.Context(), a, id)
	if err != nil {
		d.t.Fatal(err)
	}
	return out
}

func kinds(notices []checks.Notice) []checks.Kind {
	var out []checks.Kind
	for _, n := range notices {
		out = append(out, n.Kind)
	}
	return out
}

func TestPicturesThatLookAlike(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	first := d.add("firsta", d.editor, scene(480, 270, 1), nil)
	again := d.add("againa", d.editor, scene(320, 180, 1), nil) // smaller, encoded anew
	other := d.add("otherb", d.editor, scene(480, 270, 2), nil)
	d.add("alienc", d.foreign, scene(480, 270, 1), nil)
	got := d.of(d.editor, again)
	if len(got) != 1 || got[0].Kind != checks.NearDuplicate || got[0].Media != first || got[0].State != playlists.Draft || got[0].Title == "" {
		t.Errorf("the same picture, smaller, gives %+v", got)
	}
	d.Exec("update media set deleted_at = 1 where id = ?", string(first))
	if got := d.of(d.editor, again); len(got) != 0 {
		t.Errorf("one that was deleted is still named: %+v", got)
	}
	// A picture that is not in the library is compared the same way.
	var small bytes.Buffer
	if err := jpeg.Encode(&small, scene(400, 225, 2), nil); err != nil {
		t.Fatal(err)
	}
	print, err := d.Print(small.Bytes())
	d.rejected = map[uint64]checks.Rejection{print: {Title: "Bài cũ", Reason: "Ảnh của nơi khác"}}
	if got := d.of(d.editor, other); len(got) != 1 || got[0].Kind != checks.Rejected || got[0].Title != "Bài cũ" || got[0].Note != "Ảnh của nơi khác" {
		t.Errorf("a picture that was rejected elsewhere gives %+v", got)
	}
	if got := d.of(d.editor, again); len(got) != 0 {
		t.Errorf("another picture was rejected elsewhere: %+v", got)
	}
	if err != nil {
		t.Fatal(err)
	}
	if like, err := d.Like(t.Context(), d.editor, []uint64{print, 0}); err != nil || len(like[0]) != 1 || like[0][0].Media != playliststest.ID("otherb") || len(like[1]) != 0 {
		t.Errorf("it looks like %+v, %v", like, err)
	}
	if _, err := d.Print([]byte("no picture")); err == nil {
		t.Error("what is no picture has a print")
	}
	// New bytes have a new print.
	d.add("newerd", d.editor, scene(480, 270, 3), nil)
	d.Exec("update media set preview = (select preview from media where id = ?) where id = ?", string(playliststest.ID("newerd")), string(again))
	if got := d.of(d.editor, again); len(got) != 1 || got[0].Media != playliststest.ID("newerd") {
		t.Errorf("after its bytes changed it gives %+v", got)
	}
}

func TestWhatIsLookedAtTwice(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for i, c := range []struct {
		name   string
		change func(*playlists.Media)
		want   []checks.Kind
	}{
		{"nothing", nil, nil},
		{"a small picture", func(m *playlists.Media) { m.Source.Width, m.Source.Height = 640, 360 }, []checks.Kind{checks.LowResolution}},
		{"a picture of a screen's own size", func(m *playlists.Media) { m.Source.Width, m.Source.Height = 1280, 720 }, nil},
		{"a small part of a large one", func(m *playlists.Media) { m.Excerpt.Crop = playlists.Crop{Width: 640, Height: 360} }, []checks.Kind{checks.LowResolution}},
		{"an upright one", func(m *playlists.Media) { m.Source.Width, m.Source.Height = 810, 1080 }, nil},
		{"a map", func(m *playlists.Media) { m.Title = "BẢN ĐỒ du lịch" }, []checks.Kind{checks.MapIslands}},
		{"a map in Chinese", func(m *playlists.Media) { m.Description = "越南地图" }, []checks.Kind{checks.MapIslands}},
		{"no map", func(m *playlists.Media) { m.Title = "Mapping the coast" }, nil},
		{"a name of the sea", func(m *playlists.Media) { m.Description = "Tàu cá trên biển Nam Trung Hoa." }, []checks.Kind{checks.WatchWord}},
		{"decomposed", func(m *playlists.Media) { m.Description = "bie\u0302\u0309n Nam Trung Hoa" }, []checks.Kind{checks.WatchWord}},
		{"other words with the same letters", func(m *playlists.Media) { m.Title = "Tạm xa quê" }, nil},
		{"a part of a longer word", func(m *playlists.Media) { m.Title = "Nansharp" }, nil},
	} {
		id := d.add("case"+string(rune('a'+i)), d.editor, scene(96, 54, 10+i), c.change)
		got := slices.DeleteFunc(d.of(d.editor, id), func(n checks.Notice) bool { return n.Kind == checks.NearDuplicate })
		if !slices.Equal(kinds(got), c.want) {
			t.Errorf("%s gives %+v", c.name, got)
		}
	}
}

func TestEditorsExtendTheWords(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.add("wordsa", d.editor, scene(96, 54, 1), func(m *playlists.Media) { m.Title = "Khai trương chợ Hàng Mới" })
	if err := d.AddWord(t.Context(), d.editor, "  chợ   hàng mới ", "Tên đúng là chợ Cầu Treo."); err != nil {
		t.Fatal(err)
	}
	if got := d.of(d.editor, id); len(got) != 1 || got[0].Word != "chợ hàng mới" || got[0].Note != "Tên đúng là chợ Cầu Treo." {
		t.Errorf("it gives %+v", got)
	}
	words, err := d.Words(t.Context(), d.editor)
	if err != nil || words[0].BuiltIn != true || words[len(words)-1].By != d.editor.ID || words[len(words)-1].ByName == "" {
		t.Errorf("the words are %+v, %v", words, err)
	}
	for _, c := range []struct {
		err    error
		reason string
	}{
		{d.AddWord(t.Context(), d.watcher, "abc", ""), "right_missing"}, {d.AddWord(t.Context(), d.editor, "a", ""), "word_length"},
		{d.AddWord(t.Context(), d.editor, string(bytes.Repeat([]byte("a"), 61)), ""), "word_length"},
		{d.AddWord(t.Context(), d.editor, "abc", string(bytes.Repeat([]byte("a"), 201))), "text_too_long"},
		{d.DropWord(t.Context(), d.watcher, "chợ hàng mới"), "right_missing"},
	} {
		if playlists.ReasonOf(c.err) != c.reason {
			t.Errorf("it gives %v, not %s", c.err, c.reason)
		}
	}
	if err := d.DropWord(t.Context(), d.editor, "chợ hàng mới"); err != nil {
		t.Fatal(err)
	}
	if got := d.of(d.editor, id); len(got) != 0 {
		t.Errorf("a word that was dropped gives %+v", got)
	}
}

// What to do about a built-in word is said in the reader's language.
func TestBuiltInWordsHaveHints(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	words, err := d.Words(t.Context(), d.editor)
	if err != nil || len(words) == 0 {
		t.Fatal(err)
	}
	for _, language := range []string{"vi", "en", "lo"} {
		text, err := os.ReadFile(filepath.Join("..", "console", "web", "src", "i18n", language, "checks.json"))
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range words {
			if w.Note != "" || w.Hint == "" || !strings.Contains(string(text), `"checks.note_`+string(w.Hint)+`"`) {
				t.Errorf("%q says %q, %q in %s", w.Text, w.Note, w.Hint, language)
			}
		}
	}
}
