package incidents

import (
	"math/bits"
	"slices"
	"time"

	"cotmoc/playlists"
)

// judge proposes what happens to one track, nil for nothing.
func (t *tracker) judge(k key, tr *track, taken map[playlists.ID]bool, now time.Time) (*Change, error) {
	spec := t.specs[k.rule]
	switch i := tr.inc; {
	case i != nil && i.Open():
		if tr.cond != nil {
			return t.stands(tr, spec, now), nil
		}
		if tr.held {
			return t.escalates(tr, spec, now), nil
		}
		return t.ends(tr, spec, now), nil
	case i != nil && i.Standing:
		if tr.cond == nil && !tr.held {
			after := *i
			after.Standing = false
			return &Change{Incident: after}, nil
		}
		if tr.cond == nil || tr.cond.mark == i.Mark {
			return nil, nil
		}
	}
	if !t.ripe(tr, spec, now) || k.rule == Offline && t.members[k.subject] {
		return nil, nil
	}
	if w := t.quietWindow(tr, now); w != "" {
		if tr.quiet {
			return nil, nil
		}
		return &Change{Suppress: w}, nil
	}
	if k.rule == Offline {
		if taken[tr.place.ID] {
			return nil, nil // in the next step: a group of this place has just begun or grown
		}
		if c, err := t.group(tr, taken, now); c != nil || err != nil {
			return c, err
		}
	}
	return t.opens(tr, spec, now)
}

// ripe tells that a condition has lasted, was seen often enough, or is certain.
func (t *tracker) ripe(tr *track, spec Spec, now time.Time) bool {
	if spec.Times > 0 {
		n := len(tr.begins)
		return n >= spec.Times && now.Sub(tr.begins[n-spec.Times]) <= t.long(spec.Within)
	}
	return tr.cond != nil && (tr.cond.certain || now.Sub(tr.since) >= t.long(spec.After))
}

// opens begins an incident, or goes on with one that has just been over.
func (t *tracker) opens(tr *track, spec Spec, now time.Time) (*Change, error) {
	c := tr.cond
	if c == nil { // often, and over again at the moment
		c = &condition{sign: Sign{Code: string(spec.Rule) + "_often", Params: playlists.Params{"count": len(tr.begins)}}, mark: "often"}
	}
	severity := spec.Severity
	if c.severity != "" {
		severity = c.severity
	}
	if old := tr.inc; old != nil && old.Reason == ByItself && now.Sub(old.ClosedAt) < t.long(again) {
		after := *old
		after.ClosedAt, after.Reason, after.GoodSince, after.Recovered = time.Time{}, "", time.Time{}, false
		after.Flaps++
		after.OpenedAt, after.EscalatedAt = old.OpenedAt, now
		after.Code, after.Params, after.Mark, after.Severity = c.sign.Code, c.sign.Params, c.mark, severity
		after.gather(c)
		return &Change{Incident: after, Entries: []Entry{{Incident: after.ID, At: now, Kind: Reopened, Severity: after.Severity, Params: playlists.Params{"flaps": after.Flaps}}}}, nil
	}
	id, err := t.newID()
	if err != nil {
		return nil, err
	}
	i := Incident{
		ID: id, Rule: spec.Rule, Screen: tr.screen, Cluster: tr.place, Unit: tr.unit, Severity: severity,
		Code: c.sign.Code, Params: c.sign.Params, Since: tr.since, OpenedAt: now, Mark: c.mark,
	}
	if spec.Times > 0 {
		i.Since = tr.begins[max(0, len(tr.begins)-spec.Times)]
	}
	if i.Params == nil {
		i.Params = playlists.Params{}
	}
	i.gather(c)
	return &Change{Incident: i, Entries: []Entry{{Incident: id, At: now, Kind: Opened, Severity: severity, Params: playlists.Params{"code": i.Code}}}}, nil
}

// gather adds what a condition brings to what is there.
func (i *Incident) gather(c *condition) bool {
	grown := false
	for _, h := range c.hints {
		grown = i.hint(h) || grown
	}
	for _, e := range c.evidence {
		if e.Digest == "" || len(i.Evidence) >= maxEvidence || slices.ContainsFunc(i.Evidence, func(x Evidence) bool { return x.Digest == e.Digest }) {
			continue
		}
		i.Evidence = append(slices.Clip(i.Evidence), e)
		grown = true
	}
	return grown
}

