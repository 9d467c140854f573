package playlists

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func TestFold(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Cầu Treo":              "cau treo",
		"Cầu  TREO ":            "cau treo", // decomposed, spaced
		"Đường Hồ Chí Minh":     "duong ho chi minh",
		"Hoà bình":              "hoa binh",
		"Hòa bình":              "hoa binh",
		"Ưu đãi":                "uu dai",
		"ນ\u0ecd\u0eb2":         "ນ\u0eb3", // two spellings of the vowel am
		"ຍິນດີ":                 "ຍິນດີ",   // Lao marks carry meaning and stay
		"a\u202eb\x00c\td":      "abc d",
		"100 % Vũng Áng (2026)": "100 % vung ang (2026)",
	} {
		if got := Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestCleanTitle(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, want, reason string }{
		{"  Cổng\n chào ", "Cổng chào", ""},
		{"Ca\u0302\u0300u", "Cầu", ""},
		{strings.Repeat("ầ", MaxTitle), strings.Repeat("ầ", MaxTitle), ""},
		{strings.Repeat("ầ", MaxTitle+1), "", "text_too_long"},
		{" \u202e\x00 ", "", "text_empty"},
		{"bad \xff byte", "bad byte", ""},
	} {
		got, err := CleanTitle("title", c.in)
		if got != c.want || ReasonOf(err) != c.reason {
			t.Errorf("CleanTitle(%q) = %q, %v, want %q, %q", c.in, got, err, c.want, c.reason)
		}
	}
}

func TestIDs(t *testing.T) {
	t.Parallel()
	id, err := NewID(bytes.NewReader(bytes.Repeat([]byte{0xff}, 10)))
	if err != nil || id.Validate() != nil || id != "7777777777777777" {
		t.Fatalf("%q, %v", id, err)
	}
	if _, err := NewID(strings.NewReader("short")); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatalf("made an id of too little randomness: %v", err)
	}
	for _, bad := range []ID{"", "short", "AAAAAAAAAAAAAAAA", "aaaaaaaaaaaaaaa1", "aaaaaaaaaaaaaaa/", "../../etc/passwd", "aaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaa\r\n"} {
		if bad.Validate() == nil {
			t.Errorf("%q passes as an id", bad)
		}
	}
	for _, bad := range []Digest{"", Digest(strings.Repeat("A", 64)), Digest(strings.Repeat("a", 63)), Digest(strings.Repeat("g", 64)), Digest("../" + strings.Repeat("a", 61))} {
		if bad.Validate() == nil {
			t.Errorf("%q passes as a digest", bad)
		}
	}
	if d := DigestOf(nil); d.Validate() != nil {
		t.Errorf("%q does not pass as a digest", d)
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("outer: %w", Errorf(Conflict, "in_use", Params{"n": 2}, "cannot delete it: %w", io.EOF))
	if CodeOf(err) != Conflict || ReasonOf(err) != "in_use" || !errors.Is(err, io.EOF) {
		t.Fatalf("%v: code %q, reason %q", err, CodeOf(err), ReasonOf(err))
	}
	if CodeOf(nil) != "" || CodeOf(io.EOF) != Internal || ReasonOf(io.EOF) != "" {
		t.Fatal("other errors have a code or reason of their own")
	}
}

