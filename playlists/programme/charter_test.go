package programme_test

import (
	"crypto/ed25519"
	"crypto/x509"
	"fmt"
	"strings"
	"testing"

	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/webauthn"
	"cotmoc/playlists/webauthn/webauthntest"
)

const year10000 = 253402300800000

// What a charter may not say, whoever signs it. The reviewer is the first of
// the people, with a key file and a passkey; the veteran, who has left, is the
// last.
func TestCharterContradictions(t *testing.T) {
	t.Parallel()
	type charter = programme.Charter
	reviewer := func(change func(*programme.Person)) func(*charter) {
		return func(c *charter) { change(&c.People[0]) }
	}
	credential := func(i int, change func(*programme.Credential)) func(*charter) {
		return reviewer(func(p *programme.Person) { change(&p.Credentials[i]) })
	}
	asCredential := func(c *charter, key ed25519.PublicKey) {
		k, err := programme.FileCredential(key)
		if err != nil {
			t.Fatal(err)
		}
		c.People[0].Credentials = append(c.People[0].Credentials, k)
	}
	ecKey := webauthntest.New(t, webauthn.ES256).Key.PKIX
	weak, err := x509.MarshalPKIXPublicKey(playliststest.Hand("x").Public())
	if err != nil {
		t.Fatal(err)
	}
	pin := func(change func(*programme.Pin)) func(*charter) { return func(c *charter) { change(&c.Pins[0]) } }
	origin := func(o string) func(*charter) {
		return func(c *charter) { c.RelyingParties[0].Origins = append(c.RelyingParties[0].Origins, o) }
	}
	sound := newWorld(t, nil).first
	const ok, bad = programme.Refusal(""), programme.Malformed
	for _, c := range []struct {
		name   string
		change func(*charter)
		want   programme.Refusal
	}{
		{"nothing", func(*charter) {}, ok},
		{"no number", func(c *charter) { c.Number, c.Previous = 0, playlists.DigestOf(nil) }, bad},
		{"no epoch", func(c *charter) { c.Epoch = 0 }, bad},
		{"the first with one before", func(c *charter) { c.Previous = playlists.DigestOf(nil) }, bad},
		{"the second with none before", func(c *charter) { c.Number = 2 }, bad},
		{"one before that is no digest", func(c *charter) { c.Number, c.Previous = 2, "x" }, bad},
		{"issued never", func(c *charter) { c.IssuedAt = 0 }, bad},
		{"issued before time", func(c *charter) { c.IssuedAt = -1 }, bad},
		{"over as it begins", func(c *charter) { c.ExpiresAt = c.IssuedAt }, bad},
		{"over before it begins", func(c *charter) { c.ExpiresAt = c.IssuedAt - 1 }, bad},
		{"over at the last instant", func(c *charter) { c.ExpiresAt = year10000 - 1 }, ok},
		{"over after the last instant", func(c *charter) { c.ExpiresAt = year10000 }, bad},
		{"issued after the last instant", func(c *charter) { c.IssuedAt, c.ExpiresAt = year10000, year10000+1 }, bad},
		{"never over", func(c *charter) { c.ExpiresAt = 1<<63 - 1 }, bad},
		{"lifts by one", func(c *charter) { c.LiftThreshold = 1 }, bad},
		{"lifts by as many as can sign", func(c *charter) { c.LiftThreshold = 16 }, ok},
		{"lifts by more than can sign", func(c *charter) { c.LiftThreshold = 17 }, bad},
		{"unattended for no day", func(c *charter) { c.MaxUnattendedDays = 0 }, bad},
		{"unattended for ten years", func(c *charter) { c.MaxUnattendedDays = 3650 }, ok},
		{"unattended for longer", func(c *charter) { c.MaxUnattendedDays = 3651 }, bad},

		{"no roots", func(c *charter) { c.Roots = nil }, bad},
		{"no roots and none needed", func(c *charter) { c.Roots, c.RootThreshold = nil, 0 }, bad},
		{"no root needed", func(c *charter) { c.RootThreshold = 0 }, bad},
		{"all roots needed", func(c *charter) { c.RootThreshold = 3 }, ok},
		{"more roots needed than there are", func(c *charter) { c.RootThreshold = 4 }, bad},
		{"eight roots", func(c *charter) { manyRoots(c, 8) }, ok},
		{"nine roots", func(c *charter) { manyRoots(c, 9) }, bad},
		{"a root of another length", func(c *charter) { c.Roots[2].Key = c.Roots[2].Key[:31] }, bad},
		{"a root without a holder", func(c *charter) { c.Roots[2].Holder = "" }, bad},
		{"a holder with a space behind", func(c *charter) { c.Roots[2].Holder = "anh " }, bad},
		{"a holder with a name of 200 bytes", func(c *charter) { c.Roots[2].Holder = strings.Repeat("x", 200) }, ok},
		{"a holder with a longer name", func(c *charter) { c.Roots[2].Holder = strings.Repeat("x", 201) }, bad},
		{"two roots of one holder", func(c *charter) { c.Roots[2].Holder = "anh" }, bad},
		{"one root of two holders", func(c *charter) { c.Roots[2].Key = c.Roots[0].Key }, bad},

		{"no programme key", func(c *charter) { c.ProgrammeKeys = nil }, bad},
		{"four programme keys", func(c *charter) { manyKeys(c, 4) }, ok},
		{"five programme keys", func(c *charter) { manyKeys(c, 5) }, bad},
		{"a programme key of another length", func(c *charter) {
			c.ProgrammeKeys = append(c.ProgrammeKeys, programme.NewPublicKey([]byte("short")))
		}, bad},
		{"a programme key by another name", func(c *charter) { c.ProgrammeKeys[0].ID = "0000000000000000" }, bad},
		{"a programme key twice", func(c *charter) { c.ProgrammeKeys = append(c.ProgrammeKeys, c.ProgrammeKeys[0]) }, bad},
		{"a root as the programme key", func(c *charter) { c.ProgrammeKeys = append(c.ProgrammeKeys, programme.NewPublicKey(c.Roots[1].Key)) }, bad},
		{"a root as a person's key", func(c *charter) { asCredential(c, c.Roots[1].Key) }, bad},
		{"the programme key as a person's key", func(c *charter) { asCredential(c, c.ProgrammeKeys[0].Key) }, bad},
		{"one key of two people", func(c *charter) {
			asCredential(c, playliststest.Hand(string(c.People[1].ID)).Public().(ed25519.PublicKey))
		}, bad},
		{"one key of one person twice", func(c *charter) {
			asCredential(c, playliststest.Hand(string(c.People[0].ID)).Public().(ed25519.PublicKey))
		}, bad},

		{"nobody for releases", func(c *charter) { c.ReleaseSigners, c.ReleaseThreshold = nil, 0 }, ok},
		{"releases by nobody", func(c *charter) { c.ReleaseSigners = nil }, bad},
		{"no signer of releases needed", func(c *charter) { c.ReleaseThreshold = 0 }, bad},
		{"all signers of releases needed", func(c *charter) { c.ReleaseThreshold = 3 }, ok},
		{"more signers of releases needed than there are", func(c *charter) { c.ReleaseThreshold = 4 }, bad},
		{"eight signers of releases", func(c *charter) { manyReleasers(c, 8) }, ok},
		{"nine signers of releases", func(c *charter) { manyReleasers(c, 9) }, bad},
		{"a release key of another length", func(c *charter) { c.ReleaseSigners[2].Key = c.ReleaseSigners[2].Key[:31] }, bad},
		{"a release key without a holder", func(c *charter) { c.ReleaseSigners[2].Holder = "" }, bad},
		{"two release keys of one holder", func(c *charter) { c.ReleaseSigners[2].Holder = "giang" }, bad},
		{"one release key of two holders", func(c *charter) { c.ReleaseSigners[2].Key = c.ReleaseSigners[0].Key }, bad},
		{"a root as a release key", func(c *charter) { c.ReleaseSigners[2].Key = c.Roots[0].Key }, bad},
		{"the programme key as a release key", func(c *charter) { c.ReleaseSigners[2].Key = c.ProgrammeKeys[0].Key }, bad},
		{"a release key as a person's key", func(c *charter) { asCredential(c, c.ReleaseSigners[1].Key) }, bad},

		{"a party without a name", func(c *charter) {
			c.RelyingParties = append(c.RelyingParties, programme.RelyingParty{Origins: []string{"https://"}})
		}, bad},
		{"a party without origins", func(c *charter) { c.RelyingParties = append(c.RelyingParties, programme.RelyingParty{ID: "x"}) }, bad},
		{"a party with the longest name", func(c *charter) { longParty(c, 253) }, ok},
		{"a party with a longer name", func(c *charter) { longParty(c, 254) }, bad},
		{"sixteen origins", func(c *charter) { manyOrigins(c, 16) }, ok},
		{"seventeen origins", func(c *charter) { manyOrigins(c, 17) }, bad},
		{"eight parties", func(c *charter) { manyParties(c, 8) }, ok},
		{"nine parties", func(c *charter) { manyParties(c, 9) }, bad},
		{"a party twice", func(c *charter) { c.RelyingParties = append(c.RelyingParties, c.RelyingParties[0]) }, bad},
		{"an origin below", origin("https://a.console.example"), ok},
		{"an origin with a port", origin("https://console.example:8443"), ok},
		{"an origin with an empty port", origin("https://console.example:"), bad},
		{"an origin with no port's number", origin("https://console.example:65536"), bad},
		{"another site", origin("https://evil.example"), bad},
		{"a site that ends alike", origin("https://evilconsole.example"), bad},
		{"a path that ends alike", origin("https://evil.example/x.console.example"), bad},
		{"a user before another site", origin("https://x.console.example@evil.example"), bad},
		{"an origin without TLS", origin("http://console.example"), bad},
		{"an app", origin("android:apk-key-hash:console.example"), bad},
		{"an origin of nothing", origin(""), bad},
		{"this computer by no scheme", func(c *charter) { c.RelyingParties[1].Origins = append(c.RelyingParties[1].Origins, "localhost:7788") }, bad},
		{"this computer by another scheme", func(c *charter) { c.RelyingParties[1].Origins = append(c.RelyingParties[1].Origins, "ftp://localhost") }, bad},
		{"this computer with TLS", func(c *charter) {
			c.RelyingParties[1].Origins = append(c.RelyingParties[1].Origins, "https://localhost:8443")
		}, ok},

		{"500 people", func(c *charter) { manyPeople(t, c, 500) }, ok},
		{"501 people", func(c *charter) { manyPeople(t, c, 501) }, bad},
		{"a person twice", func(c *charter) { c.People[0].ID = c.People[1].ID }, bad},
		{"a person without an id", reviewer(func(p *programme.Person) { p.ID = "" }), bad},
		{"a person without a name", reviewer(func(p *programme.Person) { p.Name = " " }), bad},
		{"a name of 400 bytes", reviewer(func(p *programme.Person) { p.Name = strings.Repeat("x", 400) }), ok},
		{"a longer name", reviewer(func(p *programme.Person) { p.Name = strings.Repeat("x", 401) }), bad},
		{"an unknown capacity", reviewer(func(p *programme.Person) { p.May = []programme.Capacity{"everything"} }), bad},
		{"no clusters", reviewer(func(p *programme.Person) { p.Clusters = nil }), bad},
		{"everywhere and somewhere", reviewer(func(p *programme.Person) { p.Clusters = []string{"*", string(playliststest.ID("vungang"))} }), bad},
		{"somewhere and everywhere", reviewer(func(p *programme.Person) { p.Clusters = []string{string(playliststest.ID("vungang")), "*"} }), bad},
		{"a cluster that is none", reviewer(func(p *programme.Person) { p.Clusters = []string{""} }), bad},
		{"no beginning", reviewer(func(p *programme.Person) { p.ValidFrom = 0 }), ok},
		{"a beginning before time", reviewer(func(p *programme.Person) { p.ValidFrom = -1 }), bad},
		{"a beginning after the last instant", reviewer(func(p *programme.Person) { p.ValidFrom = year10000 }), bad},
		{"an end before time", reviewer(func(p *programme.Person) { p.ValidFrom, p.ValidUntil = 0, -1 }), bad},
		{"an end after the last instant", reviewer(func(p *programme.Person) { p.ValidUntil = year10000 }), bad},
		{"an end at the beginning", reviewer(func(p *programme.Person) { p.ValidUntil = p.ValidFrom }), bad},
		{"an unknown standing", reviewer(func(p *programme.Person) { p.Standing = "" }), bad},
		{"compromised", reviewer(func(p *programme.Person) { p.Standing = programme.Compromised }), ok},
		{"retired with nothing kept", reviewer(func(p *programme.Person) { p.Standing = programme.Retired }), ok},
		{"active with something kept", reviewer(func(p *programme.Person) { p.Kept = playlists.DigestOf(nil) }), bad},
		{"compromised with something kept", reviewer(func(p *programme.Person) { p.Standing, p.Kept = programme.Compromised, playlists.DigestOf(nil) }), bad},
		{"a kept set without a name", func(c *charter) { c.People[len(c.People)-1].Kept = "x" }, bad},
		{"eight keys", func(c *charter) { manyCredentials(t, c, 8) }, ok},
		{"nine keys", func(c *charter) { manyCredentials(t, c, 9) }, bad},

		{"a key by another name", credential(0, func(k *programme.Credential) { k.ID = "0000000000000000" }), bad},
		{"a key that is none", credential(0, func(k *programme.Credential) { k.Key, k.ID = []byte{1}, programme.CredentialID([]byte{1}) }), bad},
		{"a passkey that is no key", credential(1, func(k *programme.Credential) { k.Key, k.ID = []byte{1}, programme.CredentialID([]byte{1}) }), bad},
		{"a key file for ES256", credential(0, func(k *programme.Credential) {
			k.Key, k.ID, k.Algorithm = ecKey, programme.CredentialID(ecKey), webauthn.ES256
		}), bad},
		{"a key file with a party", credential(0, func(k *programme.Credential) { k.RPID = site.ID }), bad},
		{"an independent key file", credential(0, func(k *programme.Credential) { k.Independent = true }), ok},
		{"a passkey of no party", credential(1, func(k *programme.Credential) { k.RPID = "" }), bad},
		{"a passkey of an unnamed party", credential(1, func(k *programme.Credential) { k.RPID = "other.example" }), bad},
		{"a passkey of this computer", credential(1, func(k *programme.Credential) { k.RPID = local.ID }), ok},
		{"an independent passkey of the console", credential(1, func(k *programme.Credential) { k.Independent = true }), bad},
		{"a passkey for Ed25519", credential(1, func(k *programme.Credential) {
			k.Key, k.ID, k.Algorithm = weak, programme.CredentialID(weak), webauthn.EdDSA
		}), ok},
		{"a key of an unknown kind", credential(0, func(k *programme.Credential) { k.Kind = "seal" }), bad},

		{"200 PINs", func(c *charter) { manyPins(c, 200) }, ok},
		{"201 PINs", func(c *charter) { manyPins(c, 201) }, bad},
		{"a PIN for nowhere", pin(func(p *programme.Pin) { p.Clusters = nil }), bad},
		{"a salt of 15", pin(func(p *programme.Pin) { p.Salt = make([]byte, 15) }), bad},
		{"a salt of 64", pin(func(p *programme.Pin) { p.Salt = make([]byte, 64) }), ok},
		{"a salt of 65", pin(func(p *programme.Pin) { p.Salt = make([]byte, 65) }), bad},
		{"a hash of 31", pin(func(p *programme.Pin) { p.Hash = make([]byte, 31) }), bad},
		{"no passes", pin(func(p *programme.Pin) { p.Time = 0 }), bad},
		{"one pass", pin(func(p *programme.Pin) { p.Time = 1 }), ok},
		{"16 passes", pin(func(p *programme.Pin) { p.Time = 16 }), ok},
		{"17 passes", pin(func(p *programme.Pin) { p.Time = 17 }), bad},
		{"little memory", pin(func(p *programme.Pin) { p.MemoryKB = 8<<10 - 1 }), bad},
		{"enough memory", pin(func(p *programme.Pin) { p.MemoryKB = 8 << 10 }), ok},
		{"much memory", pin(func(p *programme.Pin) { p.MemoryKB = 64 << 10 }), ok},
		{"too much memory", pin(func(p *programme.Pin) { p.MemoryKB = 64<<10 + 1 }), bad},
		{"no thread", pin(func(p *programme.Pin) { p.Threads = 0 }), bad},
		{"four threads", pin(func(p *programme.Pin) { p.Threads = 4 }), ok},
		{"five threads", pin(func(p *programme.Pin) { p.Threads = 5 }), bad},
	} {
		doc := *copied(t, &sound)
		c.change(&doc)
		check(t, c.name, doc.Validate(), c.want)
	}
}

