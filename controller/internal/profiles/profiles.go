// Package profiles knows the screen shapes that this installation renders
// media for: those that everything is rendered for, those of its screens, and
// those that somebody has chosen.
package profiles

import (
	"context"
	"slices"
	"time"

	"cotmoc/playlists"
)

// MaxSite is how many walls of sites may be described: the whole library is
// rendered for each that is wanted.
const MaxSite = 8

// maxFailed bounds the list of what could not be rendered.
const maxFailed = 50

// Kept is what the store keeps of a profile: that of a wall, or that somebody
// has chosen a built-in one.
type Kept struct {
	Profile playlists.Profile
	Name    string // of a wall, as people call it
	Chosen  bool   // wanted although no screen has it
	By      playlists.ID
	ByName  string // as they are called now; read only
	At      time.Time
}

// Progress counts media by how far they are for a profile.
type Progress struct {
	Of        int // media that could be rendered for it
	Rendered  int
	Failed    int // could not be
	Undecided int // approved for other profiles, and rendered for this one without an approval
}

// Profile is a screen shape as the console shows it.
type Profile struct {
	Kept
	BuiltIn  bool
	Always   bool // every media is rendered for it
	Screens  int  // that have it
	Wanted   bool
	Progress Progress // zero of one that is not wanted
}

// Running is what is being rendered in the background now.
type Running struct {
	Media    playlists.ID
	Title    string
	Profile  playlists.Profile
	Progress float64 // 0..1 over all profiles of this media
}

// Failure is a media that could not be rendered for a profile.
type Failure struct {
	Media  playlists.ID
	Title  string
	Reason string
	Params playlists.Params
}

// Rendering is what happens in the background.
type Rendering struct {
	Waiting int // jobs, the running one with them
	Running *Running
	Failed  []Failure
}

// Store keeps profiles and counts what is there.
type Store interface {
	Kept(ctx context.Context) ([]Kept, error)
	// Put stores one in place of the same one.
	Put(ctx context.Context, k Kept) error
	Drop(ctx context.Context, p playlists.Profile) error
	// Screens counts the trusted screens by profile.
	Screens(ctx context.Context) (map[playlists.Profile]int, error)
	Progress(ctx context.Context, p playlists.Profile) (Progress, error)
	Rendering(ctx context.Context, most int) (Rendering, error)
}

// Config is what a Service needs; all fields must be set.
type Config struct {
	Store Store
	// Changed is told when another profile may be wanted; it answers fast.
	Changed func()
	// Retry has tried again what could not be rendered.
	Retry func(ctx context.Context) error
	Now   func() time.Time
}

// Service is the feature. It is safe for concurrent use.
type Service struct{ cfg Config }

// New makes a Service.
func New(cfg Config) *Service { return &Service{cfg: cfg} }

// Wanted lists the profiles that media are rendered for, in the order people
// see them.
func (s *Service) Wanted(ctx context.Context) ([]playlists.Profile, error) {
	all, err := s.list(ctx)
	if err != nil {
		return nil, err
	}
	var out []playlists.Profile
	for _, p := range all {
		if p.Wanted {
			out = append(out, p.Profile)
		}
	}
	return out, nil
}

// Known refuses a profile for a screen that nobody has described.
func (s *Service) Known(ctx context.Context, p playlists.Profile) error {
	if err := p.Validate(); err != nil || !p.Site() {
		return err
	}
	all, err := s.list(ctx)
	if err == nil && !slices.ContainsFunc(all, func(k Profile) bool { return k.Profile == p }) {
		err = playlists.Errorf(playlists.Invalid, "profile_unknown", playlists.Params{"profile": string(p)}, "cannot use the profile %s: nobody has described a screen of this size; describe it first", p)
	}
	return err
}

