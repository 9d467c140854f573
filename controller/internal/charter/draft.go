package charter

import (
	"bytes"
	"context"
	"slices"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// Wanted is what an administrator wants the next charter to say, or the first.
// What is nil or zero where zero means nothing stays as it is.
type Wanted struct {
	ExpiresAt           time.Time
	Roots               []programme.Root
	RootThreshold       int
	LiftThreshold       int
	IndependentDecision bool
	MaxUnattendedDays   int
	RaiseEpoch          bool
	NewProgrammeKey     bool
	RelyingParties      []programme.RelyingParty // the console's own comes on top
	People              []WantedPerson
	Pins                []WantedPin // nil keeps all
	// ReleaseSigners sign code for screen PCs; nil keeps all, empty leaves none.
	ReleaseSigners   []programme.Root
	ReleaseThreshold int
}

// WantedPerson is somebody in the next charter.
type WantedPerson struct {
	ID          playlists.ID
	May         []programme.Capacity
	Clusters    []string
	ValidFrom   time.Time // zero: at once
	ValidUntil  time.Time // zero: no end
	Standing    programme.Standing
	KeepAll     bool     // of a retired person: what they approved stays good
	Credentials []string // ids
}

// Draft is a charter that nobody has signed.
type Draft struct {
	Number  uint64
	Payload []byte // canonical
	Changes []Change
}

// Draft makes the charter that would follow the present one, or the first. Nothing counts
// until root keys have signed it, but the sets of kept decisions it names are
// stored, since screens will ask for them.
func (s *Service) Draft(ctx context.Context, a playlists.Actor, w Wanted) (*Draft, error) {
	if err := mayManage(a); err != nil {
		return nil, err
	}
	held := s.Current()
	now := s.cfg.Now().UTC()
	c := programme.Charter{
		Number: 1, Epoch: 1, IssuedAt: now.UnixMilli(), ExpiresAt: w.ExpiresAt.UnixMilli(),
		Roots: w.Roots, RootThreshold: w.RootThreshold, RelyingParties: w.RelyingParties,
		LiftThreshold: w.LiftThreshold, IndependentDecision: w.IndependentDecision, MaxUnattendedDays: w.MaxUnattendedDays,
		People: []programme.Person{}, Pins: []programme.Pin{},
	}
	var before *programme.Charter
	if held != nil {
		before = &held.Charter
		c.Number, c.Previous, c.Epoch, c.IssuedAt = held.Number+1, held.Payload, held.Epoch, max(c.IssuedAt, held.IssuedAt)
		if w.RaiseEpoch {
			c.Epoch++
		}
		if w.Roots == nil {
			c.Roots = held.Roots
		}
		if w.RootThreshold == 0 {
			c.RootThreshold = held.RootThreshold
		}
		if w.RelyingParties == nil {
			c.RelyingParties = held.RelyingParties
		}
		if w.ReleaseSigners == nil {
			c.ReleaseSigners, c.ReleaseThreshold = held.ReleaseSigners, held.ReleaseThreshold
		}
	}
	if len(w.ReleaseSigners) > 0 {
		c.ReleaseSigners, c.ReleaseThreshold = w.ReleaseSigners, w.ReleaseThreshold
	}
	if c.Roots == nil {
		c.Roots = []programme.Root{}
	}
	if !w.ExpiresAt.After(now) {
		return nil, unusable("it ends before it begins")
	}
	c.RelyingParties = withParty(c.RelyingParties, s.cfg.Party)
	key := s.cfg.Keys.Public()
	if w.NewProgrammeKey {
		var err error
		if key, err = s.cfg.Keys.Prepare(); err != nil {
			return nil, err
		}
	}
	c.ProgrammeKeys = []programme.PublicKey{key}
	var err error
	if c.People, err = s.people(ctx, before, w.People); err != nil {
		return nil, err
	}
	if namesIndependent(c.People) {
		c.RelyingParties = withParty(c.RelyingParties, independentParty())
	}
	if c.Pins, err = s.pins(before, w.Pins); err != nil {
		return nil, err
	}
	if err := c.Validate(); err != nil {
		return nil, unusable(err.Error())
	}
	payload, err := programme.Marshal(c)
	if err != nil {
		return nil, err
	}
	// Root keys would sign in vain what no screen reads.
	if n := len(payload); n > programme.MaxCharter {
		return nil, playlists.Errorf(playlists.TooLarge, "charter_too_large", playlists.Params{"bytes": n, "max": programme.MaxCharter}, "cannot prepare a charter of %d bytes: screens read %d at most; name fewer people, or fewer keys of each", n, programme.MaxCharter)
	}
	return &Draft{Number: c.Number, Payload: payload, Changes: Compare(before, &c)}, nil
}

func unusable(problem string) error {
	return playlists.Errorf(playlists.Invalid, "charter_unusable", playlists.Params{"problem": problem}, "cannot prepare this charter: %s; change what it says", problem)
}

// withParty adds a place where people sign to those that are named.
func withParty(all []programme.RelyingParty, own programme.RelyingParty) []programme.RelyingParty {
	out := []programme.RelyingParty{}
	found := false
	for _, rp := range all {
		if rp.ID == own.ID {
			found = true
			rp.Origins = slices.Clone(rp.Origins)
			for _, o := range own.Origins {
				if !slices.Contains(rp.Origins, o) {
					rp.Origins = append(rp.Origins, o)
				}
			}
		}
		out = append(out, rp)
	}
	if !found && own.ID != "" { // without a name no passkey signs here
		out = append(out, own)
	}
	return out
}

// people names everybody that is wanted, with the keys they have offered.
func (s *Service) people(ctx context.Context, before *programme.Charter, wanted []WantedPerson) ([]programme.Person, error) {
	names, err := s.cfg.People.PersonNames(ctx)
	if err != nil {
		return nil, err
	}
	offered, err := s.cfg.Store.Credentials(ctx, "")
	if err != nil {
		return nil, err
	}
	out := []programme.Person{}
	for _, w := range wanted {
		p := programme.Person{
			ID: w.ID, Name: names[w.ID], May: nonNil(w.May), Clusters: nonNil(w.Clusters), ValidFrom: millis(w.ValidFrom), ValidUntil: millis(w.ValidUntil),
			Standing: w.Standing, Credentials: []programme.Credential{},
		}
		known := map[string]programme.Credential{}
		var was *programme.Person
		if before != nil {
			was, _ = before.Person(w.ID)
		}
		if was != nil {
			if p.Name == "" {
				p.Name = was.Name
			}
			for _, k := range was.Credentials {
				known[k.ID] = k
			}
		}
		if p.Name == "" {
			return nil, playlists.Errorf(playlists.NotFound, "person_missing", nil, "cannot name person %.40q in a charter: nobody has this id", string(w.ID))
		}
		for _, k := range offered {
			if k.Person == w.ID {
				known[k.ID] = k.Credential
			}
		}
		for _, id := range w.Credentials {
			k, ok := known[id]
			if !ok {
				return nil, playlists.Errorf(playlists.NotFound, "credential_missing", nil, "cannot give %s the key %.40q: they have not offered it", p.Name, id)
			}
			p.Credentials = append(p.Credentials, k)
		}
		if w.Standing == programme.Retired && w.KeepAll {
			if p.Kept, err = s.keep(ctx, was, w.ID); err != nil {
				return nil, err
			}
		}
		out = append(out, p)
	}
	return out, nil
}

// keep stores the set of a person's signed decisions that are part of what is
// approved now. The set of somebody who has left never grows.
func (s *Service) keep(ctx context.Context, was *programme.Person, person playlists.ID) (playlists.Digest, error) {
	if was != nil && was.Standing == programme.Retired && was.Kept != "" {
		return was.Kept, nil
	}
	approvals, err := s.cfg.Store.Approvals(ctx)
	if err != nil {
		return "", err
	}
	var statements []playlists.Digest
	for _, object := range approvals {
		var a programme.Approval
		if err := programme.Unmarshal(object, &a); err != nil {
			return "", err
		}
		for _, d := range a.Decisions {
			if d.Signature != nil && d.Signature.Person == person {
				statements = append(statements, playlists.DigestOf(d.Statement))
			}
		}
	}
	set, err := programme.NewKeptSet(statements)
	if err != nil {
		return "", err
	}
	d, _, err := s.cfg.Objects.Put(ctx, bytes.NewReader(set))
	return d, err
}

func nonNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func instant(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