func manyRoots(c *programme.Charter, n int) {
	c.Roots = nil
	for i := range n {
		c.Roots = append(c.Roots, root(fmt.Sprint(i), fmt.Sprint(i)))
	}
}

func manyReleasers(c *programme.Charter, n int) {
	c.ReleaseSigners = nil
	for i := range n {
		holder := fmt.Sprint(i)
		c.ReleaseSigners = append(c.ReleaseSigners, programme.Root{Holder: holder, Key: playliststest.Releaser(holder).Public().(ed25519.PublicKey)})
	}
}

func manyKeys(c *programme.Charter, n int) {
	c.ProgrammeKeys = nil
	for i := range n {
		c.ProgrammeKeys = append(c.ProgrammeKeys, playliststest.PublicKey(byte(i+1)))
	}
}

func longParty(c *programme.Charter, n int) {
	name := strings.Repeat("x", n)
	c.RelyingParties = append(c.RelyingParties, programme.RelyingParty{ID: name, Origins: []string{"https://" + name}})
}

func manyOrigins(c *programme.Charter, n int) {
	c.RelyingParties[0].Origins = nil
	for i := range n {
		c.RelyingParties[0].Origins = append(c.RelyingParties[0].Origins, fmt.Sprintf("https://console.example:%d", i+1))
	}
}

