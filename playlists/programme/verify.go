package programme

import (
	"slices"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/schedule"
)

// Held is the newest programme a screen has accepted.
type Held struct {
	Epoch, Counter uint64
	Payload        playlists.Digest // of the signed bytes
}

// Trust is what a screen judges a programme by.
type Trust struct {
	Screen playlists.ID
	Keys   []PublicKey
	Held   Held // zero when none was accepted yet
}

// Issued gives when the programme was made, by the controller's clock.
func (p *Programme) Issued() time.Time { return time.UnixMilli(p.IssuedAt).UTC() }

// Accepted is a programme that the screen's trust has let through.
type Accepted struct {
	Programme
	Payload playlists.Digest
}

// Verify reads an envelope, checks who signed it, that it is for this screen
// and that it is not older than what is held. The same programme again is
// accepted. Every refusal has its own code.
func Verify(envelope []byte, trust Trust) (*Accepted, error) {
	payload, err := open(envelope, ProgrammeType, trust.Keys)
	if err != nil {
		return nil, err
	}
	var p Programme
	if err := Unmarshal(payload, &p); err != nil {
		return nil, err
	}
	if p.Screen != trust.Screen {
		return nil, refuse(OtherScreen, "cannot play a programme of screen %.40s on screen %s", string(p.Screen), trust.Screen)
	}
	if err := p.validate(); err != nil {
		return nil, err
	}
	a := &Accepted{Programme: p, Payload: playlists.DigestOf(payload)}
	held := trust.Held
	switch {
	case p.Epoch < held.Epoch || p.Epoch == held.Epoch && p.Counter < held.Counter:
		return nil, refuse(RolledBack, "cannot go back to programme %d.%d: %d.%d is held", p.Epoch, p.Counter, held.Epoch, held.Counter)
	case p.Epoch == held.Epoch && p.Counter == held.Counter && a.Payload != held.Payload:
		return nil, refuse(Forked, "cannot accept a second programme %d.%d with other bytes", p.Epoch, p.Counter)
	}
	return a, nil
}

// validate refuses a programme that contradicts itself or breaks a bound.
func (p *Programme) validate() error {
	bad := func(err error) error { return refuse(Malformed, "cannot read the programme: %w", err) }
	if err := p.Cluster.Validate(); err != nil {
		return bad(err)
	}
	if err := p.Profile.Validate(); err != nil {
		return bad(err)
	}
	if p.TimeZone == "" || p.TimeZone == "Local" {
		return refuse(Malformed, "cannot read the programme: it names no time zone")
	}
	if _, err := time.LoadLocation(p.TimeZone); err != nil {
		return bad(err)
	}
	if p.Counter == 0 || p.IssuedAt <= 0 || len(p.Entries) > maxEntries {
		return refuse(Malformed, "cannot read the programme: counter %d, issued at %d, %d entries (at most %d)", p.Counter, p.IssuedAt, len(p.Entries), maxEntries)
	}
	seen := map[playlists.ID]bool{}
	for _, e := range p.Entries {
		if err := e.ID.Validate(); err != nil {
			return bad(err)
		}
		if err := e.Playlist.Validate(); err != nil {
			return bad(err)
		}
		if err := e.Rule.Validate(); err != nil {
			return bad(err)
		}
		if seen[e.ID] {
			return refuse(InternallyWrong, "cannot read the programme: entry %s stands in it twice", e.ID)
		}
		seen[e.ID] = true
	}
	if len(p.Withdrawn) > maxWithdrawn || !slices.IsSorted(p.Withdrawn) {
		return refuse(Malformed, "cannot read the programme: its %d withdrawn media are unsorted or more than %d", len(p.Withdrawn), maxWithdrawn)
	}
	for _, id := range p.Withdrawn {
		if err := id.Validate(); err != nil {
			return bad(err)
		}
	}
	if p.Slate != nil {
		return p.Slate.validate()
	}
	return nil
}

func (s *Showing) validate() error {
	if err := s.Media.Validate(); err != nil {
		return refuse(Malformed, "cannot read a showing: %w", err)
	}
	for _, d := range []playlists.Digest{s.Rendition, s.Chunks, s.Approval} {
		if err := d.Validate(); err != nil {
			return refuse(Malformed, "cannot read a showing: %w", err)
		}
	}
	if s.Size <= 0 || s.Size > maxChunks*ChunkSize {
		return refuse(Malformed, "cannot show a rendition of %d bytes", s.Size)
	}
	switch s.MIME {
	case "image/jpeg", "image/png", "image/webp", "video/mp4":
		return nil
	}
	return refuse(Malformed, "cannot show a rendition of type %.40q", s.MIME)
}

// Getter gives the bytes of a JSON object, or false when it is not held.
type Getter func(playlists.Digest) ([]byte, bool)

// Loaded is a programme with every document beneath it, all verified. Only
// renditions may still be missing. It is immutable.
type Loaded struct {
	Accepted
	Playlists []*Playlist // one an entry
	items     [][]loadedItem
	chunks    map[playlists.Digest]*Chunks // by rendition
	showings  []Showing                    // each rendition once, slate first
}

type loadedItem struct {
	showing *Showing
	terms   playlists.Terms
}

