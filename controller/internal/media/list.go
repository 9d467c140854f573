package media

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"cotmoc/playlists"
)

// Query is what a person looks for.
type Query struct {
	Text     string
	States   []playlists.MediaState
	Kind     playlists.Kind
	Language string
	Mine     bool
	Theme    string // an id, what is below it too; Nowhere for what has none
	Folder   string // likewise
	Tag      string // in lower case
	Validity Validity
	Sort     Sort
	Cursor   string // Page.Next of the page before
	Limit    int    // 1 to MaxPage, 0 for a usual page
}

// Nowhere is the theme or folder of what has none.
const Nowhere = "-"

// Validity is where a media stands between the start and the end that its
// terms give it.
type Validity string

// The validities; "" is any.
const (
	Now    Validity = "now"
	Later  Validity = "later"
	Ending Validity = "ending" // within Soon
	Ended  Validity = "ended"
)

// Soon is how long before its end a media is said to expire soon.
const Soon = 7 * 24 * time.Hour

// Sort is an order of a list.
type Sort string

// The orders.
const (
	Newest  Sort = "newest"
	ByTitle Sort = "title"
)

// MaxPage is the most that one page holds.
const MaxPage = 200

// Filter is a Query as the store needs it.
type Filter struct {
	Viewer   Viewer
	Words    []string // folded; each begins a word of what is searched
	States   []playlists.MediaState
	Kind     playlists.Kind
	Language string
	Author   playlists.ID
	Theme    string
	Folder   string
	Tag      string
	Validity Validity
	At       time.Time // of validity
	Sort     Sort
	After    playlists.ID // the last media of the page before, "" from the start
	Limit    int
}

// Page is a part of a list.
type Page struct {
	Items []*Record
	Next  string // cursor, "" at the end
	Total int    // of all pages
}

// List finds media that the actor may see.
func (s *Service) List(ctx context.Context, a playlists.Actor, q Query) (*Page, error) {
	f := s.filter(a, q)
	if f.Limit <= 0 {
		f.Limit = 60
	}
	f.Limit = min(f.Limit, MaxPage)
	if q.Cursor != "" {
		f.After = playlists.ID(q.Cursor)
		if f.After.Validate() != nil {
			return nil, playlists.Errorf(playlists.Invalid, "cursor_malformed", nil, "cannot go on from this place in the list: begin again without a cursor")
		}
	}
	f.Limit++ // to see whether there is more
	items, total, err := s.cfg.Store.ListMedia(ctx, f)
	if err != nil {
		return nil, err
	}
	page := &Page{Items: items, Total: total}
	if len(items) == f.Limit {
		page.Items = items[:f.Limit-1]
		page.Next = string(page.Items[len(page.Items)-1].ID)
	}
	return page, nil
}

func (s *Service) filter(a playlists.Actor, q Query) Filter {
	f := Filter{
		Viewer: viewer(a), Words: Words(q.Text), States: q.States, Kind: q.Kind, Language: q.Language, Theme: q.Theme, Folder: q.Folder, Tag: q.Tag,
		Validity: q.Validity, At: s.cfg.Now(), Sort: q.Sort, Limit: q.Limit,
	}
	if q.Mine {
		f.Author = a.ID
	}
	if f.Sort == "" {
		f.Sort = Newest
	}
	return f
}

// Place is a media in an order, with its mark.
type Place struct {
	ID   playlists.ID
	Mark int
}

// MaxOrder is the most that one order holds.
const MaxOrder = 20000

// Order finds media that the actor may see and gives their places alone, all
// at once: for lists that show any part of themselves at any time, and for
// choosing all of them. more tells that there are others beyond MaxOrder.
func (s *Service) Order(ctx context.Context, a playlists.Actor, q Query) (places []Place, more bool, err error) {
	f := s.filter(a, q)
	f.Limit = MaxOrder + 1
	places, err = s.cfg.Store.OrderMedia(ctx, f)
	if len(places) > MaxOrder {
		return places[:MaxOrder], true, err
	}
	return places, false, err
}

// Some gives those of the media that are there and that the actor may see.
func (s *Service) Some(ctx context.Context, a playlists.Actor, ids []playlists.ID) ([]*Record, error) {
	all, err := s.cfg.Store.SomeMedia(ctx, ids[:min(len(ids), MaxPage)])
	return slices.DeleteFunc(all, func(r *Record) bool { return !MaySee(a, r) }), err
}

// maxWords bounds the words of one search; more find no less.
const maxWords = 8

// Words folds and splits what is searched for.
func Words(text string) []string {
	words := strings.FieldsFunc(playlists.Fold(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	})
	slices.Sort(words)
	words = slices.Compact(words)
	return words[:min(len(words), maxWords)]
}

// SearchText is what a media is found by: its folded words, each after a
// space.
func SearchText(r *Record) string {
	words := strings.FieldsFunc(playlists.Fold(r.Title+" "+r.Source.FileName+" "+r.Description), func(c rune) bool {
		return !unicode.IsLetter(c) && !unicode.IsDigit(c) && !unicode.IsMark(c)
	})
	return " " + strings.Join(words, " ")
}

// TitleKey sorts titles as Vietnamese does when compared byte by byte.
func TitleKey(title string) string {
	const digits = "0123456789abcdef"
	var buf collate.Buffer
	key := collate.New(language.Vietnamese, collate.IgnoreCase).KeyFromString(&buf, title)
	out := make([]byte, 0, 2*len(key))
	for _, c := range key {
		out = append(out, digits[c>>4], digits[c&15])
	}
	return string(out)
}
