package identity_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"

	"github.com/fxamacker/cbor/v2"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"

	"cotmoc/controller/internal/identity"
	"cotmoc/controller/internal/sqlstore/sqlstoretest"
)

// authenticator is a passkey in a test's hands. What it answers can be bent.
type authenticator struct {
	t      *testing.T
	key    *ecdsa.PrivateKey
	id     []byte
	handle []byte

	origin   string
	name     string // RP id
	counter  uint32
	verified bool
	kind     string // "" for what is asked
}

func newAuthenticator(t *testing.T) *authenticator {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	id := make([]byte, 16)
	if _, err := rand.Read(id); err != nil {
		t.Fatal(err)
	}
	return &authenticator{t: t, key: key, id: id, origin: sqlstoretest.Site.Origin, name: sqlstoretest.Site.Name, counter: 1, verified: true}
}

func text(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// asked is what of the options an authenticator looks at.
type asked struct {
	Challenge        string
	User             struct{ ID string }
	UserVerification string
	Selection        struct{ UserVerification, ResidentKey string } `json:"authenticatorSelection"`
	Params           []struct{ Alg int }                            `json:"pubKeyCredParams"`
	Exclude          []struct{ ID string }                          `json:"excludeCredentials"`
	Allow            []struct{ ID string }                          `json:"allowCredentials"`
}

func read(t *testing.T, c identity.Ceremony) asked {
	t.Helper()
	b, err := json.Marshal(c.Options)
	if err != nil {
		t.Fatal(err)
	}
	var out asked
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func (a *authenticator) client(kind, challenge string) []byte {
	if a.kind != "" {
		kind = a.kind
	}
	b, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": a.origin, "crossOrigin": false})
	if err != nil {
		a.t.Fatal(err)
	}
	return b
}

// data is the authenticator data, with the credential when it is made.
func (a *authenticator) data(made bool) []byte {
	rp := sha256.Sum256([]byte(a.name))
	flags := byte(0x01)
	if a.verified {
		flags |= 0x04
	}
	if made {
		flags |= 0x40
	}
	out := append(rp[:], flags)
	out = binary.BigEndian.AppendUint32(out, a.counter)
	if !made {
		return out
	}
	public, err := a.key.PublicKey.ECDH()
	if err != nil {
		a.t.Fatal(err)
	}
	point := public.Bytes()
	key, err := cbor.Marshal(map[int]any{1: 2, 3: int(webauthncose.AlgES256), -1: 1, -2: point[1:33], -3: point[33:]})
	if err != nil {
		a.t.Fatal(err)
	}
	out = append(out, make([]byte, 16)...)
	out = binary.BigEndian.AppendUint16(out, uint16(len(a.id)))
	return append(append(out, a.id...), key...)
}

func (a *authenticator) answer(response map[string]any) []byte {
	b, err := json.Marshal(map[string]any{"id": text(a.id), "rawId": text(a.id), "type": "public-key", "clientExtensionResults": map[string]any{}, "response": response})
	if err != nil {
		a.t.Fatal(err)
	}
	return b
}

// register answers a registration.
func (a *authenticator) register(c identity.Ceremony) []byte {
	a.t.Helper()
	ask := read(a.t, c)
	handle, err := base64.RawURLEncoding.DecodeString(ask.User.ID)
	if err != nil {
		a.t.Fatal(err)
	}
	a.handle = handle
	object, err := cbor.Marshal(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": a.data(true)})
	if err != nil {
		a.t.Fatal(err)
	}
	return a.answer(map[string]any{"clientDataJSON": text(a.client("webauthn.create", ask.Challenge)), "attestationObject": text(object), "transports": []string{"internal"}})
}

// login answers a login, and counts.
func (a *authenticator) login(c identity.Ceremony) []byte {
	a.t.Helper()
	a.counter++
	return a.assert(read(a.t, c).Challenge)
}

func (a *authenticator) assert(challenge string) []byte {
	client, data := a.client("webauthn.get", challenge), a.data(false)
	hash := sha256.Sum256(client)
	digest := sha256.Sum256(append(append([]byte{}, data...), hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, a.key, digest[:])
	if err != nil {
		a.t.Fatal(err)
	}
	return a.answer(map[string]any{"clientDataJSON": text(client), "authenticatorData": text(data), "signature": text(signature), "userHandle": text(a.handle)})
}