// List gives all profiles, with how far the library is for those wanted.
func (s *Service) List(ctx context.Context, a playlists.Actor) ([]Profile, error) {
	if a.ID == "" {
		return nil, a.Require(playlists.ReadMedia, playlists.Scope{})
	}
	all, err := s.list(ctx)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if !all[i].Wanted {
			continue
		}
		if all[i].Progress, err = s.cfg.Store.Progress(ctx, all[i].Profile); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Rendering tells what happens in the background, to those who manage screens.
func (s *Service) Rendering(ctx context.Context, a playlists.Actor) (Rendering, error) {
	if err := require(a); err != nil {
		return Rendering{}, err
	}
	return s.cfg.Store.Rendering(ctx, maxFailed)
}

// Retry has tried again what could not be rendered.
func (s *Service) Retry(ctx context.Context, a playlists.Actor) error {
	if err := require(a); err != nil {
		return err
	}
	if err := s.cfg.Retry(ctx); err != nil {
		return err
	}
	s.cfg.Changed()
	return nil
}

// Describe adds the profile of a wall of width × height pixels.
func (s *Service) Describe(ctx context.Context, a playlists.Actor, name string, width, height int) (Profile, error) {
	if err := require(a); err != nil {
		return Profile{}, err
	}
	p, err := playlists.SiteProfile(width, height)
	if err != nil {
		return Profile{}, err
	}
	if name, err = playlists.CleanTitle("name", name); err != nil {
		return Profile{}, err
	}
	all, err := s.list(ctx)
	if err != nil {
		return Profile{}, err
	}
	site := 0
	for _, k := range all {
		if k.Profile == p && k.Name != "" {
			return Profile{}, playlists.Errorf(playlists.Conflict, "profile_described", playlists.Params{"name": k.Name}, "cannot describe a screen of %d × %d pixels again: it is %q already", width, height, k.Name)
		}
		if k.Profile.Site() && k.Profile != p {
			site++
		}
	}
	if site >= MaxSite {
		return Profile{}, playlists.Errorf(playlists.Conflict, "profile_too_many", playlists.Params{"max": MaxSite}, "cannot describe more than %d sizes of screens: remove one that no screen has, or letterbox the wall into one of them", MaxSite)
	}
	return s.put(ctx, a, Kept{Profile: p, Name: name})
}

// Change is what changes about a profile; nil leaves it.
type Change struct {
	Name   *string // of a wall
	Chosen *bool
}

// Change renames the profile of a wall, or chooses a profile for which the
// library is rendered although no screen has it yet.
func (s *Service) Change(ctx context.Context, a playlists.Actor, p playlists.Profile, ch Change) (Profile, error) {
	if err := require(a); err != nil {
		return Profile{}, err
	}
	now, err := s.find(ctx, p)
	if err != nil {
		return Profile{}, err
	}
	k := now.Kept
	if ch.Name != nil && p.Site() {
		if k.Name, err = playlists.CleanTitle("name", *ch.Name); err != nil {
			return Profile{}, err
		}
	}
	if ch.Chosen != nil && !now.Always {
		k.Chosen = *ch.Chosen
	}
	return s.put(ctx, a, k)
}

// Drop forgets the profile of a wall that no screen has. Renditions stay: they
// are evidence.
func (s *Service) Drop(ctx context.Context, a playlists.Actor, p playlists.Profile) error {
	if err := require(a); err != nil {
		return err
	}
	now, err := s.find(ctx, p)
	switch {
	case err != nil:
		return err
	case now.BuiltIn:
		return playlists.Errorf(playlists.Conflict, "profile_built_in", playlists.Params{"profile": string(p)}, "cannot remove the profile %s: every installation has it", p)
	case now.Screens > 0:
		return playlists.Errorf(playlists.Conflict, "profile_in_use", playlists.Params{"screens": now.Screens}, "cannot remove the profile %s: %d screens have it; give them another first", p, now.Screens)
	}
	ctx = playlists.WithAct(ctx, &playlists.Act{At: s.cfg.Now(), By: a.ID, Kind: playlists.ProfileDropped, Detail: written{Profile: p, Name: now.Name}})
	if err := s.cfg.Store.Drop(ctx, p); err != nil {
		return err
	}
	s.cfg.Changed()
	return nil
}

// written is what the audit log keeps of a profile.
type written struct {
	Profile playlists.Profile `json:"profile"`
	Name    string            `json:"name,omitempty"`
	Chosen  bool              `json:"chosen,omitempty"`
}

func (s *Service) put(ctx context.Context, a playlists.Actor, k Kept) (Profile, error) {
	k.By, k.At = a.ID, s.cfg.Now()
	act := playlists.WithAct(ctx, &playlists.Act{At: k.At, By: a.ID, Kind: playlists.ProfileChanged, Detail: written{Profile: k.Profile, Name: k.Name, Chosen: k.Chosen}})
	if err := s.cfg.Store.Put(act, k); err != nil {
		return Profile{}, err
	}
	s.cfg.Changed()
	return s.find(ctx, k.Profile)
}

func (s *Service) find(ctx context.Context, p playlists.Profile) (Profile, error) {
	all, err := s.list(ctx)
	if err != nil {
		return Profile{}, err
	}
	if i := slices.IndexFunc(all, func(k Profile) bool { return k.Profile == p }); i >= 0 {
		return all[i], nil
	}
	return Profile{}, playlists.Errorf(playlists.NotFound, "profile_unknown", playlists.Params{"profile": string(p)}, "cannot find the profile %.40q: nobody has described a screen of this size", string(p))
}

// list joins what is built in, what is kept and what screens have.
func (s *Service) list(ctx context.Context) ([]Profile, error) {
	kept, err := s.cfg.Store.Kept(ctx)
	if err != nil {
		return nil, err
	}
	screens, err := s.cfg.Store.Screens(ctx)
	if err != nil {
		return nil, err
	}
	byName := map[playlists.Profile]Profile{}
	for _, p := range playlists.BuiltIn() {
		byName[p] = Profile{Kept: Kept{Profile: p}, BuiltIn: true, Always: slices.Contains(playlists.Profiles(), p)}
	}
	for _, k := range kept {
		p := byName[k.Profile]
		p.Kept = k
		byName[k.Profile] = p
	}
	for name, n := range screens {
		if name.Validate() != nil {
			continue // nothing can be rendered for it
		}
		p := byName[name]
		p.Profile, p.Screens = name, n
		byName[name] = p
	}
	var out []Profile
	for _, p := range byName {
		p.Wanted = p.Always || p.Chosen || p.Screens > 0
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b Profile) int { return playlists.CompareProfiles(a.Profile, b.Profile) })
	return out, nil
}

// require asks for the right over screens anywhere: a profile is for all.
func require(a playlists.Actor) error {
	if a.Reach(playlists.ManageScreens).None() {
		return a.Require(playlists.ManageScreens, playlists.Scope{})
	}
	return nil
}
