package fleet

import (
	"context"
	"slices"
	"time"
	"unicode/utf8"

	"cotmoc/playlists"
)

// Bounds of a screen's tags.
const (
	maxTags = 20
	maxTag  = 40 // runes
)

// Filter chooses screens.
type Filter struct {
	Reach   playlists.Reach
	Today   string       // local date by which units operate clusters
	Query   string       // words of the name
	Cluster playlists.ID // "" for all
	Cursor  string       // of the page before
	Limit   int
}

// Page is a page of screens.
type Page struct {
	Screens []playlists.Screen
	Next    string // cursor of the next page, "" when this is the last
	Total   int
}

// RevokedCertificate is the certificate of a revoked screen.
type RevokedCertificate struct {
	DER []byte
	At  time.Time
}

// Screens lists the screens that the actor may see: those whose state, plans
// or equipment are their business.
func (s *Service) Screens(ctx context.Context, a playlists.Actor, f Filter) (Page, error) {
	f.Reach = union(a.Reach(playlists.Watch), a.Reach(playlists.ReadPlans), a.Reach(playlists.ManageScreens))
	if f.Reach.None() {
		return Page{}, a.Require(playlists.Watch, playlists.Scope{})
	}
	f.Today = s.Today()
	return s.o.Store.FindScreens(ctx, f)
}

func union(reaches ...playlists.Reach) playlists.Reach {
	var out playlists.Reach
	for _, r := range reaches {
		out.All = out.All || r.All
		out.Units = append(out.Units, r.Units...)
		out.Clusters = append(out.Clusters, r.Clusters...)
		out.Pairs = append(out.Pairs, r.Pairs...)
	}
	return out
}

// Screen gives one screen that the actor may see.
func (s *Service) Screen(a playlists.Actor, id playlists.ID) (Member, error) {
	m, ok := s.Member(id)
	scope := playlists.Scope{Unit: m.Unit, Cluster: m.Screen.Cluster}
	if !ok || !a.May(playlists.Watch, scope) && !a.May(playlists.ReadPlans, scope) && !a.May(playlists.ManageScreens, scope) {
		return Member{}, noScreen(id)
	}
	return m, nil
}

// ScreenChange is what changes about a screen; nil leaves it.
type ScreenChange struct {
	Name     *string
	Cluster  *playlists.ID
	Profile  *playlists.Profile
	Tags     *[]string
	TimeZone *string
}

// ChangeScreen changes a screen. What it plays changes with the next
// programme.
func (s *Service) ChangeScreen(ctx context.Context, a playlists.Actor, id playlists.ID, ch ScreenChange) (Member, error) {
	m, err := s.Screen(a, id)
	if err != nil {
		return Member{}, err
	}
	if err := a.Require(playlists.ManageScreens, playlists.Scope{Unit: m.Unit, Cluster: m.Screen.Cluster}); err != nil {
		return Member{}, err
	}
	screen := m.Screen
	if ch.Cluster != nil && *ch.Cluster != screen.Cluster {
		if s.o.Signed() {
			return Member{}, playlists.Errorf(playlists.Forbidden, "signature_required", nil, "cannot move a screen to another cluster without a signature: sign an order that places it there")
		}
		screen.Cluster = *ch.Cluster
	}
	if ch.Profile != nil {
		screen.Profile = *ch.Profile
	}
	if ch.Name != nil {
		screen.Name = *ch.Name
	}
	if ch.Tags != nil {
		screen.Tags = *ch.Tags
	}
	if ch.TimeZone != nil {
		screen.TimeZone = *ch.TimeZone
	}
	if err := s.checkScreen(a, &screen); err != nil {
		return Member{}, err
	}
	if err := s.o.Known(ctx, screen.Profile); err != nil {
		return Member{}, err
	}
	if err := s.o.Store.SaveScreen(s.audited(ctx, a, playlists.ScreenChanged, id, writtenScreen(screen)), screen); err != nil {
		return Member{}, err
	}
	return s.put(screen), nil
}

