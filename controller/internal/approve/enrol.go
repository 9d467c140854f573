package approve

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"

	"cotmoc/playlists/programme"
	"cotmoc/playlists/webauthn"
)

// enrolment is a passkey that the page has made, and once it has signed, how.
type enrolment struct {
	Label             string             `json:"label"`
	Algorithm         webauthn.Algorithm `json:"algorithm"`
	PublicKey         []byte             `json:"public_key"`
	CredentialID      []byte             `json:"credential_id"`
	Sig               []byte             `json:"sig"`
	AuthenticatorData []byte             `json:"authenticator_data"`
	ClientData        []byte             `json:"client_data"`
}

func (e *enrolment) key() webauthn.Key {
	return webauthn.Key{Algorithm: e.Algorithm, PKIX: e.PublicKey}
}

// enrolled tells which key was offered. Its id is computed here, for the person
// to compare it with the charter.
type enrolled struct {
	Credential string `json:"credential"`
}

// beginEnrolment asks for the controller's nonce.
func (c *Client) beginEnrolment(ctx context.Context) error {
	var out struct {
		Nonce []byte `json:"nonce"`
	}
	if err := c.cfg.Controller.Post(ctx, "/signing-credentials/independent/begin", map[string]any{"password": c.cfg.Password}, &out); err != nil {
		return err
	}
	if n := len(out.Nonce); n < 16 || n > 64 {
		return refuse(Unreadable, "the controller's nonce has %d bytes", n)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.nonce = out.Nonce
	return nil
}

// enrolmentChallenge gives what a new passkey signs to show that it is there.
// It is computed here: a challenge of the controller's could be one over a
// decision.
func (c *Client) enrolmentChallenge(key webauthn.Key) (string, error) {
	c.mu.Lock()
	nonce := c.nonce
	c.mu.Unlock()
	if nonce == nil {
		return "", refuse(TooLate, "the enrolment was not begun")
	}
	if err := key.Validate(); err != nil {
		return "", refuse(Unreadable, "%v", err)
	}
	payload, err := programme.NewEnrolment(nonce, c.me.ID, key.PKIX)
	if err != nil {
		return "", err
	}
	challenge := programme.Challenge(programme.EnrolmentType, payload)
	return base64.RawURLEncoding.EncodeToString(challenge[:]), nil
}

// finishEnrolment offers the passkey, or the public half of the key file.
func (c *Client) finishEnrolment(ctx context.Context, e enrolment) (enrolled, error) {
	if c.cfg.Key != nil {
		public, _ := c.cfg.Key.Public().(ed25519.PublicKey) // New has looked
		in := map[string]any{"password": c.cfg.Password, "label": e.Label, "public_key": []byte(public), "independent": true}
		return enrolled{c.credential}, c.cfg.Controller.Post(ctx, "/signing-credentials/key-file", in, nil)
	}
	c.mu.Lock()
	c.nonce = nil
	c.mu.Unlock()
	return enrolled{programme.CredentialID(e.PublicKey)}, c.cfg.Controller.Post(ctx, "/signing-credentials/independent/finish", e, nil)
}
