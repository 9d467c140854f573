package shortlink_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"cotmoc/controller/internal/shortlink"
	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
)

const page = "https://www.vietnam.vn/cau-treo"

// house is a database with a media whose source names a code.
type house struct {
	*sqlstoretest.World
	*shortlink.Service
	author playlists.Actor
	media  playlists.ID
	code   string
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{World: sqlstoretest.New(t)}
	h.author = h.Person("author", "unit", playlists.Contributor)
	h.media = h.Media("flag", h.author, playlists.Terms{})
	zone, err := time.LoadLocation(playlists.DefaultTimeZone)
	if err != nil {
		t.Fatal(err)
	}
	h.Service = shortlink.New(shortlink.Config{Store: h.ShortLinks(), Base: "https://quet.example", Zone: zone, Now: h.Clock.Now, Random: rand.Reader, Log: slog.New(slog.DiscardHandler)})
	h.code = h.kept(t, shortlink.Link{Language: "lo", Page: page, Pages: map[string]string{"vi": page + "-vi", "en": page + "-en"}}, "flag")
	return h
}

func (h *house) kept(t *testing.T, l shortlink.Link, word string) string {
	t.Helper()
	address, err := h.Fresh(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Keep(t.Context(), address, l, playlists.DigestOf([]byte(word))); err != nil {
		t.Fatal(err)
	}
	return strings.TrimPrefix(address, "https://quet.example/q/")
}

// approve notes the media's version as approved, as decisions do.
func (h *house) approve() (withdraw func()) {
	media := fmt.Sprintf(`{"Source":{"SHA256":%q}}`, playlists.DigestOf([]byte("flag")))
	h.Exec("insert into approved (media_id, revision, approval, media, approved_at, charter) values (?, 1, '', ?, 1, 0)", h.media, media)
	return func() { h.Exec("delete from approved where media_id = ?", h.media) }
}

// leads is where a code leads a reader, "" for nowhere.
func (h *house) leads(t *testing.T, code, accept string) string {
	t.Helper()
	to, err := h.Follow(t.Context(), shortlink.Scan{Code: code, Accept: accept})
	if err != nil && playlists.ReasonOf(err) != "code_nowhere" {
		t.Fatal(err)
	}
	return to
}

// TestOnlyWhatIsApprovedLeads: a code leads while the approved version names it,
// not before, not after, and no code that another revision names.
func TestOnlyWhatIsApprovedLeads(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	later := h.kept(t, shortlink.Link{Language: "lo", Page: "https://evil.example/"}, "flag, changed")
	if to := h.leads(t, h.code, ""); to != "" {
		t.Errorf("a draft's code leads to %s", to)
	}
	withdraw := h.approve()
	if to := h.leads(t, h.code, ""); to != page {
		t.Errorf("an approved code leads to %q", to)
	}
	for _, code := range []string{later, "", "bcdfghj", h.code + "b", strings.Repeat("%", 7), "../../x"} {
		if to := h.leads(t, code, ""); to != "" {
			t.Errorf("%q leads to %s", code, to)
		}
	}
	if to := h.leads(t, strings.ToUpper(h.code), ""); to != page {
		t.Errorf("typed in capitals it leads to %q", to)
	}
	withdraw()
	if to := h.leads(t, h.code, ""); to != "" {
		t.Errorf("a withdrawn code leads to %s", to)
	}
}

// TestACodeNeverLeadsElsewhere: what two people approved stays where it leads.
func TestACodeNeverLeadsElsewhere(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	err := h.Keep(t.Context(), "https://quet.example/q/"+h.code, shortlink.Link{Language: "lo", Page: "https://evil.example/"}, playlists.DigestOf([]byte("flag")))
	if playlists.ReasonOf(err) != "code_taken" {
		t.Errorf("Keep = %v", err)
	}
	h.approve()
	if to := h.leads(t, h.code, "lo"); to != page {
		t.Errorf("it leads to %q", to)
	}
}

// TestReadersLanguage: the first language that a reader wants and that there
// is; the page of the slide's own language for everybody else.
func TestReadersLanguage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.approve()
	for accept, want := range map[string]string{
		"": page, "lo": page, "lo-LA,en;q=0.8": page, "en-US,en;q=0.9": page + "-en", "vi": page + "-vi",
		"en;q=0.2, vi;q=0.9": page + "-vi", "th, zh;q=0.9": page, "th,en;q=0.5": page + "-en", "en;q=0,vi": page + "-vi",
		"nonsense;;": page, strings.Repeat("en,", 200): page, "*": page,
	} {
		if got := h.leads(t, h.code, accept); got != want {
			t.Errorf("%.40q leads to %s, want %s", accept, got, want)
		}
	}
}