// hint adds a hint, one of a code about one screen.
func (i *Incident) hint(h Hint) bool {
	if len(i.Hints) >= maxHints || slices.ContainsFunc(i.Hints, func(x Hint) bool { return x.Code == h.Code && x.Params["screen"] == h.Params["screen"] }) {
		return false
	}
	i.Hints = append(slices.Clip(i.Hints), h)
	return true
}

// stands goes on with an incident whose cause stands.
func (t *tracker) stands(tr *track, spec Spec, now time.Time) *Change {
	after := *tr.inc
	changed := after.gather(tr.cond)
	var entries []Entry
	if !after.GoodSince.IsZero() {
		after.GoodSince, after.Recovered = time.Time{}, false
		after.Flaps++
		changed = true
		if bits.OnesCount(uint(after.Flaps)) == 1 { // 1, 2, 4, 8 …: told, not shouted
			entries = append(entries, Entry{Incident: after.ID, At: now, Kind: Again, Severity: after.Severity, Params: playlists.Params{"flaps": after.Flaps}})
		}
	}
	if code := tr.cond.sign.Code; code != after.Code {
		after.Code, after.Params, changed = code, tr.cond.sign.Params, true
	}
	if after.Mark != tr.cond.mark {
		after.Mark, after.Params, changed = tr.cond.mark, tr.cond.sign.Params, true
	}
	if after.Params == nil {
		after.Params = playlists.Params{}
	}
	if s := tr.cond.severity; s.Rank() > after.Severity.Rank() && t.quietWindow(tr, now) == "" {
		after.Severity, after.EscalatedAt, changed = s, now, true
		after.Escalations++
		entries = append(entries, Entry{Incident: after.ID, At: now, Kind: Escalated, Severity: s, Params: playlists.Params{"why": "worse"}})
	}
	held := *tr
	held.inc = &after
	if e := t.escalates(&held, spec, now); e != nil {
		e.Entries = append(entries, e.Entries...)
		return e
	}
	if !changed {
		return nil
	}
	return &Change{Incident: after, Entries: entries}
}

// escalates tells again of what nobody has taken.
func (t *tracker) escalates(tr *track, spec Spec, now time.Time) *Change {
	i := tr.inc
	if spec.Escalate == 0 || i.Owner.ID != "" || !i.GoodSince.IsZero() || i.Escalations >= maxEscalations || t.quietWindow(tr, now) != "" {
		return nil
	}
	last, wait := i.OpenedAt, spec.Escalate
	if !i.EscalatedAt.IsZero() {
		last = i.EscalatedAt
	}
	risen := spec.To == "" || i.Severity.Rank() >= spec.To.Rank()
	if risen && i.Escalations > 0 {
		if wait = spec.Repeat; wait == 0 {
			return nil
		}
	}
	if now.Sub(last) < t.long(wait) {
		return nil
	}
	after := *i
	if !risen {
		after.Severity = spec.To
	}
	after.EscalatedAt = now
	after.Escalations++
	return &Change{Incident: after, Entries: []Entry{{
		Incident: i.ID, At: now, Kind: Escalated, Severity: after.Severity,
		Params: playlists.Params{"why": "untaken", "minutes": int(now.Sub(i.OpenedAt).Minutes())},
	}}}
}

// ends goes on with an incident whose cause is gone.
func (t *tracker) ends(tr *track, spec Spec, now time.Time) *Change {
	after := *tr.inc
	if after.GoodSince.IsZero() {
		after.GoodSince = now
		if spec.Clear > 0 {
			return &Change{Incident: after}
		}
	}
	good := now.Sub(after.GoodSince)
	if good < t.long(spec.Clear) {
		return nil
	}
	if spec.Sticky || after.Owner.ID != "" && good < t.long(keep) {
		if after.Recovered {
			return nil
		}
		after.Recovered = true
		return &Change{Incident: after, Entries: []Entry{{Incident: after.ID, At: now, Kind: Recovered, Severity: after.Severity}}}
	}
	after.ClosedAt, after.Reason, after.Standing = now, ByItself, false
	return &Change{Incident: after, Entries: []Entry{{Incident: after.ID, At: now, Kind: Closed, Severity: after.Severity, Reason: ByItself}}}
}
