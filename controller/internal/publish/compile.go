package publish

import (
	"context"
	"slices"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// firstEpoch is the one before the first charter, which goes on in it.
const firstEpoch = 1

// made is a screen's programme as it was compiled, beside the one it has.
type made struct {
	screen   playlists.Screen
	compiled *programme.Compiled
	content  playlists.Digest
	before   *Programme // nil for a screen's first
	on       programme.Grounds
}

func (m *made) changed() bool { return m.before == nil || m.before.Content != m.content }

// state is everything a compilation reads, read once.
type state struct {
	screens   []playlists.Screen
	latest    map[playlists.ID]Programme
	withdrawn []playlists.ID
	held      map[playlists.ID]bool
	charter   *programme.HeldCharter // nil before the first
	memo      *programme.Memo
	audit     programme.AuditHead
}

func (s *Service) read(ctx context.Context) (*state, error) {
	var st state
	var err error
	if st.charter = s.cfg.Charters.Current(); st.charter != nil {
		st.memo = s.memoOf(st.charter)
	}
	if st.audit, err = s.cfg.Audit.Head(ctx); err != nil {
		return nil, err
	}
	if st.screens, err = s.cfg.Screens.Screens(ctx); err != nil {
		return nil, err
	}
	if st.latest, err = s.cfg.Store.LatestProgrammes(ctx); err != nil {
		return nil, err
	}
	if st.withdrawn, err = s.cfg.Content.Withdrawn(ctx); err != nil {
		return nil, err
	}
	held, err := s.cfg.Content.Held(ctx)
	st.held = make(map[playlists.ID]bool, len(held))
	for _, id := range held {
		st.held[id] = true
	}
	return &st, err
}

// shown gives a plan without the items that are held. A slate stays: it is
// what stands when all else is left out.
func (st *state) shown(plan *programme.Plan) programme.Plan {
	out := plan.Only(func(id playlists.ID) bool { return !st.held[id] })
	out.Slates = plan.Slates
	return out
}

// memoOf gives what approvals were judged to be under a charter.
func (s *Service) memoOf(h *programme.HeldCharter) *programme.Memo {
	s.memoMu.Lock()
	defer s.memoMu.Unlock()
	if s.memo == nil || s.memoFor != h.Payload {
		s.memo, s.memoFor = programme.NewMemo(), h.Payload
	}
	return s.memo
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
	shown := st.shown(plan)
	in := shown.Input(&screen, media, at)
	in.Epoch, in.Counter, in.Withdrawn = firstEpoch, 1, st.withdrawn
	in.Charter, in.Kept, in.Memo = st.charter, s.cfg.Charters.Kept, st.memo
	in.Orders, in.Audit = s.cfg.Orders.Counter(screen.ID), st.audit
	if st.charter != nil {
		in.Epoch = st.charter.Epoch
	}
	m := &made{screen: screen, on: programme.Grounds{Charter: st.charter, Cluster: screen.Cluster, Memo: st.memo}}
	if before, ok := st.latest[screen.ID]; ok {
		m.before = &before
		if before.Epoch == in.Epoch { // counters begin anew in each
			in.Counter = before.Counter + 1
		}
	}
	var err error
	if m.compiled, err = programme.Compile(in); err != nil {
		return nil, err
	}
	// Only the next change of what is shown carries them on: that something was
	// logged or ordered is no reason for another programme.
	bare := m.compiled.Programme
	bare.Counter, bare.IssuedAt, bare.Orders, bare.Audit = 0, 0, 0, programme.AuditHead{}
	b, err := programme.Marshal(bare)
	m.content = playlists.DigestOf(b)
	return m, err
}
