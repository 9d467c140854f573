package programme

import (
	"maps"
	"slices"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/schedule"
)

// Showings lists every rendition the programme can show, each once, the
// slate's first and the others in the order they come up in the entries.
func (l *Loaded) Showings() []Showing { return l.showings }

// Chunks gives the chunk list of one of the programme's renditions.
func (l *Loaded) Chunks(rendition playlists.Digest) *Chunks { return l.chunks[rendition] }

// Item gives the item of a slot that the programme's resolver named.
func (l *Loaded) Item(entry, item int) *Item { return &l.Playlists[entry].Items[item] }

// Objects lists the digests of every JSON object and rendition, for keeping
// them from being evicted.
func (l *Loaded) Objects() []playlists.Digest {
	var out []playlists.Digest
	for _, e := range l.Entries {
		out = append(out, e.Playlist)
	}
	for _, s := range l.showings {
		out = append(out, s.Rendition, s.Chunks)
		if s.Prints != "" {
			out = append(out, s.Prints)
		}
	}
	if l.Slate != nil {
		out = append(out, l.Slate.Approval)
	}
	for _, items := range l.items {
		for _, it := range items {
			out = append(out, it.showing.Approval)
		}
	}
	out = append(out, l.kept...)
	slices.Sort(out)
	return slices.Compact(out)
}

// Stands tells why a showing of the programme must not be seen although it is
// in it: its approval has fallen. Nil when it may.
func (l *Loaded) Stands(s *Showing) error { return l.fallen[s.Approval] }

// Forbidden tells whether every showing of a rendition in the programme has a
// fallen approval.
func (l *Loaded) Forbidden(rendition playlists.Digest) bool {
	fallen := false
	judge := func(s *Showing) (stands bool) {
		if s == nil || s.Rendition != rendition {
			return false
		}
		if l.Stands(s) == nil {
			return true
		}
		fallen = true
		return false
	}
	if judge(l.Slate) {
		return false
	}
	for _, items := range l.items {
		for _, it := range items {
			if judge(it.showing) {
				return false
			}
		}
	}
	return fallen
}

// Fallen gives one reason for which an approval has fallen, nil when all stand.
func (l *Loaded) Fallen() error {
	for _, d := range slices.Sorted(maps.Keys(l.fallen)) {
		return l.fallen[d]
	}
	return nil
}

// Terms gives the terms under which a slot's item was approved.
func (l *Loaded) Terms(entry, item int) playlists.Terms { return l.items[entry][item].terms }

// Title gives what a media of the programme is called, by the statement that
// covers its showing; "" for one that is not in it.
func (l *Loaded) Title(media playlists.ID) string {
	for i := range l.showings {
		if s := &l.showings[i]; s.Media == media {
			if a, ok := l.approvals[s.Approval]; ok {
				return a.approve.Predicate.Title
			}
		}
	}
	return ""
}

// Plan gives what the resolver needs, with each item's approved validity.
func (l *Loaded) Plan() (schedule.Plan, error) {
	zone, err := time.LoadLocation(l.TimeZone)
	if err != nil {
		return schedule.Plan{}, refuse(Malformed, "cannot use the programme's time zone: %w", err)
	}
	plan := schedule.Plan{Zone: zone}
	for i, e := range l.Entries {
		se := schedule.Entry{ID: string(e.ID), Priority: e.Priority, Rule: e.Rule}
		for j := range l.Playlists[i].Items {
			it, terms := &l.Playlists[i].Items[j], &l.items[i][j].terms
			se.Items = append(se.Items, schedule.Item{Key: string(it.ID), Duration: it.Duration(), NotBefore: terms.ValidFrom, NotAfter: terms.ValidUntil})
		}
		plan.Entries = append(plan.Entries, se)
	}
	return plan, nil
}
