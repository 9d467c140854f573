package programme

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
)

// MaxEnvelope is the most bytes an envelope may have.
const MaxEnvelope = 1 << 20

// maxSignatures is the most an envelope may have: the roots of two charters.
const maxSignatures = 2 * maxRoots

// MaxCharter is the most bytes that a charter may have to be read in its
// envelope with every signature: some 1000 people with two passkeys, or 600
// with the longer keys of RSA. The 500 that a charter may name can be as few as
// 180 when each has as many of these as there may be.
const MaxCharter = (MaxEnvelope - maxSignatures*signatureBytes - frameBytes) / 4 * 3

// What an envelope adds to the base64 of its payload.
const (
	signatureBytes = 128
	frameBytes     = 128
)

// Envelope is a DSSE envelope (Dead Simple Signing Envelope, version 1.0.2):
// a payload with its type and signatures over both.
type Envelope struct {
	PayloadType string      `json:"payloadType"`
	Payload     []byte      `json:"payload"` // base64 in JSON
	Signatures  []Signature `json:"signatures"`
}

// Signature is one signature of an envelope.
type Signature struct {
	KeyID string `json:"keyid"`
	Sig   []byte `json:"sig"`
}

// PublicKey is a programme key that an agent has pinned. KeyID is a hint that
// finds the key; only the key itself is trusted.
type PublicKey struct {
	ID  string            `json:"id"`
	Key ed25519.PublicKey `json:"key"`
}

// NewPublicKey derives the id of a key: the first 16 hex digits of its SHA-256.
func NewPublicKey(key ed25519.PublicKey) PublicKey {
	sum := sha256.Sum256(key)
	return PublicKey{ID: hex.EncodeToString(sum[:8]), Key: key}
}

// verifies tells whether the key has signed. A key of another length, on which
// the library would panic, has signed nothing.
func (k PublicKey) verifies(signed, sig []byte) bool {
	return len(k.Key) == ed25519.PublicKeySize && ed25519.Verify(k.Key, signed, sig)
}

// PreAuthEncoding is DSSE's PAE: what is signed. A passkey signs its SHA-256
// as the challenge.
func PreAuthEncoding(payloadType string, payload []byte) []byte {
	return fmt.Appendf(nil, "DSSEv1 %d %s %d %s", len(payloadType), payloadType, len(payload), payload)
}

// Seal signs a payload and gives the envelope's canonical bytes.
func Seal(payloadType string, payload []byte, key ed25519.PrivateKey) ([]byte, error) {
	s, err := sign(payloadType, payload, key)
	if err != nil {
		return nil, err
	}
	return Marshal(Envelope{PayloadType: payloadType, Payload: payload, Signatures: []Signature{s}})
}

func sign(payloadType string, payload []byte, key ed25519.PrivateKey) (Signature, error) {
	pub, ok := key.Public().(ed25519.PublicKey)
	if !ok {
		return Signature{}, fmt.Errorf("cannot sign: %T is not an Ed25519 key", key.Public())
	}
	return Signature{KeyID: NewPublicKey(pub).ID, Sig: ed25519.Sign(key, PreAuthEncoding(payloadType, payload))}, nil
}

// addSignature adds a signature to an envelope, in place of the same key's
// before, or begins one from its payload.
func addSignature(payloadType string, envelope, payload []byte, key ed25519.PrivateKey) ([]byte, error) {
	e := Envelope{PayloadType: payloadType, Payload: payload}
	if envelope != nil {
		read, err := readEnvelope(envelope, payloadType)
		if err != nil {
			return nil, err
		}
		e = *read
	}
	s, err := sign(e.PayloadType, e.Payload, key)
	if err != nil {
		return nil, err
	}
	for i := range e.Signatures {
		if e.Signatures[i].KeyID == s.KeyID {
			e.Signatures[i] = s
			return Marshal(e)
		}
	}
	e.Signatures = append(e.Signatures, s)
	return Marshal(e)
}

// readEnvelope reads an envelope of one type, its signatures unchecked.
func readEnvelope(envelope []byte, payloadType string) (*Envelope, error) {
	if len(envelope) > MaxEnvelope {
		return nil, refuse(Malformed, "cannot read an envelope of %d bytes: the most is %d", len(envelope), MaxEnvelope)
	}
	var e Envelope
	if err := Unmarshal(envelope, &e); err != nil {
		return nil, err
	}
	if e.PayloadType != payloadType {
		return nil, refuse(BadType, "cannot use a document of type %.80q as %s", e.PayloadType, payloadType)
	}
	if len(e.Signatures) == 0 || len(e.Signatures) > maxSignatures {
		return nil, refuse(Malformed, "cannot check %d signatures: an envelope has 1 to %d", len(e.Signatures), maxSignatures)
	}
	return &e, nil
}

// open gives the payload of an envelope that one of the keys has signed.
func open(envelope []byte, payloadType string, keys []PublicKey) ([]byte, error) {
	e, err := readEnvelope(envelope, payloadType)
	if err != nil {
		return nil, err
	}
	signed := PreAuthEncoding(e.PayloadType, e.Payload)
	for _, s := range e.Signatures {
		i := slices.IndexFunc(keys, func(k PublicKey) bool { return k.ID == s.KeyID })
		if i >= 0 && keys[i].verifies(signed, s.Sig) {
			return e.Payload, nil
		}
	}
	return nil, refuse(BadSignature, "cannot trust this document: no pinned key has signed it")
}