// Place moves a screen to another cluster, as a signed order says. Who may
// give such orders was judged there.
func (s *Service) Place(ctx context.Context, id, cluster playlists.ID) error {
	m, ok := s.Member(id)
	if !ok {
		return noScreen(id)
	}
	if _, ok := s.Operator(cluster); !ok {
		return noCluster(cluster)
	}
	if m.Screen.Cluster == cluster {
		return nil
	}
	m.Screen.Cluster = cluster
	if err := s.o.Store.SaveScreen(ctx, m.Screen); err != nil {
		return err
	}
	s.put(m.Screen)
	s.o.Log.Info("screen placed", "screen", id, "cluster", cluster)
	return nil
}

// checkScreen cleans a screen and refuses one that breaks a rule or would
// stand where the actor has no right.
func (s *Service) checkScreen(a playlists.Actor, screen *playlists.Screen) error {
	var err error
	if screen.Name, err = playlists.CleanTitle("name", screen.Name); err != nil {
		return err
	}
	s.mu.RLock()
	c, ok := s.clusters[screen.Cluster]
	s.mu.RUnlock()
	if !ok {
		return noCluster(screen.Cluster)
	}
	if err := a.Require(playlists.ManageScreens, c.scope(s.Today())); err != nil {
		return err
	}
	if err := screen.Profile.Validate(); err != nil {
		return err
	}
	if screen.TimeZone == "" {
		screen.TimeZone = playlists.DefaultTimeZone
	}
	if _, err := time.LoadLocation(screen.TimeZone); err != nil || screen.TimeZone == "Local" {
		return playlists.Errorf(playlists.Invalid, "zone_unknown", playlists.Params{"zone": screen.TimeZone}, "cannot use the time zone %.60q: write it as %s", screen.TimeZone, playlists.DefaultTimeZone)
	}
	screen.Tags, err = cleanTags(screen.Tags)
	return err
}

func cleanTags(tags []string) ([]string, error) {
	out := []string{}
	for _, t := range tags {
		t = playlists.Clean(t)
		if n := utf8.RuneCountInString(t); n == 0 || n > maxTag {
			return nil, playlists.Errorf(playlists.Invalid, "tag_malformed", playlists.Params{"tag": t, "max": maxTag}, "cannot use the tag %.60q: write 1 to %d characters", t, maxTag)
		}
		if !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	if len(out) > maxTags {
		return nil, playlists.Errorf(playlists.Invalid, "tags_too_many", playlists.Params{"max": maxTags}, "cannot give a screen %d tags: keep at most %d", len(out), maxTags)
	}
	slices.Sort(out)
	return out, nil
}

// put keeps a screen in memory and tells of it.
func (s *Service) put(screen playlists.Screen) Member {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.members[screen.ID]
	if m == nil {
		m = newMember(screen)
		s.members[screen.ID] = m
	}
	m.screen = screen
	s.tell(m)
	return s.place(m)
}

// Revoke ends a screen's trust: its connections end within seconds, and its
// certificate opens nothing any more. What it showed stays on record.
func (s *Service) Revoke(ctx context.Context, a playlists.Actor, id playlists.ID) error {
	m, err := s.Screen(a, id)
	if err != nil {
		return err
	}
	if err := a.Require(playlists.ManageScreens, playlists.Scope{Unit: m.Unit, Cluster: m.Screen.Cluster}); err != nil {
		return err
	}
	if err := s.o.Store.RevokeScreen(s.audited(ctx, a, playlists.ScreenRevoked, id, writtenScreen(m.Screen)), id, s.o.Now()); err != nil {
		return err
	}
	s.mu.Lock()
	delete(s.members, id)
	s.revoked[id] = true
	s.mu.Unlock()
	s.o.Observer.ScreenGone(id)
	s.o.Cut(context.WithoutCancel(ctx), id)
	s.o.Log.Info("screen revoked", "screen", id, "person", a.ID)
	return nil
}

// RevokedCertificates lists what no broker may let in.
func (s *Service) RevokedCertificates(ctx context.Context) ([]RevokedCertificate, error) {
	return s.o.Store.RevokedCertificates(ctx)
}

func noScreen(id playlists.ID) *playlists.Error {
	return playlists.Errorf(playlists.NotFound, "screen_missing", playlists.Params{"id": string(id)}, "cannot find the screen %.40q: choose one from the list of screens", string(id))
}
