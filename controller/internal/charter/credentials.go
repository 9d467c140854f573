package charter

import (
	"context"
	"crypto/ed25519"
	"slices"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// maxCredentials is how many keys a person may offer.
const maxCredentials = 8

// Credential is a key with which a person wants to sign. It counts for nothing
// until a charter gives it to them.
type Credential struct {
	programme.Credential
	Person       playlists.ID
	CredentialID []byte // the authenticator's name of a passkey, nil of a key file
	Label        string // for the person to recognise it
	CreatedAt    time.Time
	Named        bool // by the charter that counts; not stored
}

// Credentials lists the actor's own keys, or everybody's for an administrator.
func (s *Service) Credentials(ctx context.Context, a playlists.Actor, all bool) ([]Credential, error) {
	of := a.ID
	if all {
		if err := mayManage(a); err != nil {
			return nil, err
		}
		of = ""
	}
	list, err := s.cfg.Store.Credentials(ctx, of)
	if err != nil {
		return nil, err
	}
	held := s.Current()
	for i := range list {
		list[i].Named = inCharter(held, &list[i])
	}
	return list, nil
}

func inCharter(held *programme.HeldCharter, c *Credential) bool {
	if held == nil {
		return false
	}
	p, ok := held.Person(c.Person)
	if !ok {
		return false
	}
	_, ok = p.Credential(c.ID)
	return ok
}

// Pending lists the keys that the charter that counts does not name, for an
// administrator; others see none.
func (s *Service) Pending(ctx context.Context, a playlists.Actor) ([]Credential, error) {
	if mayManage(a) != nil {
		return nil, nil
	}
	all, err := s.Credentials(ctx, a, true)
	return slices.DeleteFunc(all, func(c Credential) bool { return c.Named }), err
}

// Signers gives a person's keys that the charter names, with what a browser
// needs to find a passkey.
func (s *Service) Signers(ctx context.Context, person playlists.ID) ([]Credential, error) {
	held := s.Current()
	if held == nil {
		return nil, nil
	}
	p, ok := held.Person(person)
	if !ok {
		return nil, nil
	}
	stored, err := s.cfg.Store.Credentials(ctx, person)
	if err != nil {
		return nil, err
	}
	var out []Credential
	for _, k := range p.Credentials {
		c := Credential{Credential: k, Person: person, Named: true}
		for _, known := range stored {
			if known.ID == k.ID {
				c.CredentialID, c.Label, c.CreatedAt = known.CredentialID, known.Label, known.CreatedAt
			}
		}
		out = append(out, c)
	}
	return out, nil
}

// OfferKeyFile offers the public half of the actor's key file.
func (s *Service) OfferKeyFile(ctx context.Context, a playlists.Actor, label string, key []byte, independent bool) (Credential, error) {
	if len(key) != ed25519.PublicKeySize {
		return Credential{}, playlists.Errorf(playlists.Invalid, "key_malformed", playlists.Params{"bytes": len(key)}, "cannot use a public key of %d bytes: give the 32 bytes that controller keys hand has printed", len(key))
	}
	k, err := programme.FileCredential(key)
	if err != nil {
		return Credential{}, err
	}
	k.Independent = independent
	return s.offer(ctx, a, Credential{Credential: k, Label: label})
}

func (s *Service) offer(ctx context.Context, a playlists.Actor, c Credential) (Credential, error) {
	if a.ID == "" {
		return c, a.Require(playlists.ReadMedia, playlists.Scope{})
	}
	var err error
	if c.Label, err = playlists.CleanTitle("label", c.Label); err != nil {
		return c, err
	}
	own, err := s.cfg.Store.Credentials(ctx, a.ID)
	if err != nil {
		return c, err
	}
	if len(own) >= maxCredentials {
		return c, playlists.Errorf(playlists.Conflict, "credentials_too_many", playlists.Params{"max": maxCredentials}, "cannot keep more than %d keys of one person: drop one that is not used", maxCredentials)
	}
	c.Person, c.CreatedAt = a.ID, s.cfg.Now().UTC().Truncate(time.Millisecond)
	return c, s.cfg.Store.AddCredential(s.audited(ctx, a, playlists.KeyOffered, &c), c)
}

// keyWritten is what the audit log keeps of a key: its public half by its
// digest, as charters name it.
type keyWritten struct {
	Label       string                   `json:"label"`
	Key         string                   `json:"key"`
	Kind        programme.CredentialKind `json:"kind"`
	Independent bool                     `json:"independent"`
}

// audited brings what an actor does with a key to the write that does it.
func (s *Service) audited(ctx context.Context, a playlists.Actor, kind playlists.ActKind, c *Credential) context.Context {
	return playlists.WithAct(ctx, &playlists.Act{At: s.cfg.Now(), By: a.ID, Kind: kind, Subject: c.Person, Detail: keyWritten{c.Label, c.ID, c.Kind, c.Independent}})
}

// Drop forgets a key that no charter has ever named.
func (s *Service) Drop(ctx context.Context, a playlists.Actor, id string) error {
	all, err := s.cfg.Store.Credentials(ctx, "")
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(c Credential) bool { return c.ID == id })
	if i < 0 || all[i].Person != a.ID && mayManage(a) != nil {
		return playlists.Errorf(playlists.NotFound, "credential_missing", nil, "cannot find the key %.40q: it was dropped, or is somebody else's", id)
	}
	s.mu.RLock()
	named := s.named[id]
	s.mu.RUnlock()
	if named {
		return playlists.Errorf(playlists.Conflict, "credential_named", nil, "cannot drop the key %.40q: a charter names it; prepare one that does not", id)
	}
	return s.cfg.Store.DropCredential(s.audited(ctx, a, playlists.KeyDropped, &all[i]), id)
}
