package sources

import (
	"context"
	"slices"
	"time"

	"cotmoc/controller/internal/sources/read"
	"cotmoc/playlists"
)

// Upstream is where a page that approved media came from stands.
type Upstream string

// The states.
const (
	Same    Upstream = "same"
	Changed Upstream = "changed" // it says or shows something else
	Gone    Upstream = "gone"    // its site no longer has it
	Unread  Upstream = "unread"  // it could not be looked at for days
	LetGo   Upstream = "let_go"  // it is gone, and somebody has said that this is no matter
	Back    Upstream = "back"    // it was changed or gone and is what it was; media is still held for that
)

// Watched is a page that approved media of a unit came from.
type Watched struct {
	ID       playlists.ID
	Unit     playlists.ID
	Address  string           // canonical
	Taken    playlists.Digest // the page that the media was taken from
	Baseline playlists.Digest // Taken, or the newest that a person was content with
	ETag     string           // of the newest answer
	Modified string           // of the newest answer
	State    Upstream
	Now      playlists.Digest // of a changed one, as it is now
	Noticed  time.Time        // when the state began
	Checked  time.Time
	Next     time.Time
	Failures int            // in a row
	Trouble  *Trouble       // of the last time
	Flooded  bool           // its site had as much held as it may when this changed; read only
	Media    []WatchedMedia // read only
}

// Held tells whether media is held for it.
func (w *Watched) Held() bool {
	return slices.ContainsFunc(w.Media, func(m WatchedMedia) bool { return m.Held })
}

// WatchedMedia is an approved media that came from a page.
type WatchedMedia struct {
	ID      playlists.ID
	Title   string
	Preview playlists.Digest // a small picture of it, "" for none
	Held    bool             // until somebody decides
}

// UpstreamStore keeps which pages are looked after.
type UpstreamStore interface {
	// Unwatched gives pages of approved media that nobody looks after yet.
	Unwatched(ctx context.Context, limit int) ([]*Watched, error)
	AddWatched(ctx context.Context, w *Watched) error
	// DueWatched gives one that is due and still has approved media; nil when
	// there is none.
	DueWatched(ctx context.Context, now time.Time) (*Watched, error)
	// SetWatched stores what was seen, unless a person has decided since.
	SetWatched(ctx context.Context, w *Watched) error
	// Watched gives one: NotFound, reason "change_missing".
	Watched(ctx context.Context, id playlists.ID) (*Watched, error)
	// ListWatched gives those that a person has to look at and that still have
	// approved media, the oldest first.
	ListWatched(ctx context.Context, in playlists.Reach, limit int) ([]*Watched, error)
	// WatchedOf gives the page that an approved media came from: NotFound,
	// reason "change_missing".
	WatchedOf(ctx context.Context, media playlists.ID) (*Watched, error)
	// KeepWatched stores that a person is content with what was there then, and
	// ends the holds for it: Conflict, reason "change_newer", when it is
	// something else now.
	KeepWatched(ctx context.Context, w *Watched, then playlists.Digest) error
}

// Difference is a page as media was taken from it and as it is now.
type Difference struct {
	*Watched
	Site   string
	Before *read.Article
	After  *read.Article // nil of one that is gone or unread
	Keeps  bool          // the person may say that it is no matter
}

// pageType is what kept pages are read as: their own first bytes tell the rest.
const pageType = "text/html"

// ChangesMissing is the answer for a page that is not there, or not for this
// person.
func ChangesMissing(id playlists.ID) error {
	return playlists.Errorf(playlists.NotFound, "change_missing", playlists.Params{"change": string(id)}, "cannot find this page: it was decided already, or belongs to another unit")
}

// judges tells where a person is told of changed pages: where they prepare or
// decide media.
func judges(a playlists.Actor) playlists.Reach {
	var out playlists.Reach
	for _, r := range []playlists.Right{playlists.EditMedia, playlists.ReviewMedia, playlists.ApproveMedia} {
		in := a.Reach(r)
		out.All = out.All || in.All
		out.Units, out.Clusters, out.Pairs = append(out.Units, in.Units...), append(out.Clusters, in.Clusters...), append(out.Pairs, in.Pairs...)
	}
	if out.All {
		return playlists.Reach{All: true}
	}
	return out
}

// Changes lists the pages that somebody has to look at.
func (s *Service) Changes(ctx context.Context, a playlists.Actor) ([]*Watched, error) {
	in := judges(a)
	if in.None() {
		return nil, a.Require(playlists.ReviewMedia, playlists.Scope{})
	}
	const most = 50
	return s.cfg.Store.ListWatched(ctx, in, most)
}

