package sources

import (
	"context"
	"errors"
	"time"

	"cotmoc/playlists"
)

// Bounds on saved searches.
const (
	mostHours = 7 * 24 // between two times
	maxWords  = 200
	// MostSearches is how many a unit may have.
	MostSearches = 30
)

// Search is a Query that is looked through again and again for a unit. What is
// new goes to the unit's tray and no further.
type Search struct {
	ID      playlists.ID
	Unit    playlists.ID
	Name    string
	Query   Query
	Every   time.Duration // whole hours
	Paused  bool
	Deleted bool // its finds still name it
	By      playlists.ID
	ByName  string // as they are called now; read only
	Created time.Time

	Next     time.Time // not before
	Last     time.Time // when it was looked through; zero before the first time
	Found    int       // pages that were new the last time
	Missed   int       // pages that could not be read the last time
	Waiting  int       // of its finds in the tray; read only
	Failures int       // in a row
	Trouble  *Trouble  // of the last time; nil when it went well
}

// Trouble is why something failed, in the console's words.
type Trouble struct {
	Reason string           `json:"reason"`
	Params playlists.Params `json:"params"`
}

// troubleOf keeps what people need of an error.
func troubleOf(err error) *Trouble {
	if e, ok := errors.AsType[*playlists.Error](err); ok {
		return &Trouble{e.Reason, e.Params}
	}
	return &Trouble{Reason: "internal"}
}

// SearchStore keeps saved searches.
type SearchStore interface {
	// AddSearch stores one: Conflict, reason "searches_full", when the unit has
	// most.
	AddSearch(ctx context.Context, s *Search, most int) error
	// Search gives one, deleted or not: NotFound, reason "search_missing".
	Search(ctx context.Context, id playlists.ID) (*Search, error)
	// ListSearches gives a unit reach's, by name, without the deleted ones.
	ListSearches(ctx context.Context, in playlists.Reach) ([]*Search, error)
	// ChangeSearch stores what people decide: paused, deleted, and when it is
	// looked through next.
	ChangeSearch(ctx context.Context, s *Search) error
	// SearchRun stores what became of looking through one and adds to how often
	// pages were tried in vain; what people decide stays as it is.
	SearchRun(ctx context.Context, s *Search, tried map[string]int) error
	// DueSearch gives the one that has waited longest; nil when none is due.
	DueSearch(ctx context.Context, now time.Time) (*Search, error)
	// Tried tells how often each page was tried in vain for a search.
	Tried(ctx context.Context, id playlists.ID) (map[string]int, error)
}

// SaveSearch has a list looked through every so often from now on.
func (s *Service) SaveSearch(ctx context.Context, a playlists.Actor, name string, q Query, hours int) (*Search, error) {
	unit, err := unitOf(a)
	if err != nil {
		return nil, err
	}
	if name, err = playlists.CleanTitle("name", name); err != nil {
		return nil, err
	}
	if hours < 1 || hours > mostHours {
		return nil, playlists.Errorf(playlists.Invalid, "search_every", playlists.Params{"max": mostHours},
			"cannot look every %d hours: choose 1 to %d", hours, mostHours)
	}
	q.Page, q.Words = 1, playlists.Clean(q.Words)
	if len([]rune(q.Words)) > maxWords {
		return nil, playlists.Errorf(playlists.Invalid, "text_too_long", playlists.Params{"field": "words", "max": maxWords}, "cannot look for more than %d characters: use fewer words", maxWords)
	}
	from, _, err := s.siteByID(ctx, q.Site)
	if err != nil {
		return nil, err
	}
	if _, _, err := addressOf(from, q); err != nil {
		return nil, err
	}
	id, err := playlists.NewID(s.cfg.Random)
	if err != nil {
		return nil, err
	}
	now := s.cfg.Now()
	made := &Search{ID: id, Unit: unit, Name: name, Query: q, Every: time.Duration(hours) * time.Hour, By: a.ID, Created: now, Next: now}
	if err := s.cfg.Store.AddSearch(ctx, made, MostSearches); err != nil {
		return nil, err
	}
	s.wakeUp()
	return s.cfg.Store.Search(ctx, id)
}

// Searches lists those of the person's units.
func (s *Service) Searches(ctx context.Context, a playlists.Actor) ([]*Search, error) {
	if _, err := unitOf(a); err != nil {
		return nil, err
	}
	return s.cfg.Store.ListSearches(ctx, a.Reach(playlists.AddMedia))
}

// PauseSearch stops or resumes one; a resumed one is looked through at once.
func (s *Service) PauseSearch(ctx context.Context, a playlists.Actor, id playlists.ID, paused bool) error {
	return s.changeSearch(ctx, a, id, func(x *Search) { x.Paused = paused })
}

// DeleteSearch takes one off the list, or back with deleted false. What it has
// found stays.
func (s *Service) DeleteSearch(ctx context.Context, a playlists.Actor, id playlists.ID, deleted bool) error {
	return s.changeSearch(ctx, a, id, func(x *Search) { x.Deleted = deleted })
}

func (s *Service) changeSearch(ctx context.Context, a playlists.Actor, id playlists.ID, change func(*Search)) error {
	x, err := s.cfg.Store.Search(ctx, id)
	if err == nil && !a.May(playlists.AddMedia, playlists.Scope{Unit: x.Unit}) {
		err = SearchMissing(id)
	}
	if err != nil {
		return err
	}
	before := *x
	change(x)
	if before.Paused && !x.Paused {
		x.Next, x.Failures = s.cfg.Now(), 0
	}
	if err := s.cfg.Store.ChangeSearch(ctx, x); err != nil {
		return err
	}
	s.wakeUp()
	return nil
}

// SearchMissing is the answer for a search that is not there, or not for this
// person.
func SearchMissing(id playlists.ID) error {
	return playlists.Errorf(playlists.NotFound, "search_missing", playlists.Params{"search": string(id)}, "cannot find this saved search: it was deleted or belongs to another unit")
}
