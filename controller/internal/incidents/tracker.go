package incidents

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"cotmoc/playlists"
)

// key names what there is at most one open incident of.
type key struct {
	rule    Rule
	subject playlists.ID // a screen, or a cluster
}

// track follows one rule on one screen or cluster.
type track struct {
	cond   *condition // nil: good, as far as is known
	since  time.Time  // of cond
	held   bool       // nothing fresh is known
	begins []time.Time
	quiet  bool      // was counted in a window since it began
	dirty  bool      // inc has changed beside what is judged, and is not stored
	inc    *Incident // open, or closed and still of use; nil none
	unit   playlists.ID
	screen Named // no id for a cluster's
	place  Named // cluster
}

// screenState is what is remembered of a screen between two looks.
type screenState struct {
	seen     Seen
	fresh    bool // was heard since the tracker began
	boot     string
	lostAt   time.Time // when it was heard last before it was lost, zero: it is not
	lostBoot string
}

// tracker is the state machine of all incidents. It asks no clock, stores
// nothing and is for one goroutine: what it proposes holds once it was applied.
type tracker struct {
	specs    map[Rule]Spec
	byCode   map[string]Rule
	patience float64
	begun    time.Time
	newID    func() (playlists.ID, error)

	tracks  map[key]*track
	screens map[playlists.ID]*screenState
	facts   map[playlists.ID]Facts
	expiry  map[playlists.ID]time.Time // of certificates
	windows []Window

	// Of one step: screens whose loss belongs to a group, and those that are
	// lost by their cluster.
	members map[playlists.ID]bool
	lost    map[playlists.ID][]*track
}

// newTracker makes a tracker that goes on with the incidents that are kept.
// Every length of time is multiplied by patience.
func newTracker(kept []Incident, windows []Window, patience float64, newID func() (playlists.ID, error), now time.Time) *tracker {
	t := &tracker{
		specs: map[Rule]Spec{}, byCode: codes(), patience: patience, begun: now, newID: newID,
		tracks: map[key]*track{}, screens: map[playlists.ID]*screenState{},
		facts: map[playlists.ID]Facts{}, expiry: map[playlists.ID]time.Time{}, windows: windows,
	}
	for _, s := range Specs() {
		t.specs[s.Rule] = s
	}
	for _, i := range kept {
		if _, known := t.specs[i.Rule]; !known {
			continue // of a rule that is no more; people can still close it
		}
		tr := t.track(keyOf(&i))
		if tr.inc == nil || tr.inc.OpenedAt.Before(i.OpenedAt) {
			tr.inc, tr.unit, tr.screen, tr.place = &i, i.Unit, i.Screen, i.Cluster
			tr.held = i.Rule != GroupOffline // until something is heard
		}
	}
	return t
}

func keyOf(i *Incident) key {
	if i.Screen.ID != "" {
		return key{i.Rule, i.Screen.ID}
	}
	return key{i.Rule, i.Cluster.ID}
}

func (t *tracker) track(k key) *track {
	tr := t.tracks[k]
	if tr == nil {
		tr = &track{}
		t.tracks[k] = tr
	}
	return tr
}

func (t *tracker) long(d time.Duration) time.Duration { return time.Duration(float64(d) * t.patience) }