// Load verifies all documents of a programme. When some are not held it gives
// their digests instead; fetch them and call it again, at most twice.
func Load(a *Accepted, get Getter) (*Loaded, []playlists.Digest, error) {
	l := &loader{get: get, approvals: map[playlists.Digest]approved{}, out: &Loaded{Accepted: *a, chunks: map[playlists.Digest]*Chunks{}}}
	if a.Slate != nil {
		terms, err := l.showing(a.Slate)
		if err != nil {
			return nil, nil, err
		}
		if !terms.ValidUntil.IsZero() {
			return nil, nil, refuse(OutsideTerms, "cannot use %s as the slate: its approval ends on %s", a.Slate.Media, terms.ValidUntil.Format(time.RFC3339))
		}
	}
	slots := 0
	for _, e := range a.Entries {
		object, err := l.object(e.Playlist)
		if err != nil {
			return nil, nil, err
		}
		if object == nil {
			continue
		}
		p, err := parsePlaylist(object, a.Profile)
		if err != nil {
			return nil, nil, err
		}
		if slots += len(p.Items); slots > maxSlotsTotal {
			return nil, nil, refuse(Malformed, "cannot play more than %d items in one programme", maxSlotsTotal)
		}
		items := make([]loadedItem, len(p.Items))
		for i := range p.Items {
			s := &p.Items[i].Showing
			terms, err := l.showing(s)
			if err != nil {
				return nil, nil, err
			}
			items[i] = loadedItem{showing: s, terms: terms}
		}
		l.out.Playlists = append(l.out.Playlists, p)
		l.out.items = append(l.out.items, items)
	}
	if len(l.missing) > 0 {
		return nil, l.missing, nil
	}
	return l.out, nil, nil
}

type loader struct {
	get       Getter
	missing   []playlists.Digest
	approvals map[playlists.Digest]approved
	out       *Loaded
}

// object gives an object's checked bytes, or nil after noting that it is
// missing.
func (l *loader) object(d playlists.Digest) ([]byte, error) {
	b, ok := l.get(d)
	if !ok {
		if !slices.Contains(l.missing, d) {
			l.missing = append(l.missing, d)
		}
		return nil, nil
	}
	return b, checkObject(b, d)
}

// showing checks that two people approved exactly this rendition for this
// profile and cluster, and gives their terms.
func (l *loader) showing(s *Showing) (playlists.Terms, error) {
	if err := s.validate(); err != nil {
		return playlists.Terms{}, err
	}
	if _, withdrawn := slices.BinarySearch(l.out.Withdrawn, s.Media); withdrawn {
		return playlists.Terms{}, refuse(InternallyWrong, "cannot show %s: the same programme withdraws it", s.Media)
	}
	if err := l.loadChunks(s); err != nil {
		return playlists.Terms{}, err
	}
	a, ok := l.approvals[s.Approval]
	if !ok {
		b, err := l.object(s.Approval)
		if b == nil || err != nil {
			return playlists.Terms{}, err
		}
		if a, err = parseApproval(b); err != nil {
			return playlists.Terms{}, err
		}
		l.approvals[s.Approval] = a
	}
	terms := a.approve.Terms()
	switch {
	case a.approve.Predicate.Media != s.Media || !a.approve.Covers(l.out.Profile, s.Rendition):
		return playlists.Terms{}, refuse(NotApproved, "cannot show rendition %s of %s: its approval does not cover it", s.Rendition, s.Media)
	case !terms.Covers(l.out.Cluster):
		return playlists.Terms{}, refuse(OutsideTerms, "cannot show %s here: it is not approved for cluster %s", s.Media, l.out.Cluster)
	}
	return terms, nil
}

func (l *loader) loadChunks(s *Showing) error {
	if c, ok := l.out.chunks[s.Rendition]; ok {
		if c != nil && c.Size != s.Size {
			return refuse(InternallyWrong, "cannot show rendition %s with two sizes", s.Rendition)
		}
		return nil
	}
	b, err := l.object(s.Chunks)
	if err != nil {
		return err
	}
	var c *Chunks
	if b != nil {
		if c, err = ParseChunks(b, s); err != nil {
			return err
		}
	}
	l.out.chunks[s.Rendition] = c
	l.out.showings = append(l.out.showings, *s)
	return nil
}

func parsePlaylist(object []byte, profile playlists.Profile) (*Playlist, error) {
	var p Playlist
	if err := Unmarshal(object, &p); err != nil {
		return nil, err
	}
	if p.Type != playlistType {
		return nil, refuse(BadType, "cannot use an object of type %.80q as a playlist", p.Type)
	}
	if p.Profile != profile {
		return nil, refuse(InternallyWrong, "cannot play a playlist for %.40s on a screen of %s", string(p.Profile), profile)
	}
	seen := map[playlists.ID]bool{}
	for i := range p.Items {
		it := &p.Items[i]
		if err := it.ID.Validate(); err != nil {
			return nil, refuse(Malformed, "cannot read a playlist: %w", err)
		}
		if it.DurationMS < playlists.MinItemDuration.Milliseconds() || it.DurationMS > playlists.MaxItemDuration.Milliseconds() || (it.Transition != playlists.Cut && it.Transition != playlists.Fade) {
			return nil, refuse(Malformed, "cannot play item %s for %d ms with transition %.20q", it.ID, it.DurationMS, string(it.Transition))
		}
		if seen[it.ID] {
			return nil, refuse(InternallyWrong, "cannot read a playlist: item %s stands in it twice", it.ID)
		}
		seen[it.ID] = true
	}
	return &p, nil
}

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
	}
	if l.Slate != nil {
		out = append(out, l.Slate.Approval)
	}
	for _, items := range l.items {
		for _, it := range items {
			out = append(out, it.showing.Approval)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Terms gives the terms under which a slot's item was approved.
func (l *Loaded) Terms(entry, item int) playlists.Terms { return l.items[entry][item].terms }

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
