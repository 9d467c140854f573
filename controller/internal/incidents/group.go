package incidents

import (
	"cmp"
	"slices"
	"time"

	"cotmoc/playlists"
)

// group begins one incident for screens of a cluster that were lost at once,
// or adds to one; nil when the screen was lost alone.
func (t *tracker) group(tr *track, taken map[playlists.ID]bool, now time.Time) (*Change, error) {
	cluster := tr.place.ID
	g := t.tracks[key{GroupOffline, cluster}]
	if g != nil && g.inc != nil && g.inc.Open() && tr.since.Sub(g.inc.Since) <= t.long(together) && len(g.inc.Members) < maxMembers && !taken[cluster] {
		after := *g.inc
		after.Members = append(slices.Clone(after.Members), t.memberOf(tr))
		after.Params = playlists.Params{"count": len(after.Members)}
		taken[cluster] = true // one addition a step
		return &Change{Incident: after, Entries: []Entry{{Incident: after.ID, At: now, Kind: Joined, Severity: after.Severity, Params: playlists.Params{"screen": tr.screen.Name}}}}, nil
	}
	if g != nil && g.inc != nil && (g.inc.Open() || g.inc.Standing) {
		return nil, nil // of another time: on its own
	}
	lost := t.lostWith(tr, now)
	if len(lost) < 2 {
		return nil, nil
	}
	hint, lost := t.trait(tr, lost)
	members := make([]Member, 0, len(lost))
	since := tr.since
	for _, l := range lost {
		members = append(members, t.memberOf(l))
		taken[l.screen.ID] = true
		if l.since.Before(since) {
			since = l.since
		}
	}
	taken[cluster] = true
	whole := &track{
		cond:  &condition{sign: Sign{Code: "group_offline", Params: playlists.Params{"count": len(members)}}, mark: "group", hints: []Hint{hint}},
		since: since, place: tr.place, unit: tr.unit,
	}
	if g != nil {
		whole.inc = g.inc
	}
	c, err := t.opens(whole, t.specs[GroupOffline], now)
	if c != nil {
		c.Incident.Members, c.Incident.Hints = members, []Hint{hint}
		c.Incident.Since = since
	}
	return c, err
}

func (t *tracker) memberOf(tr *track) Member {
	m := Member{Screen: tr.screen.ID, Name: tr.screen.Name}
	if st := t.screens[tr.screen.ID]; st != nil {
		m.LastAt = st.seen.LastAt.UTC()
	}
	return m
}

// lostWith gives the screens of a cluster that were lost with one, itself among
// them, by name.
func (t *tracker) lostWith(tr *track, now time.Time) []*track {
	var out []*track
	for _, o := range t.lost[tr.place.ID] {
		if o.since.Sub(tr.since).Abs() > t.long(together) || t.quietWindow(o, now) != "" {
			continue
		}
		out = append(out, o)
	}
	slices.SortFunc(out, func(a, b *track) int {
		return cmp.Or(cmp.Compare(a.screen.Name, b.screen.Name), cmp.Compare(a.screen.ID, b.screen.ID))
	})
	return out[:min(len(out), maxMembers)]
}

// index lists for one step whose loss belongs to a group, and what else is lost
// in each cluster.
func (t *tracker) index() {
	t.members, t.lost = map[playlists.ID]bool{}, map[playlists.ID][]*track{}
	for k, tr := range t.tracks {
		if k.rule == GroupOffline && tr.inc != nil && (tr.inc.Open() || tr.inc.Standing) {
			for _, m := range tr.inc.Members {
				t.members[m.Screen] = true
			}
		}
	}
	for k, tr := range t.tracks {
		if k.rule == Offline && tr.cond != nil && !t.members[k.subject] && (tr.inc == nil || !tr.inc.Open() && !tr.inc.Standing) {
			t.lost[tr.place.ID] = append(t.lost[tr.place.ID], tr)
		}
	}
}

