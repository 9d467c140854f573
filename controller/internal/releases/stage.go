package releases

import (
	"context"
	"slices"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// Wanted is a plan as somebody proposes it.
type Wanted struct {
	Release  playlists.Digest
	First    playlists.ID // screen
	Clusters []playlists.ID
	Soak     time.Duration
}

// Bounds of a plan.
const (
	maxClusters = 500
	maxSoak     = 7 * 24 * time.Hour
)

// Propose makes a plan that an administrator may start.
func (s *Service) Propose(ctx context.Context, a playlists.Actor, w Wanted) (*Plan, error) {
	screens := s.cfg.Fleet.Screens()
	if err := may(a, playlists.ManageReleases, screens, w.Clusters); err != nil {
		return nil, err
	}
	s.making.Lock()
	defer s.making.Unlock()
	if open := s.openPlan(); open != nil {
		return nil, playlists.Errorf(playlists.Conflict, "release_plan_open", playlists.Params{"version": string(open.Version)}, "cannot propose a plan while release %s is on its way: end that one first", open.Version)
	}
	r, err := s.ready(ctx, w.Release)
	if err != nil {
		return nil, err
	}
	id, err := playlists.NewID(s.cfg.Random)
	if err != nil {
		return nil, err
	}
	p := &Plan{ID: id, Release: r.Payload, Version: r.Version, First: w.First, Clusters: w.Clusters, Soak: w.Soak, State: Proposed, By: s.who(a)}
	if err := p.enlist(screens); err != nil {
		return nil, err
	}
	return p, s.save(ctx, a, p, playlists.ReleaseProposed, nil)
}

// enlist names the screens of the plan's clusters.
func (p *Plan) enlist(screens []Screen) error {
	unfit := func(problem string) error {
		return playlists.Errorf(playlists.Invalid, "release_plan_unfit", playlists.Params{"problem": problem}, "cannot use this plan: %s", problem)
	}
	switch {
	case len(p.Clusters) == 0 || len(p.Clusters) > maxClusters:
		return unfit("it names no clusters")
	case p.Soak < 0 || p.Soak > maxSoak:
		return unfit("a stage is watched for seven days at most")
	}
	p.Members = []Member{}
	first := false
	for stage, cluster := range p.Clusters {
		if slices.Contains(p.Clusters[:stage], cluster) {
			return unfit("it names a cluster twice")
		}
		for _, screen := range screens {
			if screen.Cluster != cluster {
				continue
			}
			m := Member{Screen: screen.ID, Name: screen.Name, Cluster: cluster, Stage: stage + 1, State: Waiting}
			if screen.ID == p.First {
				m.Stage, first = 0, true
			}
			p.Members = append(p.Members, m)
		}
	}
	if !first {
		return unfit("the screen that goes first is in none of its clusters")
	}
	slices.SortStableFunc(p.Members, func(a, b Member) int { return a.Stage - b.Stage })
	return nil
}

// ready gives a release that stands under the charter and has all its programs.
func (s *Service) ready(ctx context.Context, payload playlists.Digest) (*Release, error) {
	s.mu.RLock()
	found := s.find(payload)
	s.mu.RUnlock()
	if found == nil {
		return nil, missingRelease(payload)
	}
	charter, err := s.charter()
	if err != nil {
		return nil, err
	}
	if _, err := programme.VerifyRelease(found.Envelope, charter); err != nil {
		return nil, programme.Problem(err)
	}
	if lacks := s.lacks(ctx, found); len(lacks) > 0 {
		return nil, playlists.Errorf(playlists.Conflict, "release_incomplete", playlists.Params{"os": lacks[0].OS, "arch": lacks[0].Arch}, "cannot use release %s: its program for %s on %s is not here yet", found.Version, lacks[0].OS, lacks[0].Arch)
	}
	return found, nil
}

// Move is what a person does to a plan.
type Move string

// The moves.
const (
	Start  Move = "start"
	Pause  Move = "pause"
	Resume Move = "resume"
	End    Move = "end"
	Back   Move = "back" // offer every screen what it had before
)

// Act moves a plan. Everybody who manages releases may pause or end one; only
// an administrator lets code go to screens.
func (s *Service) Act(ctx context.Context, a playlists.Actor, id playlists.ID, move Move) (*Plan, error) {
	s.making.Lock()
	defer s.making.Unlock()
	s.mu.RLock()
	i := slices.IndexFunc(s.plans, func(p Plan) bool { return p.ID == id })
	s.mu.RUnlock()
	if i < 0 {
		if err := a.Require(playlists.ManageReleases, playlists.Scope{}); err != nil {
			return nil, err
		}
		return nil, playlists.Errorf(playlists.NotFound, "release_plan_missing", nil, "cannot find the plan %.40q", string(id))
	}
	p := s.plans[i].clone()
	right := playlists.StartReleases
	if move == Pause || move == End {
		right = playlists.ManageReleases
	}
	screens := s.cfg.Fleet.Screens()
	if err := may(a, right, screens, p.Clusters); err != nil {
		return nil, err
	}
	from := map[Move][]PlanState{
		Start: {Proposed}, Pause: {Running}, Resume: {Paused, Halted}, End: {Proposed, Running, Paused, Halted}, Back: {Running, Paused, Halted, Done, Ended},
	}[move]
	if !slices.Contains(from, p.State) || move == Back && i > 0 {
		return nil, playlists.Errorf(playlists.Conflict, "release_plan_state", playlists.Params{"state": string(p.State)}, "cannot do this to a plan that is %s", p.State)
	}
	if move == Start || move == Resume {
		if _, err := s.ready(ctx, p.Release); err != nil {
			return nil, err
		}
	}
	kind, offers, err := s.move(p, move, seenBy(screens))
	if err != nil {
		return nil, err
	}
	p.Changed = s.who(a)
	if move == Start {
		p.Started = p.Changed
	}
	return p, s.save(ctx, a, p, kind, offers)
}

// move changes a plan and makes the offers that follow.
func (s *Service) move(p *Plan, move Move, seen map[playlists.ID]Screen) (playlists.ActKind, []Offer, error) {
	now := s.cfg.Now().UTC()
	switch move {
	case Start:
		p.State, p.Stage = Running, 0
		if err := p.enlist(s.cfg.Fleet.Screens()); err != nil { // as they are today
			return "", nil, err
		}
		offers, err := s.offerAll(p, p.begin(0, seen, now), true)
		return playlists.ReleaseStarted, offers, err
	case Pause:
		p.State = Paused
		return playlists.ReleasePaused, nil, nil
	case Resume:
		again := []int{}
		for i := range p.Members {
			m := &p.Members[i]
			if m.Stage <= p.Stage && (m.State == Failed || p.State == Halted && (m.State == Offered || m.State == Absent)) {
				m.set(Offered, now)
				m.Reason = ""
				again = append(again, i)
			}
		}
		p.State, p.Why, p.Screen = Running, "", ""
		offers, err := s.offerAll(p, again, true)
		return playlists.ReleaseResumed, offers, err
	case Back:
		all := []int{}
		for i := range p.Members {
			if m := &p.Members[i]; m.State != Waiting && m.State != Left {
				all = append(all, i)
			}
		}
		p.State, p.EndedAt = Undone, now
		offers, err := s.offerAll(p, all, false)
		return playlists.ReleaseUndone, offers, err
	}
	offers := []Offer(nil)
	var err error
	if p.State == Running || p.State == Paused {
		offers, err = s.offerAll(p, p.unbegun(seen), false)
	}
	p.State, p.EndedAt = Ended, now
	return playlists.ReleaseEnded, offers, err
}

// look moves the open plan on, and signs offers anew that a charter, a key or
// other signatures have overtaken.
func (s *Service) look(ctx context.Context) error {
	s.making.Lock()
	defer s.making.Unlock()
	if err := s.refresh(ctx); err != nil {
		return err
	}
	open := s.openPlan()
	if open == nil || open.State == Proposed {
		return nil
	}
	now := s.cfg.Now().UTC()
	p, seen := open.clone(), seenBy(s.cfg.Fleet.Screens())
	before := p.State
	st := p.advance(seen, s.dark, now, s.cfg.Dark)
	if p.State == Running && !s.stands(p.Release) {
		p.State, p.Why, st.changed = Halted, Unsigned, true
		st.back = p.unbegun(seen)
	}
	if !st.changed {
		return nil
	}
	forward, err := s.offerAll(p, st.offer, true)
	if err != nil {
		return err
	}
	back, err := s.offerAll(p, st.back, false)
	if err != nil {
		return err
	}
	kind := playlists.ActKind("")
	switch {
	case p.State == Halted && before != Halted:
		kind = playlists.ReleaseHalted
		s.cfg.Log.Warn("release halted", "version", p.Version, "why", p.Why, "screen", p.Screen)
	case p.State == Done:
		kind = playlists.ReleaseFinished
	}
	return s.save(ctx, playlists.Actor{}, p, kind, append(forward, back...))
}

// stands tells whether the charter lets a release stand.
func (s *Service) stands(payload playlists.Digest) bool {
	r := s.find(payload)
	if r == nil {
		return false
	}
	_, err := programme.VerifyRelease(r.Envelope, s.cfg.Charters.Current())
	return err == nil
}

// save stores a plan with its offers, and what was done when somebody did it.
func (s *Service) save(ctx context.Context, a playlists.Actor, p *Plan, kind playlists.ActKind, offers []Offer) error {
	if kind != "" {
		ctx = playlists.WithAct(ctx, &playlists.Act{At: s.cfg.Now().UTC(), By: a.ID, Kind: kind, Subject: p.ID, Detail: struct {
			Version programme.Version `json:"version"`
			Release playlists.Digest  `json:"release"`
			Why     string            `json:"why"`
			Screen  playlists.ID      `json:"screen"`
		}{p.Version, p.Release, p.Why, p.Screen}})
	}
	ch := &Change{Plan: p, Offers: offers}
	if err := s.cfg.Store.Save(ctx, ch); err != nil {
		return err
	}
	s.mu.Lock()
	plans := slices.Clone(s.plans)
	if i := slices.IndexFunc(plans, func(o Plan) bool { return o.ID == p.ID }); i >= 0 {
		plans[i] = *p
	} else {
		plans = append([]Plan{*p}, plans...)
	}
	s.plans = plans[:min(len(plans), maxPast)]
	s.mu.Unlock()
	s.told(ch.Offers)
	return nil
}

// openPlan gives the plan that can still bring something, nil for none.
func (s *Service) openPlan() *Plan {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for i := range s.plans {
		if s.plans[i].State.open() {
			return &s.plans[i]
		}
	}
	return nil
}

func (s *Service) who(a playlists.Actor) Who {
	return Who{ID: a.ID, Name: a.Name, At: s.cfg.Now().UTC()}
}

func seenBy(screens []Screen) map[playlists.ID]Screen {
	out := map[playlists.ID]Screen{}
	for _, s := range screens {
		out[s.ID] = s
	}
	return out
}

// may asks for a right over every cluster that is named.
func may(a playlists.Actor, right playlists.Right, screens []Screen, clusters []playlists.ID) error {
	if err := a.Require(right, playlists.Scope{}); err != nil {
		return err
	}
	for _, c := range clusters {
		i := slices.IndexFunc(screens, func(s Screen) bool { return s.Cluster == c })
		in := playlists.Scope{Cluster: c}
		if i >= 0 {
			in.Unit = screens[i].Unit
		}
		if err := a.Require(right, in); err != nil {
			return err
		}
	}
	return nil
}
