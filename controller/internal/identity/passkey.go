package identity

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"cotmoc/controller/internal/ceremony"
	"cotmoc/playlists"
)

// BeginPasskeyLogin begins a login in which the authenticator says who it is.
func (s *Service) BeginPasskeyLogin(address string) (Ceremony, error) {
	if s.passkeys == nil {
		return Ceremony{}, ceremony.Unavailable()
	}
	now := s.now()
	if !s.perPlace.Allow(Place(address), now) {
		return Ceremony{}, playlists.Errorf(playlists.RateLimited, "too_many_logins", playlists.Params{"wait_s": 60}, "cannot log in now: there were too many attempts; wait a minute and try again")
	}
	options, asked, err := s.passkeys.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return Ceremony{}, fmt.Errorf("cannot begin a login by passkey: %w", err)
	}
	return s.begin(talk{asked: *asked}, options.Response)
}

// PasskeyLogin gives the person whose authenticator answered.
func (s *Service) PasskeyLogin(ctx context.Context, id string, response []byte, address string) (Proof, error) {
	t, ok := s.talks.Close(id, s.now())
	if !ok || t.person != "" {
		return Proof{}, ceremony.Over()
	}
	wrong := playlists.Errorf(playlists.Unauthenticated, "passkey_wrong", nil, "cannot log in with this passkey: it is unknown here or was removed; log in with the password")
	parsed, err := protocol.ParseCredentialRequestResponseBytes(response)
	if err != nil {
		return Proof{}, wrong
	}
	var p Person
	var failed error // of ours, not of the authenticator's
	find := func(_, handle []byte) (webauthn.User, error) {
		person, ok := strings.CutPrefix(string(handle), handlePrefix)
		if !ok {
			return nil, wrong
		}
		if p, failed = s.store.Person(ctx, playlists.ID(person)); failed != nil {
			return nil, failed
		}
		h, err := s.holder(ctx, p.ID, p.Login, p.Name)
		failed = err
		return h, err
	}
	_, used, err := s.passkeys.ValidatePasskeyLogin(find, t.asked, parsed)
	if failed != nil && playlists.CodeOf(failed) != playlists.NotFound {
		return Proof{}, failed
	}
	switch {
	case err != nil || p.Disabled:
		err = wrong
	case used.Authenticator.CloneWarning:
		err = cloned()
	default:
		err = s.noteUse(ctx, p.ID, used)
	}
	if playlists.CodeOf(err) == playlists.Unauthenticated {
		if err := s.failed(ctx, p, address); err != nil {
			return Proof{}, err
		}
	}
	if err != nil {
		return Proof{}, err
	}
	return s.entered(ctx, p, ByPasskey, address)
}

// noteUse keeps the count that came with an answer.
func (s *Service) noteUse(ctx context.Context, person playlists.ID, used *webauthn.Credential) error {
	all, err := s.store.Credentials(ctx, person)
	if err != nil {
		return err
	}
	for _, c := range all {
		if !bytes.Equal(c.CredentialID, used.ID) {
			continue
		}
		before := c.SignCount
		c.SignCount, c.Flags, c.LastUsedAt = used.Authenticator.SignCount, byte(used.Flags.ProtocolValue()), s.now()
		ok, err := s.store.CredentialUsed(ctx, c, before)
		if err == nil && !ok {
			err = cloned()
		}
		return err
	}
	return cloned() // removed since
}

// cloned is the answer to an authenticator that counts backwards: there are
// two of it, or the same answer came twice.
func cloned() error {
	return playlists.Errorf(playlists.Unauthenticated, "passkey_cloned", nil, "cannot log in with this passkey: it counts as if there were two of it; remove it, log in with the password and make a new one")
}