// trait says what screens that were lost at once have in common, and which of
// them have it. What nobody has said of them is not guessed.
func (t *tracker) trait(tr *track, lost []*track) (Hint, []*track) {
	spread := func(of []*track) int {
		first, last := of[0].since, of[0].since
		for _, l := range of {
			if l.since.Before(first) {
				first = l.since
			}
			if l.since.After(last) {
				last = l.since
			}
		}
		return max(1, int(last.Sub(first).Round(time.Second).Seconds()))
	}
	params := func(of []*track) playlists.Params {
		return playlists.Params{"count": len(of), "seconds": spread(of), "cluster": tr.place.Name}
	}
	all := 0
	for _, st := range t.screens {
		if st.seen.Cluster.ID == tr.place.ID && (st.fresh || !st.lostAt.IsZero()) {
			all++
		}
	}
	if len(lost) == all {
		return Hint{Code: "whole_cluster", Params: params(lost)}, lost
	}
	// What a screen that is still there has too is not what was lost. Switches
	// have names of their own in each cluster, addresses have none.
	same := func(of func(*Seen) string, everywhere bool) ([]*track, string) {
		still := map[string]bool{"": true}
		for _, st := range t.screens {
			if st.seen.Fresh && (everywhere || st.seen.Cluster.ID == tr.place.ID) {
				still[of(&st.seen)] = true
			}
		}
		by := map[string][]*track{}
		most := ""
		for _, l := range lost {
			st := t.screens[l.screen.ID]
			if st == nil {
				continue
			}
			v := of(&st.seen)
			if by[v] = append(by[v], l); !still[v] && (most == "" || len(by[v]) > len(by[most])) {
				most = v
			}
		}
		return by[most], most
	}
	if some, label := same((*Seen).behind, false); label != "" && len(some) >= 2 {
		p := params(some)
		p["switch"] = label
		return Hint{Code: "same_switch", Params: p}, some
	}
	if some, address := same(func(s *Seen) string { return s.Address }, true); address != "" && len(some) >= 2 {
		p := params(some)
		p["address"] = address
		return Hint{Code: "same_address", Params: p}, some
	}
	return Hint{Code: "at_once", Params: params(lost)}, lost
}

// groups draws what groups do from what their members do.
func (t *tracker) groups() {
	for k, tr := range t.tracks {
		if k.rule != GroupOffline || tr.inc == nil || !tr.inc.Open() && !tr.inc.Standing {
			continue
		}
		lost, unknown := 0, 0
		members := slices.Clone(tr.inc.Members)
		for i := range members {
			m := &members[i]
			st, of := t.screens[m.Screen], t.tracks[key{Offline, m.Screen}]
			switch {
			case st == nil:
				m.Back = true // taken off the board
			case of != nil && of.cond != nil:
				m.Back = false
				lost++
			case !st.fresh:
				unknown++
			default:
				m.Back = true
			}
		}
		tr.held = lost == 0 && unknown > 0
		if tr.cond = nil; lost > 0 {
			tr.cond = &condition{sign: Sign{Code: "group_offline", Params: playlists.Params{"count": len(members), "lost": lost}}, mark: "group"}
			if lost != len(members) {
				tr.cond.sign.Code = "group_partly_back"
			}
		}
		if !slices.Equal(members, tr.inc.Members) {
			after := *tr.inc
			after.Members = members
			tr.inc, tr.dirty = &after, true
		}
	}
}

// returned draws hints from how a lost screen came back. They wait for facts:
// the PC says a moment later for how long it has been up.
func (t *tracker) returned(st *screenState, now time.Time) {
	s := &st.seen
	h := Hint{Params: playlists.Params{"screen": s.Name}}
	switch up := s.Facts.At.Add(-s.Facts.Uptime); {
	case s.Boot == st.lostBoot:
		h.Code = "only_line" // it ran all the time
	case !s.Facts.At.After(st.lostAt) || s.Facts.Uptime == 0:
		return
	case up.After(st.lostAt):
		h.Code, h.Params["at"] = "power_cut", up.UTC().Format(time.RFC3339)
	default:
		h.Code = "agent_restarted"
	}
	for k, tr := range t.tracks {
		if tr.inc == nil || now.Sub(tr.inc.ClosedAt) > hour && !tr.inc.Open() {
			continue
		}
		if k.rule == Offline && k.subject == s.ID || k.rule == GroupOffline && slices.ContainsFunc(tr.inc.Members, func(m Member) bool { return m.Screen == s.ID }) {
			after := *tr.inc
			if after.hint(h) {
				tr.inc = &after
				tr.dirty = true
			}
		}
	}
	st.lostAt, st.lostBoot = time.Time{}, ""
}