// see takes a screen as it is now.
func (t *tracker) see(s Seen, now time.Time) {
	st := t.screens[s.ID]
	if st == nil {
		st = &screenState{}
		t.screens[s.ID] = st
	}
	s.Facts, s.CertificateEnds = t.facts[s.ID], t.expiry[s.ID]
	if st.boot != "" && s.Fresh && s.Boot != st.boot {
		t.pulse(key{Restarting, s.ID}, &s, now)
	}
	if s.Fresh {
		st.fresh, st.boot = true, s.Boot
	}
	found := conditions(&s, t.byCode, func(r Rule) bool {
		tr := t.tracks[key{r, s.ID}]
		return tr != nil && tr.inc != nil && tr.inc.Open()
	}, now)
	if _, off := found[Offline]; off {
		if st.lostAt.IsZero() {
			st.lostAt, st.lostBoot = s.LastAt, s.Boot
		}
		found[Late] = found[Offline] // a line that is gone has come and gone
	}
	st.seen = s
	for rule, spec := range t.specs {
		if rule == GroupOffline || rule == NobodyOnShift || rule == Restarting {
			continue
		}
		k := key{rule, s.ID}
		c, broken := found[rule]
		tr := t.tracks[k]
		if !broken && tr == nil {
			continue
		}
		tr = t.track(k)
		tr.screen, tr.place, tr.unit = Named{s.ID, s.Name}, s.Cluster, s.Unit
		tr.held = spec.Report && !s.Fresh || rule == Temperature && now.Sub(s.Facts.At) > factsFor
		switch {
		case tr.held:
			if tr.inc == nil || !tr.inc.Open() {
				tr.cond = nil
			}
		case !broken:
			tr.cond, tr.quiet = nil, false
		default:
			t.breaks(tr, spec, c, t.startOf(spec, st, now), now)
		}
	}
	if s.Fresh && !st.lostAt.IsZero() {
		t.returned(st, now)
	}
}

// startOf gives when a condition begins to count: of a screen that has not been
// heard since we began it is not known that it is lost.
func (t *tracker) startOf(spec Spec, st *screenState, now time.Time) time.Time {
	if settled := t.begun.Add(t.long(settle)); spec.Link && !st.fresh && now.Before(settled) {
		return settled
	}
	return now
}

func (t *tracker) breaks(tr *track, spec Spec, c condition, start, now time.Time) {
	if tr.cond == nil {
		tr.since = start
		if spec.Times > 0 && !start.After(now) {
			tr.count(spec, t.long(spec.Within), now)
		}
	}
	if spec.Times > 0 {
		c.sign = Sign{Code: string(spec.Rule) + "_often", Params: playlists.Params{"count": len(tr.begins)}}
		c.mark = "often"
	}
	if tr.cond != nil {
		c.evidence = gathered(tr.cond.evidence, c.evidence)
	}
	tr.cond = &c
}

// gathered keeps what was seen since a condition began: what proves it may be
// over before it has lasted long enough to be an incident.
func gathered(before, more []Evidence) []Evidence {
	for _, e := range more {
		if !slices.Contains(before, e) && len(before) < maxEvidence {
			before = append(slices.Clip(before), e)
		}
	}
	return before
}

// count notes that a condition has begun once more.
func (tr *track) count(spec Spec, within time.Duration, now time.Time) {
	tr.begins = slices.DeleteFunc(append(tr.begins, now), func(at time.Time) bool { return now.Sub(at) > within })
	tr.begins = tr.begins[max(0, len(tr.begins)-4*spec.Times):]
}

// pulse takes something that is over as soon as it is seen.
func (t *tracker) pulse(k key, s *Seen, now time.Time) {
	tr, spec := t.track(k), t.specs[k.rule]
	tr.screen, tr.place, tr.unit = Named{s.ID, s.Name}, s.Cluster, s.Unit
	tr.count(spec, t.long(spec.Within), now)
	if tr.inc != nil && tr.inc.Open() {
		tr.inc.GoodSince = now // it is good from here on, at most
	}
}

// seeCluster takes a cluster as it is now.
func (t *tracker) seeCluster(c ClusterSeen, now time.Time) {
	found := clusterConditions(&c)
	for _, rule := range []Rule{NobodyOnShift} {
		k := key{rule, c.ID}
		cond, broken := found[rule]
		if !broken && t.tracks[k] == nil {
			continue
		}
		tr := t.track(k)
		tr.place, tr.unit, tr.held = c.Named, c.Unit, false
		if !broken {
			tr.cond, tr.quiet = nil, false
			continue
		}
		t.breaks(tr, t.specs[rule], cond, now, now)
	}
}