func TestMay(t *testing.T) {
	t.Parallel()
	a := Actor{ID: "p", Grants: []Grant{{Role: Editor, Unit: "u1"}, {Role: WatchOfficer, Cluster: "c1"}, {Role: Reviewer, Unit: "u2", Cluster: "c2"}}}
	for _, c := range []struct {
		right Right
		in    Scope
		want  bool
	}{
		{EditMedia, Scope{Unit: "u1"}, true},
		{EditMedia, Scope{Unit: "u2"}, false},
		{EditMedia, Scope{}, true},
		{ManagePeople, Scope{}, false},
		{Watch, Scope{Cluster: "c1"}, true},
		{Watch, Scope{Unit: "u2", Cluster: "c2"}, false},
		{ReviewMedia, Scope{Unit: "u2", Cluster: "c2"}, true},
		{ReviewMedia, Scope{Unit: "u2", Cluster: "c1"}, false},
		{ApproveMedia, Scope{}, false},
	} {
		if got := a.May(c.right, c.in); got != c.want {
			t.Errorf("May(%s, %+v) = %v", c.right, c.in, got)
		}
		if err := a.Require(c.right, c.in); (err == nil) != c.want || err != nil && CodeOf(err) != Forbidden {
			t.Errorf("Require(%s, %+v) = %v", c.right, c.in, err)
		}
	}
	if CodeOf(Actor{Grants: a.Grants}.Require(Watch, Scope{})) != Unauthenticated {
		t.Error("nobody may watch")
	}
	r := a.Reach(Watch)
	if r.All || len(r.Units) != 1 || len(r.Clusters) != 1 || !a.Reach(ManagePeople).None() || !(Actor{ID: "x", Grants: []Grant{{Role: Approver}}}).Reach(ApproveMedia).All {
		t.Errorf("reach %+v", r)
	}
	if len((Actor{}).Rights()) != 0 {
		t.Error("the zero actor has rights")
	}
}

// No role both makes and judges: the same account could not be author,
// reviewer and approver of one media by one grant.
func TestNoRoleJudgesItsOwnWork(t *testing.T) {
	t.Parallel()
	for _, role := range Roles() {
		n := 0
		for _, r := range []Right{AddMedia, ReviewMedia, ApproveMedia} {
			if (Actor{ID: "p", Grants: []Grant{{Role: role}}}).May(r, Scope{}) {
				n++
			}
		}
		if n > 1 {
			t.Errorf("%s holds %d of making, reviewing and approving", role, n)
		}
		if rights(role) == nil {
			t.Errorf("%s has no rights", role)
		}
	}
}

func TestTerms(t *testing.T) {
	t.Parallel()
	c := string(ID("aaaaaaaaaaaaaaaa"))
	at := time.Date(2026, 9, 2, 0, 0, 0, 0, time.UTC)
	for _, x := range []struct {
		name   string
		terms  Terms
		reason string
	}{
		{"everywhere", Terms{Territory: []string{"*"}, Languages: []string{"vi", "lo", "en"}}, ""},
		{"one cluster for a day", Terms{Territory: []string{c}, ValidFrom: at, ValidUntil: at.AddDate(0, 0, 1)}, ""},
		{"nowhere", Terms{}, "territory_empty"},
		{"everywhere and one", Terms{Territory: []string{"*", c}}, "territory_mixed"},
		{"no such cluster", Terms{Territory: []string{"gate"}}, "id_malformed"},
		{"a language we do not know", Terms{Territory: []string{"*"}, Languages: []string{"fr"}}, "language_unknown"},
		{"ends as it begins", Terms{Territory: []string{"*"}, ValidFrom: at, ValidUntil: at}, "validity_empty"},
	} {
		if got := ReasonOf(x.terms.Validate()); got != x.reason {
			t.Errorf("%s: reason %q, want %q", x.name, got, x.reason)
		}
	}
	if (Terms{Territory: []string{c}}).Covers("b") || !(Terms{Territory: []string{"*"}}).Covers("b") || (Terms{}).Covers("b") {
		t.Error("territory covers wrongly")
	}
}

