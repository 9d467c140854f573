package releases

import (
	"slices"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// PlanState is how far a plan is.
type PlanState string

// The states.
const (
	Proposed PlanState = "proposed"
	Running  PlanState = "running"
	Paused   PlanState = "paused" // by a person
	Halted   PlanState = "halted" // by itself: Why says it
	Done     PlanState = "done"
	Ended    PlanState = "ended" // by a person, before its end
	Undone   PlanState = "undone"
)

// open tells whether a plan can still bring something.
func (s PlanState) open() bool {
	return s == Proposed || s == Running || s == Paused || s == Halted
}

// Why a plan halted by itself.
const (
	RolledBack = "rolled_back" // a screen went back to what ran before
	Refused    = "refused"     // a screen did not take it
	Dark       = "dark"        // a screen was away, or without a picture, too long
	Unsigned   = "unsigned"    // the charter does not let it stand any more
)

// MemberState is how far a screen of a plan is.
type MemberState string

// The states.
const (
	Waiting MemberState = "waiting" // its stage has not come
	Offered MemberState = "offered"
	Healthy MemberState = "healthy" // it shows its picture with the new version
	Absent  MemberState = "absent"  // away since its stage came; it holds nothing up
	Failed  MemberState = "failed"
	Left    MemberState = "left" // no screen of ours any more
)

// Member is a screen of a plan.
type Member struct {
	Screen  playlists.ID     `json:"screen"`
	Name    string           `json:"name"` // as it was that day
	Cluster playlists.ID     `json:"cluster"`
	Stage   int              `json:"stage"` // 0 the first screen, then the clusters in order
	State   MemberState      `json:"state"`
	Reason  string           `json:"reason"` // of Failed, as the screen said it
	Since   time.Time        `json:"since"`  // of State
	Epoch   uint64           `json:"epoch"`  // of its offer
	Counter uint64           `json:"counter"`
	Before  playlists.Digest `json:"before"` // release that was offered before, "" none
}

// Who did something when.
type Who struct {
	ID   playlists.ID `json:"id"`
	Name string       `json:"name"` // as it was that day
	At   time.Time    `json:"at"`
}

// Plan brings a release to clusters, one after another.
type Plan struct {
	ID       playlists.ID      `json:"id"`
	Release  playlists.Digest  `json:"release"` // payload
	Version  programme.Version `json:"version"`
	First    playlists.ID      `json:"first"`    // the screen that goes before all others
	Clusters []playlists.ID    `json:"clusters"` // in their order
	Soak     time.Duration     `json:"soak"`     // how long a stage must be healthy
	State    PlanState         `json:"state"`
	Stage    int               `json:"stage"` // that is under way
	Why      string            `json:"why"`   // of Halted
	Screen   playlists.ID      `json:"screen"`
	Members  []Member          `json:"members"`
	By       Who               `json:"by"`
	Started  Who               `json:"started"`
	Changed  Who               `json:"changed"` // by a person, the last time
	EndedAt  time.Time         `json:"ended_at"`
}

// clone gives a plan that can be changed.
func (p *Plan) clone() *Plan {
	out := *p
	out.Members = slices.Clone(p.Members)
	return &out
}

// step is what follows from what screens say: members to offer the release to,
// and members to offer what they had before.
type step struct {
	changed bool
	offer   []int
	back    []int
}

// advance moves a plan on by what its screens say now. dark remembers since
// when a screen is away.
func (p *Plan) advance(seen map[playlists.ID]Screen, dark map[playlists.ID]time.Time, now time.Time, limit time.Duration) step {
	var st step
	was := p.State
	for i := range p.Members {
		m := &p.Members[i]
		if m.Stage > p.Stage || m.State == Failed || m.State == Left || m.State == Waiting {
			continue
		}
		before := m.State
		s, ok := seen[m.Screen]
		why := ""
		if !ok {
			m.set(Left, now)
		} else {
			why = m.judge(&s, p.Version, dark, now, limit)
		}
		st.changed = st.changed || m.State != before
		if why != "" && p.State != Halted {
			p.State, p.Why, p.Screen = Halted, why, m.Screen
			st.changed = true
		}
	}
	switch p.State {
	case Halted:
		if was != Halted {
			st.back = p.unbegun(seen)
		}
	case Running:
		for p.passed(now) {
			st.changed = true
			if p.Stage++; p.Stage > len(p.Clusters) {
				p.State, p.EndedAt = Done, now
				break
			}
			st.offer = append(st.offer, p.begin(p.Stage, seen, now)...)
		}
	}
	return st
}

// judge says how a screen is with the release, and why its plan must halt, ""
// when it need not.
func (m *Member) judge(s *Screen, version programme.Version, dark map[playlists.ID]time.Time, now time.Time, limit time.Duration) (why string) {
	u := s.update()
	mine := u != nil && (u.Offer.Epoch > m.Epoch || u.Offer.Epoch == m.Epoch && u.Offer.Counter >= m.Counter)
	switch {
	case mine && u.State == wire.UpdateRolledBack:
		m.set(Failed, now)
		m.Reason = u.Reason
		return RolledBack
	case mine && u.State == wire.UpdateRefused:
		m.set(Failed, now)
		m.Reason = u.Reason
		return Refused
	case s.Online && mine && u.State == wire.UpdateConfirmed && s.Report.Version == string(version) && s.picture():
		m.set(Healthy, now)
		delete(dark, m.Screen)
		return ""
	}
	// Away, or there and blind although it takes itself for sound.
	if s.Online && !(mine && u.State == wire.UpdateConfirmed && !s.picture()) {
		delete(dark, m.Screen)
		m.set(Offered, now) // one that has come back is asked like the others
		return ""
	}
	since, away := dark[m.Screen]
	switch {
	case m.State == Absent:
	case !away:
		dark[m.Screen] = now
		m.set(Offered, now) // it has to be healthy anew
	case now.Sub(since) >= limit:
		m.set(Failed, now)
		m.Reason = Dark
		return Dark
	}
	return ""
}

func (m *Member) set(state MemberState, now time.Time) {
	if m.State != state {
		m.State, m.Since = state, now
	}
}

// passed tells whether the stage under way lets the next one begin.
func (p *Plan) passed(now time.Time) bool {
	if p.State != Running {
		return false
	}
	for i := range p.Members {
		m := &p.Members[i]
		if m.Stage > p.Stage {
			continue
		}
		switch m.State {
		case Left, Failed: // failed and looked at by a person since
		case Absent:
			if p.Stage == 0 {
				return false // the first one is what all others are judged by
			}
		case Healthy:
			if now.Sub(m.Since) < p.Soak {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// begin opens a stage and gives the members that are to be offered the release.
func (p *Plan) begin(stage int, seen map[playlists.ID]Screen, now time.Time) []int {
	var out []int
	for i := range p.Members {
		m := &p.Members[i]
		if m.Stage != stage || m.State != Waiting {
			continue
		}
		switch s, ok := seen[m.Screen]; {
		case !ok:
			m.set(Left, now)
			continue
		case !s.Online:
			m.set(Absent, now)
		default:
			m.set(Offered, now)
		}
		out = append(out, i)
	}
	return out
}

// unbegun gives the members that were offered the release and do not run it:
// they are not to begin.
func (p *Plan) unbegun(seen map[playlists.ID]Screen) []int {
	var out []int
	for i := range p.Members {
		m := &p.Members[i]
		s, ok := seen[m.Screen]
		if !ok || m.State != Offered && m.State != Absent {
			continue
		}
		if u := s.update(); u != nil && (u.State == wire.UpdateTrial || u.State == wire.UpdateConfirmed) && u.Version == p.Version {
			continue
		}
		out = append(out, i)
	}
	return out
}

// update is what a screen last said of its own update, nil for nothing.
func (s *Screen) update() *wire.Update {
	if s.Report == nil {
		return nil
	}
	return s.Report.Update
}

// picture tells whether something that was signed is on glass.
func (s *Screen) picture() bool {
	if s.Report == nil {
		return false
	}
	switch sh := &s.Report.Showing; sh.Kind {
	case wire.ShowItem, wire.ShowSlate:
		return sh.Rendition != ""
	case wire.ShowBulletin:
		return true
	}
	return false
}
