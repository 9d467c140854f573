package programme

import (
	"slices"

	"cotmoc/playlists"
)

// Getter gives the bytes of a JSON object, or false when it is not held.
type Getter func(playlists.Digest) ([]byte, bool)

// Grounds is what approvals are judged by.
type Grounds struct {
	Charter *HeldCharter // nil before the first: then nobody's hand is asked for
	Cluster playlists.ID // where the screen stands, "" for where the programme says
	Memo    *Memo        // nil to judge everything anew
}

// Loaded is a programme with every document beneath it, all verified. Only
// renditions may still be missing. It is immutable.
type Loaded struct {
	Accepted
	Playlists []*Playlist // one an entry
	items     [][]loadedItem
	chunks    map[playlists.Digest]*Chunks  // by rendition
	showings  []Showing                     // each rendition once, slate first
	approvals map[playlists.Digest]approved // by object
	fallen    map[playlists.Digest]error    // approvals that do not stand on the grounds
	kept      []playlists.Digest            // objects of the charter that were needed
}

type loadedItem struct {
	showing *Showing
	terms   playlists.Terms
}

// Load verifies all documents of a programme and refuses it when any approval
// in it does not stand. When some documents are not held it gives their
// digests instead; fetch them and call it again, at most three times.
func Load(a *Accepted, on Grounds, get Getter) (*Loaded, []playlists.Digest, error) {
	l, missing, err := LoadAnyway(a, on, get)
	if err != nil || len(missing) > 0 {
		return nil, missing, err
	}
	if err := l.Fallen(); err != nil {
		return nil, nil, err
	}
	return l, nil, nil
}

// LoadAnyway is Load for a programme that was accepted before: approvals that
// do not stand on the grounds of today are marked as fallen, and the rest
// plays on. When only objects of the charter are missing, those that need them
// have fallen until they come.
func LoadAnyway(a *Accepted, on Grounds, get Getter) (*Loaded, []playlists.Digest, error) {
	l := &loader{get: get, noted: map[playlists.Digest]bool{}, out: &Loaded{Accepted: *a, chunks: map[playlists.Digest]*Chunks{}, approvals: map[playlists.Digest]approved{}}}
	if err := l.documents(a); err != nil {
		return nil, nil, err
	}
	if len(l.missing) > 0 {
		return nil, l.missing, nil
	}
	out, missing := l.out.Under(on, get)
	return out, missing, nil
}

// Under judges the programme's approvals on other grounds: a charter has
// expelled somebody, or the screen has moved. It names the objects of the
// charter that are missing; approvals that need them have fallen until then.
func (l *Loaded) Under(on Grounds, get Getter) (*Loaded, []playlists.Digest) {
	if on.Cluster == "" {
		on.Cluster = l.Cluster
	}
	out := *l
	out.fallen, out.kept = map[playlists.Digest]error{}, nil
	var missing []playlists.Digest
	sets := map[playlists.Digest]*KeptSet{} // they are long, and one person's decisions many
	kept := func(d playlists.Digest) (*KeptSet, error) {
		if set := sets[d]; set != nil {
			return set, nil
		}
		if !slices.Contains(out.kept, d) {
			out.kept = append(out.kept, d)
		}
		b, ok := get(d)
		if !ok {
			missing = append(missing, d)
			return nil, refuse(MissingObject, "cannot check a retired person's decisions: those that are kept have not come yet")
		}
		set, err := parseKept(b)
		sets[d] = set
		return set, err
	}
	for d, a := range l.approvals {
		if err := on.Memo.recall(d, on, a.stands, kept); err != nil {
			out.fallen[d] = err
		}
	}
	slices.Sort(missing)
	return &out, slices.Compact(missing)
}

// documents reads everything beneath the programme.
func (l *loader) documents(a *Accepted) error {
	if a.Slate != nil {
		terms, err := l.showing(a.Slate)
		if err != nil {
			return err
		}
		if !terms.ValidUntil.IsZero() || terms.ValidFrom.After(a.Issued()) {
			return refuse(OutsideTerms, "cannot use %s as the slate: its approval ends, or had not begun when the programme was made", a.Slate.Media)
		}
	}
	slots := 0
	for _, e := range a.Entries {
		object, err := l.object(e.Playlist)
		if err != nil {
			return err
		}
		if object == nil {
			continue
		}
		p, err := parsePlaylist(object, a.Profile)
		if err != nil {
			return err
		}
		if slots += len(p.Items); slots > maxSlotsTotal {
			return refuse(Malformed, "cannot play more than %d items in one programme", maxSlotsTotal)
		}
		items := make([]loadedItem, len(p.Items))
		for i := range p.Items {
			s := &p.Items[i].Showing
			terms, err := l.showing(s)
			if err != nil {
				return err
			}
			items[i] = loadedItem{showing: s, terms: terms}
		}
		l.out.Playlists = append(l.out.Playlists, p)
		l.out.items = append(l.out.items, items)
	}
	return nil
}

type loader struct {
	get     Getter
	missing []playlists.Digest
	noted   map[playlists.Digest]bool // those in missing
	out     *Loaded
}

// object gives an object's checked bytes, or nil after noting that it is
// missing.
func (l *loader) object(d playlists.Digest) ([]byte, error) {
	b, ok := l.get(d)
	if !ok {
		if !l.noted[d] {
			l.noted[d] = true
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
	a, ok := l.out.approvals[s.Approval]
	if !ok {
		b, err := l.object(s.Approval)
		if b == nil || err != nil {
			return playlists.Terms{}, err
		}
		if a, err = parseApproval(b); err != nil {
			return playlists.Terms{}, err
		}
		l.out.approvals[s.Approval] = a
	}
	terms := a.approve.Terms()
	switch {
	case a.approve.Predicate.Media != s.Media || !a.approve.covers(l.out.Profile, s):
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
	if len(p.Title) > maxPlaylistTitle {
		return nil, refuse(Malformed, "cannot read a playlist: its title has %d bytes, the most is %d", len(p.Title), maxPlaylistTitle)
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
