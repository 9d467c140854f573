package playliststest

import (
	"crypto/ed25519"
	"crypto/sha256"
	"testing"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/webauthn"
	"cotmoc/playlists/webauthn/webauthntest"
)

// Hand gives the key file of a person, by a short word.
func Hand(word string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte("hand of " + word))
	return ed25519.NewKeyFromSeed(seed[:])
}

// Root gives the root key of a holder.
func Root(holder string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte("root of " + holder))
	return ed25519.NewKeyFromSeed(seed[:])
}

// Decision states and signs what a person decided an hour before Now. The word
// of their hand is the person's id without its filling.
func Decision(t testing.TB, m *playlists.Media, act programme.Act, who playlists.Actor) programme.Decision {
	t.Helper()
	b, err := programme.Marshal(programme.NewStatement(m, act, who, "", Now.Add(-time.Hour)))
	if err != nil {
		t.Fatal(err)
	}
	return programme.Decision{Statement: b, Signature: Sign(t, programme.StatementPayloadType, b, who.ID)}
}

// Sign signs with the hand of a person.
func Sign(t testing.TB, payloadType string, payload []byte, person playlists.ID) *programme.HandSignature {
	t.Helper()
	s, err := programme.SignByHand(payloadType, payload, person, Hand(string(person)))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Person names somebody for a charter, with the key file of their id.
func Person(t testing.TB, word string, may ...programme.Capacity) programme.Person {
	t.Helper()
	id := ID(word)
	c, err := programme.FileCredential(Hand(string(id)).Public().(ed25519.PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	return programme.Person{
		ID: id, Name: word, May: may, Clusters: []string{playlists.Everywhere},
		ValidFrom: Now.AddDate(-1, 0, 0).UnixMilli(), Standing: programme.Active, Credentials: []programme.Credential{c},
	}
}

// Passkey gives a person a passkey beside their key file.
func Passkey(t testing.TB, p *programme.Person, rpID string) *webauthntest.Authenticator {
	t.Helper()
	a := webauthntest.New(t, webauthn.ES256)
	p.Credentials = append(p.Credentials, programme.Credential{
		ID: programme.CredentialID(a.Key.PKIX), Kind: programme.Passkey, Algorithm: a.Key.Algorithm, Key: a.Key.PKIX, RPID: rpID,
	})
	return a
}

// SignByPasskey signs with a passkey of a person.
func SignByPasskey(t testing.TB, payloadType string, payload []byte, person playlists.ID, a *webauthntest.Authenticator, rp programme.RelyingParty) *programme.HandSignature {
	t.Helper()
	as := a.Assert(t, rp.ID, rp.Origins[0], programme.Challenge(payloadType, payload))
	return &programme.HandSignature{
		Person: person, Credential: programme.CredentialID(a.Key.PKIX), Sig: as.Signature,
		AuthenticatorData: as.AuthenticatorData, ClientData: as.ClientData,
	}
}

// The holders of the fixtures' root keys, two of whom sign a charter.
var holders = []string{"anh", "binh", "chi"}

// Holders gives the holders of the root keys.
func Holders() []string { return append([]string{}, holders...) }

// FirstCharter gives a charter with a person for every capacity and two to
// lift, changed as a test wants.
func FirstCharter(t testing.TB, change func(*programme.Charter)) programme.Charter {
	t.Helper()
	c := programme.Charter{
		Number: 1, Epoch: 1, IssuedAt: Now.AddDate(0, -1, 0).UnixMilli(), ExpiresAt: Now.AddDate(2, 0, 0).UnixMilli(),
		RootThreshold: 2, ProgrammeKeys: []programme.PublicKey{PublicKey(1)}, LiftThreshold: 2, MaxUnattendedDays: 60,
		People: []programme.Person{
			Person(t, "reviewer", programme.MayReview), Person(t, "approver", programme.MayApprove, programme.MayTakeDown, programme.MayLift),
			Person(t, "emergency", programme.MayBulletin, programme.MayTakeDown), Person(t, "second", programme.MayLift),
			Person(t, "admin", programme.MayPlace),
		},
	}
	for _, h := range holders {
		c.Roots = append(c.Roots, programme.Root{Holder: h, Key: Root(h).Public().(ed25519.PublicKey)})
	}
	if change != nil {
		change(&c)
	}
	return c
}

// SignCharter signs a charter with the root keys of holders.
func SignCharter(t testing.TB, c programme.Charter, by ...string) []byte {
	t.Helper()
	payload, err := programme.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var envelope []byte
	for _, h := range by {
		if envelope, err = programme.SignCharter(envelope, payload, Root(h)); err != nil {
			t.Fatal(err)
		}
	}
	return envelope
}

// Charter gives FirstCharter as a screen holds it, and its envelope.
func Charter(t testing.TB, change func(*programme.Charter)) (*programme.HeldCharter, []byte) {
	t.Helper()
	envelope := SignCharter(t, FirstCharter(t, change), "anh", "binh")
	held, err := programme.FirstCharter(envelope)
	if err != nil {
		t.Fatal(err)
	}
	return held, envelope
}

// NextCharter gives the successor of a charter, changed as a test wants.
func NextCharter(t testing.TB, held *programme.HeldCharter, change func(*programme.Charter), by ...string) []byte {
	t.Helper()
	payload, err := programme.Marshal(held.Charter)
	if err != nil {
		t.Fatal(err)
	}
	var c programme.Charter
	if err := programme.Unmarshal(payload, &c); err != nil {
		t.Fatal(err)
	}
	c.Number, c.Previous, c.IssuedAt = held.Number+1, held.Payload, held.IssuedAt+1
	if change != nil {
		change(&c)
	}
	if len(by) == 0 {
		by = []string{"anh", "binh"}
	}
	return SignCharter(t, c, by...)
}

// Order signs an order by the hands of people.
func Order(t testing.TB, o programme.Order, by ...string) programme.SignedOrder {
	t.Helper()
	b, err := programme.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	out := programme.SignedOrder{Order: b, Hands: []programme.HandSignature{}}
	for _, p := range by {
		out.Hands = append(out.Hands, *Sign(t, programme.OrderType, b, ID(p)))
	}
	return out
}
