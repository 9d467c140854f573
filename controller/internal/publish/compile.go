package publish

import (
	"context"
	"slices"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// epoch is the only one until charters can raise it.
const epoch = 1

// made is a screen's programme as it was compiled, beside the one it has.
type made struct {
	screen   playlists.Screen
	compiled *programme.Compiled
	content  playlists.Digest
	before   *Programme // nil for a screen's first
}

func (m *made) changed() bool { return m.before == nil || m.before.Content != m.content }

// state is everything a compilation reads, read once.
type state struct {
	screens   []playlists.Screen
	latest    map[playlists.ID]Programme
	withdrawn []playlists.ID
}

func (s *Service) read(ctx context.Context) (*state, error) {
	var st state
	var err error
	if st.screens, err = s.cfg.Screens.Screens(ctx); err != nil {
		return nil, err
	}
	if st.latest, err = s.cfg.Store.LatestProgrammes(ctx); err != nil {
		return nil, err
	}
	st.withdrawn, err = s.cfg.Content.Withdrawn(ctx)
	return &st, err
}

// compileDraft compiles a plan for all screens in the actor's reach.
func (s *Service) compileDraft(ctx context.Context, a playlists.Actor, plan *programme.Plan, at time.Time) ([]made, error) {
	st, err := s.read(ctx)
	if err != nil {
		return nil, err
	}
	media, err := s.cfg.Content.Approved(ctx, plan.Media())
	if err != nil {
		return nil, err
	}
	var out []made
	for _, screen := range st.screens {
		if !a.May(playlists.Publish, playlists.Scope{Cluster: screen.Cluster}) {
			continue
		}
		m, err := s.compile(st, screen, plan, media, at)
		if err != nil {
			return nil, err
		}
		out = append(out, *m)
	}
	return out, nil
}

// compilePublished compiles for each screen the plan that its programme came
// from, or the newest published one, with what is approved now.
func (s *Service) compilePublished(ctx context.Context, at time.Time, only []playlists.ID) (map[playlists.ID][]made, error) {
	st, err := s.read(ctx)
	if err != nil {
		return nil, err
	}
	type approvedPlan struct {
		plan  programme.Plan
		media map[playlists.ID]programme.Approved
	}
	plans := map[playlists.ID]*approvedPlan{}
	newest, _, err := s.cfg.Store.PublishedPlan(ctx, "")
	if playlists.CodeOf(err) == playlists.NotFound {
		return nil, nil // nothing was ever published
	}
	if err != nil {
		return nil, err
	}
	out := map[playlists.ID][]made{}
	for _, screen := range st.screens {
		if len(only) > 0 && !slices.Contains(only, screen.ID) {
			continue
		}
		from := newest
		if p, ok := st.latest[screen.ID]; ok {
			from = p.Plan
		}
		ap := plans[from]
		if ap == nil {
			_, plan, err := s.cfg.Store.PublishedPlan(ctx, from)
			if err != nil {
				return nil, err
			}
			media, err := s.cfg.Content.Approved(ctx, plan.Media())
			if err != nil {
				return nil, err
			}
			ap = &approvedPlan{media: media, plan: plan.Only(func(id playlists.ID) bool { _, ok := media[id]; return ok })}
			plans[from] = ap
		}
		m, err := s.compile(st, screen, &ap.plan, ap.media, at)
		if err != nil {
			return nil, err
		}
		out[from] = append(out[from], *m)
	}
	return out, nil
}

// compile makes one screen's programme with the number after its last.
func (s *Service) compile(st *state, screen playlists.Screen, plan *programme.Plan, media map[playlists.ID]programme.Approved, at time.Time) (*made, error) {
	in := plan.Input(&screen, media, at)
	in.Epoch, in.Counter, in.Withdrawn = epoch, 1, st.withdrawn
	m := &made{screen: screen}
	if before, ok := st.latest[screen.ID]; ok {
		m.before, in.Counter = &before, before.Counter+1
	}
	var err error
	if m.compiled, err = programme.Compile(in); err != nil {
		return nil, err
	}
	bare := m.compiled.Programme
	bare.Counter, bare.IssuedAt = 0, 0
	b, err := programme.Marshal(bare)
	m.content = playlists.DigestOf(b)
	return m, err
}
