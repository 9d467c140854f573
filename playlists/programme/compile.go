package programme

import (
	"crypto/ed25519"
	"slices"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/schedule"
)

// Approved is a media that two people have approved, as the compiler takes it.
type Approved struct {
	Media    *playlists.Media
	Approval []byte // object made by NewApproval
	// Supplements are approvals of renditions that were added since, each over
	// its own.
	Supplements [][]byte
}

// covering gives the approval that is over a rendition, and what it says; of
// several the first that is not refused. When none is, the main one is given.
func (a *Approved) covering(p playlists.Profile, sh *Showing, refused func(object []byte) error) ([]byte, approved, error) {
	var fallback []byte
	var said approved
	for _, object := range append([][]byte{a.Approval}, a.Supplements...) {
		ap, err := parseApproval(object)
		if err != nil {
			return nil, approved{}, err
		}
		covers := ap.approve.covers(p, sh)
		if covers && refused(object) == nil {
			return object, ap, nil
		}
		if fallback == nil || covers {
			fallback, said = object, ap
		}
	}
	return fallback, said, nil
}

// Input is everything that decides what one screen is to play.
type Input struct {
	Screen   *playlists.Screen
	Epoch    uint64
	Counter  uint64
	IssuedAt time.Time
	Slate    *Approved // nil while the profile has none
	Entries  []InputEntry
	Media    map[playlists.ID]Approved // every approved media that items name
	Charter  *HeldCharter              // nil before the first
	Kept     Getter                    // objects that the charter names; nil without one
	Memo     *Memo                     // nil to judge every approval anew
	Orders   uint64                    // the least counter of orders that it goes with
	Audit    AuditHead
	// Withdrawn is media that was once published and is withdrawn now, newest
	// first. Items that name it must have been taken out already.
	Withdrawn []playlists.ID
}

// InputEntry is a schedule entry that targets the screen.
type InputEntry struct {
	ID       playlists.ID
	Title    string
	Priority int
	Rule     schedule.Rule
	Playlist *playlists.Playlist
}

// LeftOut is an item that may not be shown on this screen, with the reason as
// the console says it.
type LeftOut struct {
	Entry  playlists.ID
	Media  playlists.ID
	Reason string // outside_territory, expired, no_rendition, or a Refusal under the charter
}

// Compiled is a programme with the objects it is made of. The renditions
// themselves are in the object store already.
type Compiled struct {
	Programme Programme
	Objects   map[playlists.Digest][]byte // playlists and approvals
	LeftOut   []LeftOut
}

// Compile makes a screen's programme. It refuses a media that is not approved;
// what is approved but not for this screen is left out and named.
func Compile(in Input) (*Compiled, error) {
	c := &Compiled{
		Programme: Programme{
			Screen: in.Screen.ID, Cluster: in.Screen.Cluster, Profile: in.Screen.Profile, TimeZone: in.Screen.TimeZone,
			Epoch: in.Epoch, Counter: in.Counter, IssuedAt: in.IssuedAt.UnixMilli(), Orders: in.Orders, Audit: in.Audit, Entries: []Entry{},
		},
		Objects: map[playlists.Digest][]byte{},
	}
	if in.Charter != nil {
		c.Programme.Charter = in.Charter.Number
	}
	c.Programme.Withdrawn = slices.Clone(in.Withdrawn[:min(len(in.Withdrawn), maxWithdrawn)])
	if c.Programme.Withdrawn == nil {
		c.Programme.Withdrawn = []playlists.ID{}
	}
	slices.Sort(c.Programme.Withdrawn)
	if in.Slate != nil {
		s, reason, err := c.showing(in, *in.Slate)
		if err != nil {
			return nil, err
		}
		if reason == "" && in.Slate.Media.Terms.ValidUntil.IsZero() && !in.Slate.Media.Terms.ValidFrom.After(in.IssuedAt) {
			c.Programme.Slate = s
		}
	}
	for _, e := range in.Entries {
		if err := e.Playlist.Validate(); err != nil {
			return nil, err
		}
		p := Playlist{Type: playlistType, ID: e.Playlist.ID, Version: e.Playlist.Version, Title: e.Playlist.Title, Profile: in.Screen.Profile, Items: []Item{}}
		for _, it := range e.Playlist.Items {
			a, ok := in.Media[it.Media]
			if !ok {
				return nil, playlists.Errorf(playlists.Conflict, "media_not_approved", playlists.Params{"media_id": string(it.Media), "playlist": e.Playlist.Title}, "cannot publish playlist %q: media %s in it is not approved; take it out or have it approved", e.Playlist.Title, it.Media)
			}
			s, reason, err := c.showing(in, a)
			if err != nil {
				return nil, err
			}
			if reason != "" {
				c.LeftOut = append(c.LeftOut, LeftOut{Entry: e.ID, Media: it.Media, Reason: reason})
				continue
			}
			p.Items = append(p.Items, Item{ID: it.ID, DurationMS: it.Duration.Milliseconds(), Transition: it.Transition, Showing: *s})
		}
		object, err := Marshal(p)
		if err != nil {
			return nil, err
		}
		c.Programme.Entries = append(c.Programme.Entries, Entry{ID: e.ID, Playlist: c.add(object), Priority: e.Priority, Rule: normal(e.Rule)})
	}
	return c, c.Programme.validate()
}