// again looks once more at a screen of which something else is known now.
func (t *tracker) again(screen playlists.ID, now time.Time) {
	if st := t.screens[screen]; st != nil {
		t.see(st.seen, now)
	}
}

// only forgets what is no longer on the board, of which these are all.
func (t *tracker) only(on map[playlists.ID]bool) {
	for k := range t.tracks {
		if k.rule != GroupOffline && k.rule != NobodyOnShift && !on[k.subject] {
			t.gone(k.subject)
		}
	}
	for _, tr := range t.tracks {
		if tr.inc == nil || tr.inc.Rule != GroupOffline {
			continue
		}
		for _, m := range tr.inc.Members {
			if !on[m.Screen] {
				t.gone(m.Screen)
			}
		}
	}
}

// gone forgets a screen that was taken off the board: its open incidents end.
func (t *tracker) gone(screen playlists.ID) {
	delete(t.screens, screen)
	delete(t.facts, screen)
	delete(t.expiry, screen)
	for k, tr := range t.tracks {
		if k.subject == screen {
			tr.cond, tr.held, tr.begins = nil, false, nil
		}
	}
}

// step proposes what changes now. The same is proposed again until it was
// applied.
func (t *tracker) step(now time.Time) ([]Change, error) {
	var out []Change
	t.groups()
	t.index()
	taken := map[playlists.ID]bool{} // screens of a group proposed in this step
	keys := slices.SortedFunc(maps.Keys(t.tracks), func(a, b key) int {
		return cmp.Or(cmp.Compare(a.rule, b.rule), cmp.Compare(a.subject, b.subject))
	})
	for _, k := range keys {
		tr := t.tracks[k]
		if tr.idle(t.long(again), now) {
			delete(t.tracks, k)
			continue
		}
		if k.rule == Offline && taken[k.subject] {
			continue
		}
		c, err := t.judge(k, tr, taken, now)
		if err != nil {
			return nil, err
		}
		if c == nil && tr.dirty {
			c = &Change{Incident: *tr.inc}
		}
		if c != nil {
			c.key = k
			if c.Suppress == "" {
				c.key = keyOf(&c.Incident)
			}
			out = append(out, *c)
		}
	}
	return out, nil
}

// idle tells that nothing is to be remembered of a track.
func (tr *track) idle(again time.Duration, now time.Time) bool {
	if tr.cond != nil || tr.held && tr.inc != nil {
		return false
	}
	if n := len(tr.begins); n > 0 && now.Sub(tr.begins[n-1]) < hour {
		return false
	}
	return tr.inc == nil || !tr.inc.Open() && !tr.inc.Standing && now.Sub(tr.inc.ClosedAt) >= again
}

// apply takes what was stored.
func (t *tracker) apply(changes []Change) {
	for _, c := range changes {
		tr := t.track(c.key)
		if c.Suppress != "" {
			tr.quiet = true
			for i := range t.windows {
				if t.windows[i].ID == c.Suppress {
					t.windows[i].Suppressed++
				}
			}
			continue
		}
		inc := c.Incident
		if old := tr.inc; old != nil && old.ID != inc.ID && !inc.Open() {
			continue // of an older one, about which somebody wrote
		}
		tr.inc, tr.screen, tr.place, tr.unit, tr.dirty = &inc, inc.Screen, inc.Cluster, inc.Unit, false
		if !inc.Open() {
			tr.begins = nil // they have had their incident
		}
	}
}

// forget drops what is over.
func (t *tracker) forget(now time.Time) {
	t.windows = slices.DeleteFunc(t.windows, func(w Window) bool { return !now.Before(w.Until) })
}

// find gives an incident that is kept in mind.
func (t *tracker) find(id playlists.ID) *Incident {
	for _, tr := range t.tracks {
		if tr.inc != nil && tr.inc.ID == id {
			return tr.inc
		}
	}
	return nil
}
