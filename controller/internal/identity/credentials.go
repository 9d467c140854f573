package identity

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"cotmoc/controller/internal/ceremony"
	"cotmoc/playlists"
)

// Credential is a passkey with which somebody opens the console. It signs
// nothing else. Its private key never leaves their authenticator.
type Credential struct {
	ID           playlists.ID
	Person       playlists.ID
	Label        string
	CredentialID []byte // the authenticator's name for it
	PublicKey    []byte // COSE
	SignCount    uint32
	Flags        byte // of the authenticator, when last seen
	Transports   []string
	CreatedAt    time.Time
	LastUsedAt   time.Time
}

// CredentialStore keeps passkeys.
type CredentialStore interface {
	Credentials(ctx context.Context, person playlists.ID) ([]Credential, error)
	// AddCredential answers Conflict, reason "passkey_taken" for one that is
	// there already, "too_many_passkeys" at the limit.
	AddCredential(ctx context.Context, c Credential, limit int) error
	// CredentialUsed notes the count, flags and time of a use. It tells false
	// when the count is not the one from before the use any more.
	CredentialUsed(ctx context.Context, c Credential, before uint32) (bool, error)
	// DeleteCredential answers NotFound, reason "passkey_missing".
	DeleteCredential(ctx context.Context, person, id playlists.ID) error
}

// maxPasskeys is the most of one person.
const maxPasskeys = 20

// Ceremony is one talk with an authenticator, begun. Options go to the
// browser as they are; the answer comes back with the id.
type Ceremony struct {
	ID      string
	Options any
}

// talk is what we said to an authenticator.
type talk struct {
	asked  webauthn.SessionData
	person playlists.ID // "" for a login
	label  string
}

const talkBytes = 16

// begin remembers what an authenticator is asked.
func (s *Service) begin(t talk, options any) (Ceremony, error) {
	raw := make([]byte, talkBytes)
	if _, err := io.ReadFull(s.random, raw); err != nil {
		return Ceremony{}, fmt.Errorf("cannot name a ceremony: %w", err)
	}
	c := Ceremony{ID: hex.EncodeToString(raw), Options: options}
	s.talks.Open(c.ID, t, s.now())
	return c, nil
}

// BeginRegistration begins to make a passkey that opens the console to the
// actor.
func (s *Service) BeginRegistration(ctx context.Context, a playlists.Actor, label string) (Ceremony, error) {
	label, err := playlists.CleanTitle("label", label)
	if err != nil {
		return Ceremony{}, err
	}
	holder, err := s.holder(ctx, a.ID, a.Login, a.Name)
	if err != nil {
		return Ceremony{}, err
	}
	options, asked, err := ceremony.Ask(s.passkeys, holder, true)
	if err != nil {
		return Ceremony{}, err
	}
	return s.begin(talk{asked: *asked, person: a.ID, label: label}, options)
}

// FinishRegistration keeps the passkey that the authenticator made.
func (s *Service) FinishRegistration(ctx context.Context, a playlists.Actor, id string, response []byte) (Credential, error) {
	t, ok := s.talks.Close(id, s.now())
	if !ok || t.person == "" || t.person != a.ID {
		return Credential{}, ceremony.Over()
	}
	holder, err := s.holder(ctx, a.ID, a.Login, a.Name)
	if err != nil {
		return Credential{}, err
	}
	made, err := ceremony.Made(s.passkeys, holder, &t.asked, response)
	if err != nil {
		return Credential{}, err
	}
	own, err := playlists.NewID(s.random)
	if err != nil {
		return Credential{}, err
	}
	out := Credential{
		ID: own, Person: a.ID, Label: t.label, CredentialID: made.ID, PublicKey: made.PublicKey,
		SignCount: made.Authenticator.SignCount, Flags: byte(made.Flags.ProtocolValue()), CreatedAt: s.now(),
	}
	for _, way := range made.Transport {
		out.Transports = append(out.Transports, string(way))
	}
	ctx = s.audited(ctx, a, playlists.PasskeyAdded, a.ID, passkeyWritten{Label: out.Label})
	return out, s.store.AddCredential(ctx, out, maxPasskeys)
}

// DeletePasskey drops one of the actor's passkeys that open the console.
func (s *Service) DeletePasskey(ctx context.Context, a playlists.Actor, id playlists.ID) error {
	return s.store.DeleteCredential(s.audited(ctx, a, playlists.PasskeyDeleted, a.ID, nil), a.ID, id)
}

// handlePrefix begins how authenticators know people whose passkey opens the
// console.
const handlePrefix = "login:"

func (s *Service) holder(ctx context.Context, person playlists.ID, login, name string) (*ceremony.Holder, error) {
	all, err := s.store.Credentials(ctx, person)
	if err != nil {
		return nil, err
	}
	h := &ceremony.Holder{Handle: handlePrefix + string(person), Login: login, Name: name}
	for _, c := range all {
		w := webauthn.Credential{ID: c.CredentialID, PublicKey: c.PublicKey, Flags: webauthn.NewCredentialFlags(protocol.AuthenticatorFlags(c.Flags))}
		w.Authenticator.SignCount = c.SignCount
		for _, t := range c.Transports {
			w.Transport = append(w.Transport, protocol.AuthenticatorTransport(t))
		}
		h.Has = append(h.Has, w)
	}
	return h, nil
}