// TestScansAreCountedByDayAndLanguage, and by nothing else; machines that look
// ahead are not counted, and a store that fails loses nothing.
func TestScansAreCountedByDayAndLanguage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.approve()
	h.Clock.Add(time.Date(2026, 11, 26, 16, 59, 0, 0, time.UTC).Sub(h.Clock.Now()))
	scan := func(accept string, uncounted bool) {
		t.Helper()
		if _, err := h.Follow(t.Context(), shortlink.Scan{Code: h.code, Accept: accept, Uncounted: uncounted}); err != nil {
			t.Fatal(err)
		}
	}
	scan("en-GB", false)
	scan("en", false)
	scan("de, vi", false)
	scan("vi", true)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := h.Flush(ended); err == nil {
		t.Error("a flush that was cut off went well")
	}
	if err := h.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.Clock.Add(time.Minute) // the next day begins in Vietnam
	scan("en", false)
	got, err := h.Uses(t.Context(), h.author, h.media, 30)
	if err != nil {
		t.Fatal(err)
	}
	want := []shortlink.Count{{Day: "2026-11-26", Language: "en", Scans: 2}, {Day: "2026-11-26", Language: "other", Scans: 1}, {Day: "2026-11-27", Language: "en", Scans: 1}}
	if len(got) != 1 || got[0].Media != h.media || !slices.Equal(got[0].Counts, want) {
		t.Errorf("Uses = %+v", got)
	}
	if got, err = h.Uses(t.Context(), h.author, "", 1); err != nil || len(got) != 1 || !slices.Equal(got[0].Counts, want[2:]) {
		t.Errorf("of today: %+v, %v", got, err)
	}
	stranger := h.Granted("stranger", "other", playlists.Grant{Role: playlists.Editor, Unit: playliststest.ID("other")})
	if got, err = h.Uses(t.Context(), stranger, "", 30); err != nil || len(got) != 0 {
		t.Errorf("another unit sees %+v, %v", got, err)
	}
}

// slow is a store whose writing takes until it is let go on.
type slow struct {
	shortlink.Store
	goOn    chan struct{}
	written bool
}

func (s *slow) Live(context.Context, string) (*shortlink.Link, error) {
	return &shortlink.Link{Page: page}, nil
}

func (s *slow) AddScans(context.Context, []shortlink.Count) error {
	<-s.goOn
	s.written = true
	return nil
}

func (s *slow) Uses(context.Context, playlists.ID, shortlink.Viewer, string, int) ([]shortlink.Used, error) {
	if !s.written {
		return nil, errors.New("read before it was written")
	}
	return nil, nil
}

// TestWhoReadsFindsWhatIsBeingWritten: two who look at once see the same.
func TestWhoReadsFindsWhatIsBeingWritten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := &slow{goOn: make(chan struct{})}
		s := shortlink.New(shortlink.Config{Store: store, Zone: time.UTC, Now: time.Now, Random: rand.Reader, Log: slog.New(slog.DiscardHandler)})
		if _, err := s.Follow(t.Context(), shortlink.Scan{Code: "bcdfghj"}); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			go func() {
				if _, err := s.Uses(t.Context(), playlists.Actor{}, "", 1); err != nil {
					t.Error(err)
				}
			}()
		}
		synctest.Wait()
		close(store.goOn)
		synctest.Wait()
	})
}

// TestBase: what a person types begins every code, or is refused.
func TestBase(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"https://Quet.example": "https://quet.example", "https://quet.example:8443/": "https://quet.example:8443", "http://127.0.0.1:8080": "http://127.0.0.1:8080",
		"http://quet.example": "", "https://a@quet.example": "", "https://quet.example/x": "", "https://quet.example?x": "", "quet.example": "", "javascript:alert(1)": "",
	} {
		got, err := shortlink.ParseBase(address)
		if got != want || (want == "") != (playlists.ReasonOf(err) == "scan_url_malformed") {
			t.Errorf("%s is %q, %v", address, got, err)
		}
	}
}