// normal gives a rule without null lists, so that equal rules are equal bytes.
func normal(r schedule.Rule) schedule.Rule {
	if r.Weekdays == nil {
		r.Weekdays = []int{}
	}
	if r.Windows == nil {
		r.Windows = []schedule.Window{}
	}
	return r
}

func (c *Compiled) add(object []byte) playlists.Digest {
	d := playlists.DigestOf(object)
	c.Objects[d] = object
	return d
}

// showing makes the showing of a media on this screen, or the reason why it
// is left out.
func (c *Compiled) showing(in Input, a Approved) (*Showing, string, error) {
	r, ok := a.Media.Rendition(in.Screen.Profile)
	judge := func(object []byte) error {
		if in.Charter == nil {
			return nil
		}
		return CheckApproval(object, Grounds{Charter: in.Charter, Cluster: in.Screen.Cluster, Memo: in.Memo}, in.Kept)
	}
	object, ap, err := a.covering(in.Screen.Profile, &Showing{Rendition: r.Digest, MIME: r.MIME}, judge)
	if err != nil {
		return nil, "", err
	}
	terms := ap.approve.Terms()
	switch {
	case !ok:
		return nil, "no_rendition", nil
	case !terms.Covers(in.Screen.Cluster):
		return nil, "outside_territory", nil
	case !terms.ValidUntil.IsZero() && !terms.ValidUntil.After(in.IssuedAt):
		return nil, "expired", nil
	case ap.approve.Predicate.Media != a.Media.ID || !ap.approve.covers(in.Screen.Profile, &Showing{Rendition: r.Digest, MIME: r.MIME}):
		return nil, "", playlists.Errorf(playlists.Conflict, "media_changed_since_approval", playlists.Params{"media_id": string(a.Media.ID), "title": a.Media.Title}, "cannot publish %q: its bytes are not the ones that were approved; have it approved again", a.Media.Title)
	}
	if err := judge(object); err != nil {
		if refusal := RefusalOf(err); refusal != "" {
			return nil, string(refusal), nil
		}
		return nil, "", err
	}
	s := &Showing{Media: a.Media.ID, Rendition: r.Digest, Size: r.Size, MIME: r.MIME, Chunks: r.Chunks, Approval: c.add(object), Prints: r.Prints}
	return s, "", s.validate()
}

// Sign gives the envelope of a programme.
func Sign(p *Programme, key ed25519.PrivateKey) ([]byte, error) {
	payload, err := Marshal(p)
	if err != nil {
		return nil, err
	}
	return Seal(ProgrammeType, payload, key)
}
