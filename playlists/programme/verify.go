package programme

import (
	"slices"
	"time"

	"cotmoc/playlists"
)

// Held names the newest document of its kind that a screen has accepted.
type Held struct {
	Epoch, Counter uint64
	Payload        playlists.Digest // of the signed bytes
}

// Trust is what a screen judges documents by.
type Trust struct {
	Screen  playlists.ID
	Cluster playlists.ID // where it was placed, "" when nothing says so
	// Keys are the programme keys of enrolment. They count until a charter
	// names others.
	Keys    []PublicKey
	Charter *HeldCharter // nil before the first
	// Now is the effective time, zero for passing over the charter's expiry.
	Now          time.Time
	Held         Held // programme, zero when none was accepted yet
	HeldOrders   Held // orders, likewise
	HeldSettings Held // settings, likewise
}

// keys gives the programme keys that count.
func (t *Trust) keys() []PublicKey {
	if t.Charter != nil {
		return t.Charter.ProgrammeKeys
	}
	return t.Keys
}

// admit holds a document's numbers against the charter and what is held. The
// same document again is admitted.
func (t *Trust) admit(charter, epoch, counter uint64, payload playlists.Digest, held Held, what string) error {
	if payload == held.Payload {
		return nil
	}
	if c := t.Charter; c == nil {
		if charter > 0 {
			return refuse(CharterMissing, "cannot accept %s %d.%d: they go with charter %d, and none is held", what, epoch, counter, charter)
		}
	} else {
		switch {
		case charter > c.Number:
			return refuse(CharterMissing, "cannot accept %s %d.%d: they go with charter %d, and %d is held", what, epoch, counter, charter, c.Number)
		case epoch != c.Epoch:
			return refuse(WrongEpoch, "cannot accept %s %d.%d: charter %d is of epoch %d", what, epoch, counter, c.Number, c.Epoch)
		case !t.Now.Before(c.Expires()):
			return refuse(CharterExpired, "cannot accept %s %d.%d: charter %d ended on %s", what, epoch, counter, c.Number, c.Expires().Format(time.DateOnly))
		}
	}
	switch {
	case epoch < held.Epoch || epoch == held.Epoch && counter < held.Counter:
		return refuse(RolledBack, "cannot go back to %s %d.%d: %d.%d is held", what, epoch, counter, held.Epoch, held.Counter)
	case epoch == held.Epoch && counter == held.Counter:
		return refuse(Forked, "cannot accept a second %s %d.%d with other bytes", what, epoch, counter)
	}
	return nil
}

// Issued gives when the programme was made, by the controller's clock.
func (p *Programme) Issued() time.Time { return time.UnixMilli(p.IssuedAt).UTC() }

// Accepted is a programme that the screen's trust has let through.
type Accepted struct {
	Programme
	Payload playlists.Digest
}

// Verify reads an envelope, checks who signed it, that it is for this screen
// where it stands, and that it is not older than what is held. The same
// programme again is accepted. Every refusal has its own code.
func Verify(envelope []byte, trust Trust) (*Accepted, error) {
	a, err := Reread(envelope, trust.Screen, trust.keys())
	if err != nil {
		return nil, err
	}
	if err := trust.admit(a.Charter, a.Epoch, a.Counter, a.Payload, trust.Held, "programme"); err != nil {
		return nil, err
	}
	if a.Orders > 0 && (trust.HeldOrders.Epoch != a.Epoch || trust.HeldOrders.Counter < a.Orders) {
		return nil, refuse(OrdersMissing, "cannot accept programme %d.%d: it goes with orders %d, and %d are held", a.Epoch, a.Counter, a.Orders, trust.HeldOrders.Counter)
	}
	// Last: the orders that a programme goes with may place the screen there.
	if trust.Cluster != "" && a.Cluster != trust.Cluster {
		return nil, refuse(OtherCluster, "cannot play a programme of cluster %s: this screen was placed in %s", a.Cluster, trust.Cluster)
	}
	return a, nil
}

// Reread reads a programme that was accepted before, under keys that counted
// then: a charter that has named other keys since does not take the last good
// programme away. What may be shown of it is judged by Load and Under.
func Reread(envelope []byte, screen playlists.ID, keys []PublicKey) (*Accepted, error) {
	payload, err := open(envelope, ProgrammeType, keys)
	if err != nil {
		return nil, err
	}
	var p Programme
	if err := Unmarshal(payload, &p); err != nil {
		return nil, err
	}
	if p.Screen != screen {
		return nil, refuse(OtherScreen, "cannot play a programme of screen %.40s on screen %s", string(p.Screen), screen)
	}
	if err := p.validate(); err != nil {
		return nil, err
	}
	return &Accepted{Programme: p, Payload: playlists.DigestOf(payload)}, nil
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
	if p.Counter == 0 || !isInstant(p.IssuedAt) || len(p.Entries) > maxEntries {
		return refuse(Malformed, "cannot read the programme: counter %d, issued at %d, %d entries (at most %d)", p.Counter, p.IssuedAt, len(p.Entries), maxEntries)
	}
	if (p.Audit.Seq == 0) != (p.Audit.Hash == "") || p.Audit.Hash != "" && p.Audit.Hash.Validate() != nil {
		return refuse(Malformed, "cannot read the programme: the end of its audit log is no number with a hash")
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
	if s.Prints != "" && s.Prints.Validate() != nil {
		return refuse(Malformed, "cannot read a showing with the prints %.80q", string(s.Prints))
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
