package webauthn_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"math/big"
	"strings"
	"testing"

	"cotmoc/playlists/webauthn"
	"cotmoc/playlists/webauthn/webauthntest"
)

const (
	host   = "console.example"
	origin = "https://console.example"
)

func party() webauthn.RelyingParty {
	return webauthn.RelyingParty{ID: host, Origins: []string{"https://other.example", origin}}
}

func challenge() [sha256.Size]byte { return sha256.Sum256([]byte("what is signed")) }

func client(fields string) []byte {
	c := challenge()
	return []byte(`{"type":"webauthn.get","challenge":"` + base64.RawURLEncoding.EncodeToString(c[:]) + `","origin":"` + origin + `"` + fields + `}`)
}

// replaced gives sound client data with a part of it changed.
func replaced(old, by string) []byte {
	c := client(`,"crossOrigin":false`)
	if !bytes.Contains(c, []byte(old)) {
		panic(old)
	}
	return bytes.Replace(c, []byte(old), []byte(by), 1)
}

// Everything here is signed by the right key: what is refused is refused for
// what it says, in these words.
func TestWhatIsSignedIsRead(t *testing.T) {
	t.Parallel()
	a := webauthntest.New(t, webauthn.ES256)
	sound := a.Data(host)
	flags := func(set, clear byte) []byte {
		d := bytes.Clone(sound)
		d[32] = d[32]&^clear | set
		return d
	}
	for _, c := range []struct {
		name       string
		data, says []byte
		want       string // "" when it is accepted
	}{
		{"sound", sound, client(""), ""},
		{"with fields of later", sound, client(`,"crossOrigin":false,"later":{"type":"x","type":["y"]},"n":1e400`), ""},
		{"crossOrigin null", sound, client(`,"crossOrigin":null`), ""},
		{"backed up", flags(8|16, 0), client(""), ""},
		{"reserved flags", flags(2|32, 0), client(""), ""},
		{"a registration", sound, replaced("webauthn.get", "webauthn.create"), `of the type "webauthn.create"`},
		{"without a type", sound, replaced(`"type":"webauthn.get",`, ""), `of the type ""`},
		{"over something else", sound, replaced(`"challenge":"`, `"challenge":"A`), "over something else"},
		{"the challenge padded", sound, replaced(`","origin`, `=","origin`), "over something else"},
		{"on another site", sound, replaced(origin, "https://evil.example"), "made on the site"},
		{"on a site that begins alike", sound, replaced(origin, origin+".evil.example"), "made on the site"},
		{"on another port", sound, replaced(origin, origin+":8443"), "made on the site"},
		{"without TLS", sound, replaced(origin, "http://console.example"), "made on the site"},
		{"in a frame", sound, replaced(`"crossOrigin":false`, `"crossOrigin":true`), "inside another site's page"},
		{"beneath another site", sound, client(`,"topOrigin":"https://evil.example"`), "inside another site's page"},
		{"beneath nothing", sound, client(`,"topOrigin":null`), "inside another site's page"},
		{"bound to a connection", sound, client(`,"tokenBinding":{"status":"present","id":"x"}`), "bound to a connection"},
		{"a field twice", sound, client(`,"type":"webauthn.get"`), "stands in it twice"},
		{"a field twice, once in disguise", sound, client(`,"\u0074ype":"webauthn.get"`), "stands in it twice"},
		{"a field again in capitals", sound, client(`,"Type":"webauthn.create"`), "nearly a field that decides"},
		{"a field again in the long s", sound, client(`,"croſsOrigin":true`), "nearly a field that decides"},
		{"a list", sound, []byte(`[]`), "it is no JSON object"},
		{"nothing", sound, nil, "it is no JSON object"},
		{"a number as the type", sound, replaced(`"webauthn.get"`, `1`), "cannot unmarshal number"},
		{"cut off", sound, client("")[:len(client(""))-1], "EOF"},
		{"cut off in a name", sound, client("")[:3], "it is no JSON object"},
		{"closed otherwise", sound, append(client("")[:len(client(""))-1], ']'), "invalid character"},
		{"bytes after it", sound, append(client(""), '{'), "bytes follow it"},
		{"as long as may be", sound, client(strings.Repeat(" ", 4096-len(client("")))), ""},
		{"too long", sound, client(strings.Repeat(" ", 4097-len(client("")))), "too long"},
		{"for another party", a.Data("other.example"), client(""), "made for another party"},
		{"with nobody there", flags(0, 1), client(""), "nobody was present"},
		{"with somebody unknown there", flags(0, 4), client(""), "did not verify its user"},
		{"backed up, not eligible", flags(16, 0), client(""), "not eligible"},
		{"eligible alone", flags(8, 0), client(""), ""},
		{"with a new credential", flags(64, 0), client(""), "for which nobody asked"},
		{"with extensions", append(flags(128, 0), 0xa0), client(""), "for which nobody asked"},
		{"with the flag of extensions", flags(128, 0), client(""), "for which nobody asked"},
		{"with bytes after it", append(bytes.Clone(sound), 0), client(""), "for which nobody asked"},
		{"data cut off", sound[:36], client(""), "authenticator data of 36 bytes"},
		{"no data", nil, client(""), "authenticator data of 0 bytes"},
	} {
		err := webauthn.Verify(party(), a.Key, challenge(), a.Sign(t, c.data, c.says))
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: %v, not %q", c.name, err, c.want)
		case err != nil && !strings.HasPrefix(err.Error(), "cannot "):
			t.Errorf("%s: %q does not say what cannot be done", c.name, err)
		}
	}
	for name, rp := range map[string]webauthn.RelyingParty{"made for another party": {Origins: []string{origin}}, "made on the site": {ID: host}} {
		if err := webauthn.Verify(rp, a.Key, challenge(), a.Sign(t, a.Data(rp.ID), client(""))); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("for the party %+v: %v", rp, err)
		}
	}
}