func TestPlaylistAndTarget(t *testing.T) {
	t.Parallel()
	item := Item{Media: "aaaaaaaaaaaaaaaa", Duration: time.Second, Transition: Cut}
	with := func(change func(*Item)) *Playlist { i := item; change(&i); return &Playlist{Items: []Item{i, item}} }
	for _, c := range []struct {
		name   string
		list   *Playlist
		reason string
	}{
		{"fine", with(func(*Item) {}), ""},
		{"empty", &Playlist{}, ""},
		{"too short", with(func(i *Item) { i.Duration = time.Second - 1 }), "item_duration_out_of_range"},
		{"too long", with(func(i *Item) { i.Duration = time.Hour + time.Millisecond }), "item_duration_out_of_range"},
		{"parts of a millisecond", with(func(i *Item) { i.Duration += time.Microsecond }), "item_duration_out_of_range"},
		{"wipe", with(func(i *Item) { i.Transition = "wipe" }), "transition_unknown"},
		{"no media", with(func(i *Item) { i.Media = "" }), "id_malformed"},
		{"too many", &Playlist{Items: make([]Item, MaxItems+1)}, "playlist_too_long"},
	} {
		if got := ReasonOf(c.list.Validate()); got != c.reason {
			t.Errorf("%s: reason %q, want %q", c.name, got, c.reason)
		}
	}
	if d := with(func(*Item) {}).Length(); d != 2*time.Second {
		t.Errorf("length %s", d)
	}

	s := &Screen{ID: "s", Cluster: "c", Tags: []string{"led", "ngoài trời"}}
	for _, c := range []struct {
		target Target
		want   bool
	}{
		{Target{Clusters: []ID{"c"}}, true}, {Target{Screens: []ID{"s"}}, true}, {Target{Tags: []string{"led"}}, true},
		{Target{Clusters: []ID{"d"}, Tags: []string{"kiosk"}}, false}, {Target{}, false},
	} {
		if got := c.target.Matches(s); got != c.want {
			t.Errorf("%+v matches %v", c.target, got)
		}
	}
	if ReasonOf(Target{}.Validate()) != "target_empty" || ReasonOf(Target{Tags: make([]string, 1001)}.Validate()) != "target_too_long" || (Target{Tags: []string{"a"}}).Validate() != nil {
		t.Error("targets validate wrongly")
	}
	if (Fit{Mode: Cover, X: 1.1}).Validate() == nil || (Fit{Mode: "stretch"}).Validate() == nil || (Fit{Mode: Contain}).Validate() != nil {
		t.Error("fits validate wrongly")
	}
}

// FuzzText holds what people type to its form: cleaning twice changes nothing,
// nothing that hides or reorders text is left, and folding is the same for
// every spelling of the same letters.
func FuzzText(f *testing.F) {
	f.Add("  Cầu\tTreo \n")
	f.Add("Ca\u0302\u0300u Treo")
	f.Add("a\u202egnp.exe")
	f.Add("A\x10\u0302")
	f.Add("\u0ec0\u0e81\u0eb2\u0ec0\u0ea5\u0ebb\u0eb2 \u0ecd\u0eb2")
	f.Add("\xff\xfe\x00")
	f.Fuzz(func(t *testing.T, s string) {
		c := Clean(s)
		if !utf8.ValidString(c) || !norm.NFC.IsNormalString(c) || Clean(c) != c {
			t.Fatalf("%q is cleaned to %q, and that to %q", s, c, Clean(c))
		}
		if strings.ContainsFunc(c, func(r rune) bool { return unicode.IsControl(r) || isBidiControl(r) }) {
			t.Fatalf("%q keeps a control character", c)
		}
		if title, err := CleanTitle("title", s); err == nil && (title != c || title == "" || utf8.RuneCountInString(title) > MaxTitle) {
			t.Fatalf("%q is the title %q", s, title)
		}
		if utf8.ValidString(s) && Fold(norm.NFD.String(s)) != Fold(norm.NFC.String(s)) {
			t.Fatalf("%q folds to %q and %q", s, Fold(norm.NFD.String(s)), Fold(norm.NFC.String(s)))
		}
	})
}

// Orders reach the screens at once: who may give which is a closed list.
func TestOrdersAreForFew(t *testing.T) {
	t.Parallel()
	for right, want := range map[Right][]Role{TakeDown: {Approver, Emergency}, IssueBulletin: {Emergency}, MakeSafe: {WatchOfficer}} {
		var got []Role
		for _, role := range Roles() {
			a := Actor{ID: "p", Grants: []Grant{{Role: role, Cluster: "c1"}}}
			if a.May(right, Scope{Cluster: "c1"}) {
				got = append(got, role)
			}
			if a.May(right, Scope{Cluster: "c2"}) {
				t.Errorf("%s reaches a cluster that is not theirs with %s", role, right)
			}
			if slices.Contains(a.Rights(), right) != slices.Contains(want, role) {
				t.Errorf("%s is told otherwise about %s", role, right)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s is for %v, want %v", right, got, want)
		}
	}
}
