package sources

import (
	"context"
	"slices"
	"time"

	"cotmoc/playlists"
)

// Policy says what a changed page means for the approved media that came from
// it, before anybody has decided.
type Policy string

// The policies of a site.
const (
	HoldNone      Policy = "none"      // it stays on the screens
	HoldWithdrawn Policy = "withdrawn" // it is held when the site no longer has the page
	HoldChanged   Policy = "changed"   // or when the page says or shows something else
)

// Bounds on what a site may do to the screens: whoever controls it can have
// media left out, and must not be able to empty a programme.
const (
	mostHeld      = 10 // media of a site, placed within a day
	mostHeldStand = 20 // media of a site, at one time
	holdDay       = 24 * time.Hour
)

// Hold is an approved media that programmes leave out until a person decides
// what became of the page it came from.
type Hold struct {
	Page  playlists.ID // Watched.ID
	Why   Upstream     // Changed or Gone
	Since time.Time
}

// Ask is what a page asks for: that the media it names are held.
type Ask struct {
	Site string
	Why  Upstream
	At   time.Time
	IDs  []playlists.ID // of the holds, one for each of Watched.Media
	// All must not have more than these.
	MostSince   int
	Since       time.Time
	MostAtATime int
}

// Untold is a hold that was placed or has ended and that programmes do not yet
// go by.
type Untold struct {
	ID    playlists.ID
	Title string // of its media
	Ended time.Time
}

// HoldStore keeps policies and holds.
type HoldStore interface {
	// Policies gives the policies that were set, by site.
	Policies(ctx context.Context) (map[string]Policy, error)
	SetPolicy(ctx context.Context, site string, p Policy, by playlists.ID, at time.Time) error
	// HoldWatched is SetWatched, and holds the page's media in the same
	// transaction: all, or none when the site would have more than it may;
	// then it notes w as Flooded. When a person has decided since, it does
	// nothing, and clears the act's kind.
	HoldWatched(ctx context.Context, w *Watched, ask Ask) error
	// Holds gives what is held now.
	Holds(ctx context.Context) (map[playlists.ID]Hold, error)
	Untold(ctx context.Context) ([]Untold, error)
	Told(ctx context.Context, all []Untold) error
}

// Screens is told that other media are held than before.
type Screens interface {
	// Hold makes programmes without the media that are held now; title names
	// one that was not before.
	Hold(ctx context.Context, title string) error
	// Release makes programmes again after by has decided that title stays.
	Release(ctx context.Context, by playlists.Actor, title string) error
}

// heldAct is what the audit log keeps of media that are held, or would have
// been.
type heldAct struct {
	Name    string         `json:"name"` // of a media
	Site    string         `json:"site"`
	Address string         `json:"address"`
	Why     Upstream       `json:"why"`
	Media   []playlists.ID `json:"media"`
}

// asks tells what a page that has just changed asks for by its site's policy;
// nil when it asks for nothing.
func (s *Service) asks(ctx context.Context, w *Watched) (*Ask, error) {
	if len(w.Media) == 0 || w.State != Changed && w.State != Gone {
		return nil, nil
	}
	from, _, err := s.siteOf(ctx, w.Address)
	if err != nil {
		return nil, nil // nobody describes its site any more
	}
	all, err := s.cfg.Store.Policies(ctx)
	if err != nil {
		return nil, err
	}
	if p := all[from.ID]; p != HoldChanged && (p != HoldWithdrawn || w.State != Gone) {
		return nil, nil
	}
	ask := &Ask{Site: from.ID, Why: w.State, At: s.cfg.Now(), MostSince: mostHeld, MostAtATime: mostHeldStand}
	ask.Since = ask.At.Add(-holdDay)
	for range w.Media {
		id, err := playlists.NewID(s.cfg.Random)
		if err != nil {
			return nil, err
		}
		ask.IDs = append(ask.IDs, id)
	}
	return ask, nil
}

// keepSeen stores what became of a page whose state was before, and holds its
// media if that is its site's policy. Only a page that becomes another one
// asks for it, so that those beyond the bound do not follow one by one on the
// days after.
func (s *Service) keepSeen(ctx context.Context, w *Watched, before Upstream) error {
	if w.State == before {
		return s.cfg.Store.SetWatched(ctx, w)
	}
	ask, err := s.asks(ctx, w)
	if err != nil {
		return err
	}
	if ask == nil {
		return s.cfg.Store.SetWatched(ctx, w)
	}
	detail := heldAct{Name: w.Media[0].Title, Site: ask.Site, Address: w.Address, Why: ask.Why}
	for _, m := range w.Media {
		detail.Media = append(detail.Media, m.ID)
	}
	act := &playlists.Act{At: ask.At, Kind: playlists.SourceHeld, Subject: w.ID, Detail: detail}
	return s.cfg.Store.HoldWatched(playlists.WithAct(ctx, act), w, *ask)
}

// tellScreens has programmes made for holds that were placed or have ended; by
// is whoever ended them, if somebody has just done so.
func (s *Service) tellScreens(ctx context.Context, by playlists.Actor) error {
	all, err := s.cfg.Store.Untold(ctx)
	if err != nil || len(all) == 0 {
		return err
	}
	placed := slices.IndexFunc(all, func(u Untold) bool { return u.Ended.IsZero() })
	if placed >= 0 {
		err = s.cfg.Screens.Hold(ctx, all[placed].Title)
	} else {
		err = s.cfg.Screens.Release(ctx, by, all[0].Title)
	}
	if err != nil {
		return err // it is tried again
	}
	return s.cfg.Store.Told(ctx, all)
}

// Holds tells what is held, to callers that say it of media which they show
// anyway.
func (s *Service) Holds(ctx context.Context) (map[playlists.ID]Hold, error) {
	return s.cfg.Store.Holds(ctx)
}

// SetPolicy says what a site's changed pages mean for what came from them,
// from now on.
func (s *Service) SetPolicy(ctx context.Context, a playlists.Actor, site string, p Policy) error {
	if err := a.Require(playlists.ManagePeople, playlists.Scope{}); err != nil {
		return err
	}
	from, _, err := s.siteByID(ctx, site)
	if err != nil {
		return err
	}
	if !slices.Contains([]Policy{HoldNone, HoldWithdrawn, HoldChanged}, p) {
		return playlists.Errorf(playlists.Invalid, "policy_unknown", nil, "cannot go by the policy %.40q: choose none, withdrawn or changed", p)
	}
	at := s.cfg.Now()
	ctx = playlists.WithAct(ctx, &playlists.Act{At: at, By: a.ID, Kind: playlists.SitePolicy, Detail: policyAct{from.Name, site, p}})
	return s.cfg.Store.SetPolicy(ctx, site, p, a.ID, at)
}

// policyAct is what the audit log keeps of a policy.
type policyAct struct {
	Name   string `json:"name"`
	Site   string `json:"site"`
	Policy Policy `json:"policy"`
}