func TestSignatures(t *testing.T) {
	t.Parallel()
	for _, algorithm := range []webauthn.Algorithm{webauthn.ES256, webauthn.EdDSA, webauthn.RS256} {
		t.Run(string(algorithm), func(t *testing.T) {
			t.Parallel()
			a, other := webauthntest.New(t, algorithm), webauthntest.New(t, algorithm)
			good := a.Assert(t, host, origin, challenge())
			if err := webauthn.Verify(party(), a.Key, challenge(), good); err != nil {
				t.Fatal(err)
			}
			kept := append(make([]byte, 0, 200), good.AuthenticatorData...)
			roomy := good
			roomy.AuthenticatorData = kept
			if err := webauthn.Verify(party(), a.Key, challenge(), roomy); err != nil || bytes.ContainsFunc(kept[len(kept):cap(kept)], func(r rune) bool { return r != 0 }) {
				t.Errorf("wrote behind what it was given: %v", err)
			}
			refused := func(name string, key webauthn.Key, as webauthn.Assertion, want string) {
				if err := webauthn.Verify(party(), key, challenge(), as); err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("%s: %v", name, err)
				}
			}
			const forged = "not by this credential"
			refused("another key", other.Key, good, forged)
			for name, sig := range map[string][]byte{"none": nil, "a zero": {0}, "a byte more": append(bytes.Clone(good.Signature), 0), "a bit flipped": flipped(good.Signature)} {
				as := good
				as.Signature = sig
				refused("signature: "+name, a.Key, as, forged)
			}
			as := good
			as.AuthenticatorData = bytes.Clone(good.AuthenticatorData)
			as.AuthenticatorData[36]++
			refused("another counter", a.Key, as, forged)
			as = good
			as.ClientData = append(bytes.Clone(good.ClientData[:len(good.ClientData)-1]), `,"x":1}`...)
			refused("more client data", a.Key, as, forged)
			as = good
			as.Signature = make([]byte, 1025)
			refused("a signature without end", a.Key, as, "too long")
			for _, wrong := range []webauthn.Algorithm{webauthn.ES256, webauthn.EdDSA, webauthn.RS256, "", "none"} {
				if wrong != algorithm {
					refused("as "+string(wrong), webauthn.Key{Algorithm: wrong, PKIX: a.Key.PKIX}, good, "cannot use a")
				}
			}

			raw := []byte("bytes without a ceremony")
			if err := a.Key.VerifyBytes(raw, good.Signature); err == nil || !strings.Contains(err.Error(), "not by this key") {
				t.Errorf("took an assertion for a signature: %v", err)
			}
			if err := (webauthn.Key{}).VerifyBytes(raw, good.Signature); err == nil || !strings.Contains(err.Error(), "cannot read the public key") {
				t.Errorf("took a signature by no key: %v", err)
			}
		})
	}
}