// Change gives one with what differs.
func (s *Service) Change(ctx context.Context, a playlists.Actor, id playlists.ID) (*Difference, error) {
	w, err := s.change(ctx, a, id)
	if err != nil {
		return nil, err
	}
	d := &Difference{Watched: w, Keeps: mayKeep(a, w)}
	from, _, err := s.siteOf(ctx, w.Address)
	if err != nil {
		return nil, err
	}
	d.Site = from.ID
	if d.Before, err = s.keptArticle(ctx, from, w.Address, pageType, w.Baseline); err != nil {
		return nil, err
	}
	if w.State == Changed {
		d.After, err = s.keptArticle(ctx, from, w.Address, pageType, w.Now)
	}
	return d, err
}

func (s *Service) change(ctx context.Context, a playlists.Actor, id playlists.ID) (*Watched, error) {
	w, err := s.cfg.Store.Watched(ctx, id)
	if err != nil {
		return nil, err
	}
	in := playlists.Scope{Unit: w.Unit}
	if !a.May(playlists.EditMedia, in) && !mayKeep(a, w) {
		return nil, ChangesMissing(id)
	}
	return w, nil
}

// mayKeep tells that a person may judge the media of a page.
func mayKeep(a playlists.Actor, w *Watched) bool {
	in := playlists.Scope{Unit: w.Unit}
	return a.May(playlists.ReviewMedia, in) || a.May(playlists.ApproveMedia, in)
}

// KeepMedia says that what became of a page is no matter for the media that
// came from it. seen is what the person has looked at, "" of a page that is
// gone.
func (s *Service) KeepMedia(ctx context.Context, a playlists.Actor, id playlists.ID, seen playlists.Digest, reason string) error {
	w, err := s.change(ctx, a, id)
	if err != nil {
		return err
	}
	if !mayKeep(a, w) {
		return a.Require(playlists.ReviewMedia, playlists.Scope{Unit: w.Unit})
	}
	if reason, err = playlists.CleanTitle("reason", reason); err != nil {
		return err
	}
	if w.Now != seen || !slices.Contains([]Upstream{Changed, Gone, Back}, w.State) {
		return ChangeNewer(id)
	}
	was := w.State
	switch w.State {
	case Changed:
		w.State, w.Baseline, w.Now = Same, w.Now, ""
	case Gone:
		w.State = LetGo
	case Back:
		w.State = Same
	}
	at := s.cfg.Now()
	w.Noticed = at
	detail := keptAct{Address: w.Address, Was: was, Page: w.Baseline, Reason: reason, Held: w.Held()}
	if len(w.Media) > 0 {
		detail.Name = w.Media[0].Title
	}
	ctx = playlists.WithAct(ctx, &playlists.Act{At: at, By: a.ID, Kind: playlists.SourceKept, Subject: w.ID, Detail: detail})
	if err := s.cfg.Store.KeepWatched(ctx, w, seen); err != nil {
		return err
	}
	if err := s.tellScreens(playlists.WithAct(ctx, nil), a); err != nil {
		s.cfg.Log.ErrorContext(ctx, "programmes not made again after a hold; tried again within a minute", "page", w.Address, "error", err)
	}
	return nil
}

// LookAgain looks at the page that an approved media came from now, unless it
// was looked at within the last minute.
func (s *Service) LookAgain(ctx context.Context, a playlists.Actor, media playlists.ID) (*Watched, error) {
	if judges(a).None() {
		return nil, a.Require(playlists.ReviewMedia, playlists.Scope{})
	}
	s.checking.Lock()
	defer s.checking.Unlock()
	if err := s.watchFresh(ctx); err != nil {
		return nil, err
	}
	w, err := s.cfg.Store.WatchedOf(ctx, media)
	if err != nil {
		return nil, err
	}
	if w, err = s.change(ctx, a, w.ID); err != nil || s.cfg.Now().Sub(w.Checked) < time.Minute {
		return w, err
	}
	if err := s.check(ctx, w); err != nil {
		return nil, err
	}
	if err := s.tellScreens(ctx, playlists.Actor{}); err != nil {
		return nil, err
	}
	return s.cfg.Store.Watched(ctx, w.ID)
}

// ChangeNewer is the answer for a decision about what is no longer so.
func ChangeNewer(id playlists.ID) error {
	return playlists.Errorf(playlists.Conflict, "change_newer", playlists.Params{"change": string(id)}, "cannot keep it: the page is another one by now; look at it again")
}

// keptAct is what the audit log keeps of a person's content.
type keptAct struct {
	Name    string           `json:"name"` // of a media
	Address string           `json:"address"`
	Was     Upstream         `json:"was"`
	Page    playlists.Digest `json:"page"`
	Reason  string           `json:"reason"`
	Held    bool             `json:"held"` // it was held, and is not any more
}
