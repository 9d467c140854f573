package enrol

import (
	"bytes"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"

	"cotmoc/agent/internal/state"
	"cotmoc/playlists/wire"
)

// decode reads one JSON value of known fields.
func decode(data []byte, v any) error {
	if len(data) > 2*wire.MaxPairingAnswer {
		return fmt.Errorf("cannot read %d bytes: too long", len(data))
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return fmt.Errorf("cannot read %T: %w", v, err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return fmt.Errorf("cannot read %T: bytes follow it", v)
	}
	return nil
}

// parseAnswer reads what the controller says to a new pairing.
func parseAnswer(data []byte) (wire.Pairing, error) {
	var p wire.Pairing
	if err := decode(data, &p); err != nil {
		return p, err
	}
	return p, checkPairing(&p)
}

func checkPairing(p *wire.Pairing) error {
	if err := p.Pairing.Validate(); err != nil {
		return err
	}
	if len(p.Nonce) < 16 || len(p.Nonce) > 64 {
		return fmt.Errorf("cannot use a pairing with a nonce of %d bytes", len(p.Nonce))
	}
	if p.PollS < 1 || p.PollS > 60 {
		return fmt.Errorf("cannot poll a pairing every %d s", p.PollS)
	}
	return nil
}

// parsePairing reads a pairing as it was kept.
func parsePairing(data []byte) (*pairing, error) {
	var p pairing
	if err := decode(data, &p); err != nil {
		return nil, err
	}
	return &p, checkPairing(&p.Pairing)
}

// parseState reads a poll's answer; no identity and no error is waiting.
func parseState(data []byte) (*wire.Identity, error) {
	var s wire.PairingState
	if err := decode(data, &s); err != nil {
		return nil, err
	}
	switch {
	case s.State == "waiting":
		return nil, nil
	case s.State == "claimed" && s.Grant != nil:
		return s.Grant, nil
	}
	return nil, fmt.Errorf("cannot understand the pairing state %.40q", s.State)
}

// parseIdentity reads an identity as it was kept.
func parseIdentity(data []byte, key ed25519.PrivateKey) (*Enrolled, error) {
	en := &Enrolled{Key: key}
	if err := decode(data, en); err != nil {
		return nil, err
	}
	return en, en.check()
}

const pemType = "PRIVATE KEY"

// deviceKey reads the key that is this PC, or makes it.
func deviceKey(s Store, random io.Reader) (ed25519.PrivateKey, error) {
	if data, ok := s.Document(state.DeviceKey, func(b []byte) error { _, err := parseKey(b); return err }); ok {
		return parseKey(data)
	}
	_, key, err := ed25519.GenerateKey(random)
	if err != nil {
		return nil, fmt.Errorf("cannot make a device key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("cannot encode the device key: %w", err)
	}
	// A key that cannot be kept would make the PC another one at each start.
	if err := s.SetDocument(state.DeviceKey, pem.EncodeToMemory(&pem.Block{Type: pemType, Bytes: der})); err != nil {
		return nil, fmt.Errorf("cannot keep the device key: %w", err)
	}
	return key, nil
}

func parseKey(data []byte) (ed25519.PrivateKey, error) {
	block, _ := pem.Decode(data)
	if block == nil || block.Type != pemType {
		return nil, errors.New("cannot read the device key: not PEM")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("cannot read the device key: %w", err)
	}
	key, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("cannot use a device key of type %T", parsed)
	}
	return key, nil
}