func flipped(b []byte) []byte {
	b = bytes.Clone(b)
	b[len(b)-1] ^= 1
	return b
}

func TestKeys(t *testing.T) {
	t.Parallel()
	marshal := func(public any) []byte {
		b, err := x509.MarshalPKIXPublicKey(public)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	bits := func(n uint) []byte {
		one := big.NewInt(1)
		return marshal(&rsa.PublicKey{N: one.Add(new(big.Int).Lsh(one, n-1), big.NewInt(1)), E: 65537})
	}
	ed := webauthntest.New(t, webauthn.EdDSA)
	// The same key again, its bits moved by one in a string that says so.
	var parts struct {
		Algorithm struct{ Algorithm asn1.ObjectIdentifier }
		Key       asn1.BitString
	}
	moved := ed.Key.PKIX
	for moved[12]&0x80 != 0 { // the first bit of the key must be free
		ed = webauthntest.New(t, webauthn.EdDSA)
		moved = ed.Key.PKIX
	}
	if _, err := asn1.Unmarshal(moved, &parts); err != nil {
		t.Fatal(err)
	}
	key := new(big.Int).SetBytes(parts.Key.Bytes)
	parts.Key = asn1.BitString{Bytes: key.Lsh(key, 1).FillBytes(make([]byte, 32)), BitLength: 255}
	if moved, err = asn1.Marshal(parts); err != nil {
		t.Fatal(err)
	}
	if public, err := x509.ParsePKIXPublicKey(moved); err != nil || !bytes.Equal(marshal(public), ed.Key.PKIX) {
		t.Fatalf("no second form of the key: %v", err)
	}
	for _, c := range []struct {
		name string
		key  webauthn.Key
		want string
	}{
		{"Ed25519", ed.Key, ""},
		{"Ed25519 in a second form", webauthn.Key{Algorithm: webauthn.EdDSA, PKIX: moved}, "not in its one form"},
		{"P-384", webauthn.Key{Algorithm: webauthn.ES256, PKIX: marshal(&p384.PublicKey)}, "cannot use a *ecdsa.PublicKey"},
		{"RSA of 2047 bits", webauthn.Key{Algorithm: webauthn.RS256, PKIX: bits(2047)}, "cannot use a *rsa.PublicKey"},
		{"RSA of 2048 bits", webauthn.Key{Algorithm: webauthn.RS256, PKIX: bits(2048)}, ""},
		{"RSA of 8192 bits", webauthn.Key{Algorithm: webauthn.RS256, PKIX: bits(8192)}, ""},
		{"RSA of 8193 bits", webauthn.Key{Algorithm: webauthn.RS256, PKIX: bits(8193)}, "cannot use a *rsa.PublicKey"},
		{"nothing", webauthn.Key{Algorithm: webauthn.ES256}, "cannot read the public key"},
		{"bytes after it", webauthn.Key{Algorithm: webauthn.EdDSA, PKIX: append(bytes.Clone(ed.Key.PKIX), 0)}, "cannot read the public key"},
	} {
		if err := c.key.Validate(); c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
