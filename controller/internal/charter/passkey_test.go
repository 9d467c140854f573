package charter_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"math/big"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/webauthn"
)

// authenticator makes one passkey. What it says can be bent.
type authenticator struct {
	id     []byte
	cose   map[int]any
	sign   func(message []byte) []byte
	origin string
	flags  byte
	format string
}

func newAuthenticator(t *testing.T, algorithm webauthn.Algorithm) *authenticator {
	t.Helper()
	a := &authenticator{id: make([]byte, 16), origin: party().Origins[0], flags: 0x45, format: "none"} // present, verified, attested
	if _, err := rand.Read(a.id); err != nil {
		t.Fatal(err)
	}
	must := func(b []byte, err error) []byte {
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	switch algorithm {
	case webauthn.ES256:
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		point := must(key.PublicKey.Bytes())
		a.cose = map[int]any{1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]}
		a.sign = func(m []byte) []byte {
			d := sha256.Sum256(m)
			return must(ecdsa.SignASN1(rand.Reader, key, d[:]))
		}
	case webauthn.EdDSA:
		public, key, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		a.cose = map[int]any{1: 1, 3: -8, -1: 6, -2: []byte(public)}
		a.sign = func(m []byte) []byte { return ed25519.Sign(key, m) }
	case webauthn.RS256:
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			t.Fatal(err)
		}
		a.cose = map[int]any{1: 3, 3: -257, -1: key.N.Bytes(), -2: big.NewInt(int64(key.E)).Bytes()}
		a.sign = func(m []byte) []byte {
			d := sha256.Sum256(m)
			return must(rsa.SignPKCS1v15(rand.Reader, key, 5, d[:])) // 5 is SHA-256
		}
	}
	return a
}

func encoded(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func (a *authenticator) client(t *testing.T, kind, challenge string) []byte {
	t.Helper()
	b, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": a.origin, "crossOrigin": false})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// made answers a registration.
func (a *authenticator) made(t *testing.T, challenge string) []byte {
	t.Helper()
	rp := sha256.Sum256([]byte(party().ID))
	key, err := cbor.Marshal(a.cose)
	if err != nil {
		t.Fatal(err)
	}
	data := append(append(rp[:], a.flags), 0, 0, 0, 1)
	data = append(data, make([]byte, 16)...)
	data = binary.BigEndian.AppendUint16(data, uint16(len(a.id)))
	data = append(append(data, a.id...), key...)
	object, err := cbor.Marshal(map[string]any{"fmt": a.format, "attStmt": map[string]any{}, "authData": data})
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(map[string]any{"id": encoded(a.id), "rawId": encoded(a.id), "type": "public-key", "clientExtensionResults": map[string]any{},
		"response": map[string]any{"clientDataJSON": encoded(a.client(t, "webauthn.create", challenge)), "attestationObject": encoded(object)}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (o *office) begin(a playlists.Actor) (challenge string) {
	o.t.Helper()
	options, err := o.BeginPasskey(o.t.Context(), a)
	if err != nil {
		o.t.Fatal(err)
	}
	b, err := json.Marshal(options)
	if err != nil {
		o.t.Fatal(err)
	}
	var asked struct {
		Challenge string
		RP        struct{ ID string }
		Params    []struct{ Alg int }                            `json:"pubKeyCredParams"`
		Selection struct{ UserVerification, ResidentKey string } `json:"authenticatorSelection"`
	}
	if err := json.Unmarshal(b, &asked); err != nil || asked.RP.ID != party().ID || asked.Selection.UserVerification != "required" ||
		asked.Selection.ResidentKey != "discouraged" || len(asked.Params) != 3 {
		o.t.Fatalf("asked %s, %v", b, err)
	}
	return asked.Challenge
}

// A passkey that is offered signs what a charter that names it lets count: the
// key that is kept is the one that agents verify with.
func TestAPasskeySigns(t *testing.T) {
	t.Parallel()
	for _, algorithm := range []webauthn.Algorithm{webauthn.ES256, webauthn.EdDSA, webauthn.RS256} {
		o := newOffice(t)
		a := newAuthenticator(t, algorithm)
		c, err := o.FinishPasskey(t.Context(), o.anh, "điện thoại", a.made(t, o.begin(o.anh)))
		if err != nil {
			t.Fatalf("%s: %v", algorithm, err)
		}
		if c.Algorithm != algorithm || c.RPID != party().ID || string(c.CredentialID) != string(a.id) {
			t.Errorf("kept as %+v", c)
		}
		payload := []byte("what is decided")
		challenge := programme.Challenge(programme.StatementPayloadType, payload)
		rp := sha256.Sum256([]byte(party().ID))
		data, client := append(append(rp[:], 0x05), 0, 0, 0, 2), a.client(t, "webauthn.get", encoded(challenge[:]))
		hash := sha256.Sum256(client)
		held := programme.Charter{RelyingParties: []programme.RelyingParty{party()}, People: []programme.Person{{ID: o.anh.ID, Credentials: []programme.Credential{c.Credential}}}}
		hand := programme.HandSignature{Person: o.anh.ID, Credential: c.ID, Sig: a.sign(append(append([]byte{}, data...), hash[:]...)), AuthenticatorData: data, ClientData: client}
		if _, _, err := held.CheckHand(&hand, programme.StatementPayloadType, payload); err != nil {
			t.Errorf("%s: %v", algorithm, err)
		}
	}
}

func TestPasskeysAreRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		bend   func(*authenticator)
		wait   time.Duration
		reason string
	}{
		"another site":              {bend: func(a *authenticator) { a.origin = "https://evil.example" }, reason: "passkey_refused"},
		"nobody verified":           {bend: func(a *authenticator) { a.flags = 0x41 }, reason: "passkey_refused"},
		"an attestation":            {bend: func(a *authenticator) { a.format = "packed" }, reason: "passkey_refused"},
		"a curve that nobody asked": {bend: func(a *authenticator) { a.cose[-1] = 2 }, reason: "passkey_refused"},
		"too late":                  {wait: 6 * time.Minute, reason: "ceremony_over"},
	} {
		o := newOffice(t)
		a := newAuthenticator(t, webauthn.ES256)
		if test.bend != nil {
			test.bend(a)
		}
		answer := a.made(t, o.begin(o.anh))
		o.Clock.Add(test.wait)
		if _, err := o.FinishPasskey(t.Context(), o.anh, "x", answer); playlists.ReasonOf(err) != test.reason {
			t.Errorf("%s: %v, want %s", name, err, test.reason)
		}
		// An answer is taken once, and from the one who was asked.
		if _, err := o.FinishPasskey(t.Context(), o.anh, "x", answer); playlists.ReasonOf(err) != "ceremony_over" {
			t.Errorf("%s, again: %v", name, err)
		}
	}
}

// A name at home is good for a key file.
func TestNoPasskeysAtANameWithoutADot(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.party = programme.RelyingParty{} // as app gives it for such a name
	if err := o.open(); err != nil {
		t.Fatal(err)
	}
	if _, err := o.BeginPasskey(t.Context(), o.anh); playlists.ReasonOf(err) != "passkeys_unavailable" {
		t.Errorf("a passkey: %v", err)
	}
	if h := o.accept(wanted()); len(h.RelyingParties) != 0 {
		t.Errorf("the charter names %v", h.RelyingParties)
	}
}
