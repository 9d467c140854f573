package charter_test

import (
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"slices"
	"testing"
	"time"

	"cotmoc/controller/internal/charter"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/webauthn"
)

const localPage = "http://localhost:7788"

// proof signs an enrolment as a page of somebody's own machine has it signed.
type proof struct {
	rp, origin, payloadType string
	person                  playlists.ID
	flags                   byte
}

func (o *office) proof(a playlists.Actor) proof {
	return proof{rp: "localhost", origin: localPage, payloadType: programme.EnrolmentType, person: a.ID, flags: 0x05}
}

// offer makes a passkey and its proof over a nonce.
func (o *office) offer(p proof, nonce []byte) charter.Made {
	o.t.Helper()
	key := playliststest.Hand("own machine")
	pkix, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		o.t.Fatal(err)
	}
	payload, err := programme.NewEnrolment(nonce, p.person, pkix)
	if err != nil {
		o.t.Fatal(err)
	}
	challenge, rp := programme.Challenge(p.payloadType, payload), sha256.Sum256([]byte(p.rp))
	a := newAuthenticator(o.t, webauthn.EdDSA)
	a.origin = p.origin
	data, client := append(append(rp[:], p.flags), 0, 0, 0, 1), a.client(o.t, "webauthn.get", encoded(challenge[:]))
	hash := sha256.Sum256(client)
	sig := ed25519.Sign(key, append(slices.Clone(data), hash[:]...))
	return charter.Made{
		Label: "máy riêng", Key: webauthn.Key{Algorithm: webauthn.EdDSA, PKIX: pkix}, CredentialID: a.id,
		Proof: webauthn.Assertion{AuthenticatorData: data, ClientData: client, Signature: sig},
	}
}

func (o *office) nonce(a playlists.Actor) []byte {
	o.t.Helper()
	n, err := o.BeginIndependent(a)
	if err != nil {
		o.t.Fatal(err)
	}
	return n
}

// A passkey that was made on a person's own machine is theirs, independent, and
// a charter that names it names where it signs.
func TestAPasskeyFromElsewhereIsNamedWithItsPlace(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	c, err := o.FinishIndependent(t.Context(), o.anh, o.offer(o.proof(o.anh), o.nonce(o.anh)))
	if err != nil {
		t.Fatal(err)
	}
	if !c.Independent || c.RPID != "localhost" || c.Kind != programme.Passkey || c.Person != o.anh.ID || c.Named {
		t.Errorf("kept as %+v", c)
	}
	places := func(w charter.Wanted) map[string][]string {
		t.Helper()
		out := map[string][]string{}
		for _, rp := range o.accept(w).RelyingParties {
			out[rp.ID] = rp.Origins
		}
		return out
	}
	who := charter.WantedPerson{ID: o.anh.ID, May: []programme.Capacity{programme.MayReview}, Clusters: []string{"*"}, Standing: programme.Active}
	if p := places(wanted(who)); len(p["localhost"]) != 0 {
		t.Errorf("a charter that names no such key: %v", p)
	}
	o.Clock.Add(time.Second)
	who.Credentials = []string{c.ID}
	if p := places(wanted(who)); !slices.Equal(p["localhost"], []string{localPage}) || len(p[party().ID]) != 1 {
		t.Errorf("a charter that names it: %v", p)
	}
	o.Clock.Add(time.Second)
	other := wanted(who)
	other.RelyingParties = []programme.RelyingParty{{ID: "localhost", Origins: []string{"http://localhost:9999"}}}
	if p := places(other); !slices.Equal(p["localhost"], []string{"http://localhost:9999", localPage}) {
		t.Errorf("another port: %v", p)
	}
}

func TestPasskeysFromElsewhereAreRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		bend   func(*office, *proof)
		change func(*charter.Made)
		wait   time.Duration
		reason string
	}{
		"the console's name":      {bend: func(_ *office, p *proof) { p.rp = party().ID }, reason: "passkey_refused"},
		"the console's page":      {bend: func(_ *office, p *proof) { p.origin = party().Origins[0] }, reason: "passkey_refused"},
		"a page elsewhere":        {bend: func(_ *office, p *proof) { p.origin = "http://localhost.evil.example:7788" }, reason: "passkey_refused"},
		"a page with a path":      {bend: func(_ *office, p *proof) { p.origin = localPage + "/x" }, reason: "passkey_refused"},
		"nobody verified":         {bend: func(_ *office, p *proof) { p.flags = 0x01 }, reason: "passkey_refused"},
		"signed as a decision":    {bend: func(_ *office, p *proof) { p.payloadType = programme.StatementPayloadType }, reason: "passkey_refused"},
		"signed for another":      {bend: func(o *office, p *proof) { p.person = o.root.ID }, reason: "passkey_refused"},
		"another key than signed": {change: func(m *charter.Made) { m.Key.Algorithm = webauthn.ES256 }, reason: "passkey_refused"},
		"another signature":       {change: func(m *charter.Made) { m.Proof.Signature[3] ^= 1 }, reason: "passkey_refused"},
		"no id":                   {change: func(m *charter.Made) { m.CredentialID = nil }, reason: "passkey_refused"},
		"no client data":          {change: func(m *charter.Made) { m.Proof.ClientData = nil }, reason: "passkey_refused"},
		"too late":                {wait: 6 * time.Minute, reason: "ceremony_over"},
	} {
		o := newOffice(t)
		p := o.proof(o.anh)
		if test.bend != nil {
			test.bend(o, &p)
		}
		m := o.offer(p, o.nonce(o.anh))
		if test.change != nil {
			test.change(&m)
		}
		o.Clock.Add(test.wait)
		if _, err := o.FinishIndependent(t.Context(), o.anh, m); playlists.ReasonOf(err) != test.reason {
			t.Errorf("%s: %v, want %s", name, err, test.reason)
		}
		// A nonce is taken once, and from the one who was given it.
		if _, err := o.FinishIndependent(t.Context(), o.anh, m); playlists.ReasonOf(err) != "ceremony_over" {
			t.Errorf("%s, again: %v", name, err)
		}
	}
	o := newOffice(t)
	nonce := o.nonce(o.anh)
	o.nonce(o.root)
	if _, err := o.FinishIndependent(t.Context(), o.root, o.offer(o.proof(o.root), nonce)); playlists.ReasonOf(err) != "passkey_refused" {
		t.Errorf("over somebody else's nonce: %v", err)
	}
}
