package publish

import (
	"bytes"
	"context"
	"fmt"
	"io"
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

// check loads a compiled programme as an agent will and lists its objects.
func (s *Service) check(ctx context.Context, m made) ([]playlists.Digest, error) {
	l, err := s.load(ctx, &m)
	if err != nil {
		return nil, fmt.Errorf("cannot publish to screen %q: %w", m.screen.Name, err)
	}
	return l.Objects(), nil
}

// load signs and reads back a compiled programme through the one verifying
// path; only what passes it leaves the controller.
func (s *Service) load(ctx context.Context, m *made) (*programme.Loaded, error) {
	envelope, err := programme.Sign(&m.compiled.Programme, s.cfg.Key)
	if err != nil {
		return nil, err
	}
	return s.verify(ctx, m.screen.ID, envelope, m.compiled.Objects)
}

func (s *Service) verify(ctx context.Context, screen playlists.ID, envelope []byte, fresh map[playlists.Digest][]byte) (*programme.Loaded, error) {
	accepted, err := programme.Verify(envelope, programme.Trust{Screen: screen, Keys: []programme.PublicKey{s.PublicKey()}})
	if err != nil {
		return nil, err
	}
	var failed error
	loaded, missing, err := programme.Load(accepted, func(d playlists.Digest) ([]byte, bool) {
		if b, ok := fresh[d]; ok {
			return b, true
		}
		b, err := s.object(ctx, d)
		if err != nil {
			failed = err
		}
		return b, err == nil
	})
	if err == nil && len(missing) > 0 {
		err = fmt.Errorf("cannot find object %s: %w", missing[0], failed)
	}
	return loaded, err
}

func (s *Service) object(ctx context.Context, d playlists.Digest) ([]byte, error) {
	r, _, err := s.cfg.Objects.Open(ctx, d)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(io.LimitReader(r, programme.MaxObject+1))
}

func (s *Service) put(ctx context.Context, object []byte) error {
	_, _, err := s.cfg.Objects.Put(ctx, bytes.NewReader(object))
	return err
}
