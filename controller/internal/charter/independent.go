package charter

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"

	"cotmoc/controller/internal/ceremony"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	own "cotmoc/playlists/webauthn"
)

// The independent client is a page that a person's own machine serves to
// itself: its passkeys belong to this name, where no console can ask for them.
const (
	independentRP     = "localhost"
	independentOrigin = "http://localhost:7788"

	nonceBytes      = 32
	maxCredentialID = 1023 // bytes, WebAuthn §4
)

// independentParty is where the independent client signs unless a person has
// chosen another port, which the charter then has to name.
func independentParty() programme.RelyingParty {
	return programme.RelyingParty{ID: independentRP, Origins: []string{independentOrigin}}
}

func namesIndependent(people []programme.Person) bool {
	return slices.ContainsFunc(people, func(p programme.Person) bool {
		return slices.ContainsFunc(p.Credentials, func(k programme.Credential) bool { return k.Kind == programme.Passkey && k.RPID == independentRP })
	})
}

// Made is a passkey that was made in the independent client, with the assertion
// that shows it.
type Made struct {
	Label        string
	Key          own.Key
	CredentialID []byte
	Proof        own.Assertion
}

// BeginIndependent gives the nonce of an enrolment. One that was begun before
// is over.
func (s *Service) BeginIndependent(a playlists.Actor) (nonce []byte, err error) {
	nonce = make([]byte, nonceBytes)
	if _, err := io.ReadFull(s.cfg.Random, nonce); err != nil {
		return nil, fmt.Errorf("cannot begin to enrol a key: %w", err)
	}
	s.nonces.Open(string(a.ID), nonce, s.cfg.Now())
	return nonce, nil
}

// FinishIndependent offers a passkey that was made in the independent client.
func (s *Service) FinishIndependent(ctx context.Context, a playlists.Actor, m Made) (Credential, error) {
	nonce, ok := s.nonces.Close(string(a.ID), s.cfg.Now())
	if !ok {
		return Credential{}, ceremony.Over()
	}
	if err := proven(a, nonce, &m); err != nil {
		return Credential{}, ceremony.Refused(err)
	}
	return s.offer(ctx, a, Credential{
		Credential: programme.Credential{
			ID: programme.CredentialID(m.Key.PKIX), Kind: programme.Passkey, Algorithm: m.Key.Algorithm, Key: m.Key.PKIX, RPID: independentRP, Independent: true,
		},
		CredentialID: m.CredentialID, Label: m.Label,
	})
}

// proven tells whether the key's holder has signed its enrolment in a page of
// their own machine.
func proven(a playlists.Actor, nonce []byte, m *Made) error {
	if n := len(m.CredentialID); n == 0 || n > maxCredentialID {
		return fmt.Errorf("cannot use a credential id of %d bytes", n)
	}
	payload, err := programme.NewEnrolment(nonce, a.ID, m.Key.PKIX)
	if err != nil {
		return err
	}
	origin, err := localOrigin(m.Proof.ClientData)
	if err != nil {
		return err
	}
	rp := own.RelyingParty{ID: independentRP, Origins: []string{origin}}
	return own.Verify(rp, m.Key, programme.Challenge(programme.EnrolmentType, payload), m.Proof)
}

// localOrigin gives the origin of an assertion when it is a page of the own
// machine. The rest of the client data is for Verify.
func localOrigin(clientData []byte) (string, error) {
	var c struct {
		Origin string `json:"origin"`
	}
	if err := json.Unmarshal(clientData, &c); err != nil {
		return "", fmt.Errorf("cannot read the client data: %w", err)
	}
	u, err := url.Parse(c.Origin)
	if err != nil || u.Scheme != "http" || u.Hostname() != independentRP || c.Origin != "http://"+u.Host {
		return "", errors.New("cannot trust the assertion: it was not made on a page of the person's own machine")
	}
	return c.Origin, nil
}