func manyParties(c *programme.Charter, n int) {
	for i := len(c.RelyingParties); i < n; i++ {
		name := fmt.Sprintf("x%d", i)
		c.RelyingParties = append(c.RelyingParties, programme.RelyingParty{ID: name, Origins: []string{"https://" + name}})
	}
}

func manyPeople(t *testing.T, c *programme.Charter, n int) {
	for i := len(c.People); i < n; i++ {
		p := playliststest.Person(t, "x"+string(rune('a'+i/26/26))+string(rune('a'+i/26%26))+string(rune('a'+i%26)))
		p.Credentials = nil
		c.People = append(c.People, p)
	}
}

func manyCredentials(t *testing.T, c *programme.Charter, n int) {
	for i := len(c.People[0].Credentials); i < n; i++ {
		k, err := programme.FileCredential(playliststest.Hand(fmt.Sprint(i)).Public().(ed25519.PublicKey))
		if err != nil {
			t.Fatal(err)
		}
		c.People[0].Credentials = append(c.People[0].Credentials, k)
	}
}

func manyPins(c *programme.Charter, n int) {
	for len(c.Pins) < n {
		c.Pins = append(c.Pins, c.Pins[0])
	}
}

// A charter that is as long as it may be is read with every signature.
func TestTheLongestCharterFits(t *testing.T) {
	t.Parallel()
	e := programme.Envelope{PayloadType: programme.CharterType, Payload: make([]byte, programme.MaxCharter)}
	for range 16 {
		e.Signatures = append(e.Signatures, programme.Signature{KeyID: strings.Repeat("f", 16), Sig: make([]byte, ed25519.SignatureSize)})
	}
	b, err := programme.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(b); n > programme.MaxEnvelope || n < programme.MaxEnvelope-4096 {
		t.Errorf("it has %d bytes of the %d that are read", n, programme.MaxEnvelope)
	}
}

func TestCharterLookups(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *programme.Charter) {
		c.Pins = append(c.Pins, c.Pins[0])
		c.Pins[1].Clusters = []string{string(playliststest.ID("vungang"))}
	})
	if n := len(w.held.PinsFor(playliststest.ID("vungang"))); n != 2 {
		t.Errorf("%d PINs at the cluster of one", n)
	}
	if n := len(w.held.PinsFor(playliststest.ID("cautreo"))); n != 1 {
		t.Errorf("%d PINs elsewhere", n)
	}
	if n := len(w.held.PinsFor("")); n != 1 {
		t.Errorf("%d PINs nowhere", n)
	}
	if got := w.held.KeptSets(); len(got) != 1 || got[0] != playlists.DigestOf(w.kept) {
		t.Errorf("kept sets %v", got)
	}
	p := programme.Person{ValidFrom: 10, ValidUntil: 20}
	for ms, want := range map[int64]bool{9: false, 10: true, 19: true, 20: false} {
		if p.At(ms) != want {
			t.Errorf("at %d: %v", ms, !want)
		}
	}
	p.ValidUntil = 0
	if !p.At(1<<62) || p.At(9) {
		t.Error("a term without an end")
	}
}
