package webauthn_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"go/ast"
	"go/parser"
	"go/token"
	"math/big"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncbor"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"

	"cotmoc/playlists/webauthn"
	"cotmoc/playlists/webauthn/webauthntest"
)

// The library's own vectors are those of the specification, Level 3, §16. What
// we accept it accepts; of what it accepts we refuse the unverified user and
// the frame in another site, and nothing else.
func TestVectorsOfTheLibrary(t *testing.T) {
	t.Parallel()
	accepted, signed := 0, map[webauthn.Algorithm]int{}
	vectors := libraryVectors(t)
	for _, v := range vectors {
		rp := webauthn.RelyingParty{ID: "example.org", Origins: []string{"https://example.org"}}
		a := webauthn.Assertion{AuthenticatorData: fromHex(t, v["authenticatorData"]), ClientData: fromHex(t, v["clientDataJSON"]), Signature: fromHex(t, v["signature"])}
		cose := fromHex(t, v["credentialPubKey"])
		public, algorithm := fromCOSE(t, cose)
		challenge := fromHex(t, v["challenge"])
		name := v["name"]
		if public == nil || len(challenge) != sha256.Size {
			continue // another algorithm than ours
		}
		pkix, err := x509.MarshalPKIXPublicKey(public)
		if err != nil {
			t.Fatal(err)
		}
		key := webauthn.Key{Algorithm: algorithm, PKIX: pkix}
		// Many vectors are of an unverified user: their signatures still count.
		client := sha256.Sum256(a.ClientData)
		if err := key.VerifyBytes(append(append([]byte{}, a.AuthenticatorData...), client[:]...), a.Signature); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		signed[algorithm]++
		ours := webauthn.Verify(rp, key, [32]byte(challenge), a)
		verified := a.AuthenticatorData[32]&4 != 0
		theirs := library(rp, cose, [32]byte(challenge), a, verified)
		framed := strings.Contains(string(a.ClientData), `"crossOrigin":true`)
		switch {
		case ours == nil:
			accepted++
			if theirs != nil {
				t.Errorf("%s: accepted, and the library does not: %v", name, theirs)
			}
		case !verified && strings.Contains(ours.Error(), "did not verify its user"):
		case framed && strings.Contains(ours.Error(), "inside another site's page"):
		default:
			t.Errorf("%s: refused: %v", name, ours)
		}
	}
	if accepted == 0 || signed[webauthn.ES256] == 0 || signed[webauthn.EdDSA] == 0 || signed[webauthn.RS256] == 0 {
		t.Errorf("of %d vectors %d were accepted; signatures: %v", len(vectors), accepted, signed)
	}
}

// libraryVectors reads the authentications out of the library's own tests.
func libraryVectors(t *testing.T) []map[string]string {
	t.Helper()
	dir, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/go-webauthn/webauthn").Output()
	if err != nil {
		t.Fatal(err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(strings.TrimSpace(string(dir)), "protocol", "specification_vectors_e2e_test.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	ast.Inspect(file, func(n ast.Node) bool {
		if f, ok := n.(*ast.FuncDecl); ok && f.Name.Name != "TestSpecVectors_Authentication_E2E" {
			return false
		}
		c, ok := n.(*ast.CompositeLit)
		if !ok {
			return true
		}
		v := map[string]string{}
		for _, e := range c.Elts {
			kv, ok := e.(*ast.KeyValueExpr)
			if !ok {
				continue
			}
			key, _ := kv.Key.(*ast.Ident)
			switch value := kv.Value.(type) {
			case *ast.BasicLit:
				if v[key.Name], err = strconv.Unquote(value.Value); err != nil {
					t.Fatal(err)
				}
			case *ast.Ident:
				v[key.Name] = value.Name
			}
		}
		if v["authenticatorData"] != "" && v["signature"] != "" {
			out = append(out, v)
		}
		return true
	})
	if len(out) < 10 {
		t.Fatalf("found %d vectors", len(out))
	}
	return out
}

func fromHex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// fromCOSE gives a key of the kinds that we know, nil for others.
func fromCOSE(t testing.TB, cose []byte) (crypto.PublicKey, webauthn.Algorithm) {
	t.Helper()
	parsed, err := webauthncose.ParsePublicKey(cose)
	if err != nil {
		t.Fatal(err)
	}
	switch k := parsed.(type) {
	case webauthncose.EC2PublicKeyData:
		if k.Algorithm == int64(webauthncose.AlgES256) {
			key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), slices.Concat([]byte{4}, k.XCoord, k.YCoord))
			if err != nil {
				t.Fatal(err)
			}
			return key, webauthn.ES256
		}
	case webauthncose.OKPPublicKeyData:
		return ed25519.PublicKey(k.XCoord), webauthn.EdDSA
	case webauthncose.RSAPublicKeyData:
		return &rsa.PublicKey{N: new(big.Int).SetBytes(k.Modulus), E: int(new(big.Int).SetBytes(k.Exponent).Int64())}, webauthn.RS256
	}
	return nil, ""
}

// toCOSE writes a key as the library reads it.
func toCOSE(t testing.TB, key webauthn.Key) []byte {
	t.Helper()
	public, err := x509.ParsePKIXPublicKey(key.PKIX)
	if err != nil {
		t.Fatal(err)
	}
	var v any
	switch k := public.(type) {
	case *ecdsa.PublicKey:
		point, err := k.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		v = webauthncose.EC2PublicKeyData{PublicKeyData: webauthncose.PublicKeyData{KeyType: int64(webauthncose.EllipticKey), Algorithm: int64(webauthncose.AlgES256)}, Curve: int64(webauthncose.P256), XCoord: point[1:33], YCoord: point[33:]}
	case ed25519.PublicKey:
		v = webauthncose.OKPPublicKeyData{PublicKeyData: webauthncose.PublicKeyData{KeyType: int64(webauthncose.OctetKey), Algorithm: int64(webauthncose.AlgEdDSA)}, Curve: int64(webauthncose.Ed25519), XCoord: k}
	case *rsa.PublicKey:
		v = webauthncose.RSAPublicKeyData{PublicKeyData: webauthncose.PublicKeyData{KeyType: int64(webauthncose.RSAKey), Algorithm: int64(webauthncose.AlgRS256)}, Modulus: k.N.Bytes(), Exponent: big.NewInt(int64(k.E)).Bytes()}
	}
	b, err := webauthncbor.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// library asks the library.
func library(rp webauthn.RelyingParty, cose []byte, challenge [32]byte, a webauthn.Assertion, verified bool) error {
	id := protocol.URLEncodedBase64("credential")
	parsed, err := protocol.CredentialAssertionResponse{
		PublicKeyCredential: protocol.PublicKeyCredential{
			Credential: protocol.Credential{ID: base64.RawURLEncoding.EncodeToString(id), Type: string(protocol.PublicKeyCredentialType)}, RawID: id,
		},
		AssertionResponse: protocol.AuthenticatorAssertionResponse{
			AuthenticatorResponse: protocol.AuthenticatorResponse{ClientDataJSON: a.ClientData}, AuthenticatorData: a.AuthenticatorData, Signature: a.Signature,
		},
	}.Parse()
	if err != nil {
		return err
	}
	return parsed.Verify(base64.RawURLEncoding.EncodeToString(challenge[:]), rp.ID, "", rp.Origins, nil, nil,
		protocol.TopOriginExplicitVerificationMode, false, verified, true, cose, protocol.SignaturePolicy{})
}

// What we accept the library accepts. The client data and the authenticator
// data are whatever the fuzzer makes of them, rightly signed when it wants, so
// that the signature hides nothing.
func FuzzAgreement(f *testing.F) {
	algorithms := []webauthn.Algorithm{webauthn.ES256, webauthn.EdDSA, webauthn.RS256}
	var all []*webauthntest.Authenticator
	var cose [][]byte
	for _, algorithm := range algorithms {
		a := webauthntest.New(f, algorithm)
		all, cose = append(all, a), append(cose, toCOSE(f, a.Key))
	}
	for i := range all {
		f.Add(i, all[0].Data(host), client(""), []byte(nil))
		f.Add(i, append(all[0].Data(host), 0xa0), client(`,"crossOrigin":false`), []byte(nil))
		f.Add(i, all[0].Data(host), client(`,"Type":"webauthn.create"`), []byte(nil))
		f.Add(i, all[0].Data(host), client(`,"tokenBinding":{"status":"supported"}`), []byte("signature"))
	}
	f.Fuzz(func(t *testing.T, which int, data, says, signature []byte) {
		i := int(uint(which) % uint(len(all)))
		as := webauthn.Assertion{AuthenticatorData: data, ClientData: says, Signature: signature}
		if len(signature) == 0 {
			as = all[i].Sign(t, data, says)
		}
		ours := webauthn.Verify(party(), all[i].Key, challenge(), as)
		if ours != nil {
			if !strings.HasPrefix(ours.Error(), "cannot ") {
				t.Errorf("%q does not say what cannot be done", ours)
			}
			return
		}
		if theirs := library(party(), cose[i], challenge(), as, true); theirs != nil {
			t.Errorf("accepted, and the library does not: %v", theirs)
		}
	})
}

// A key as it stands in a charter is one that the library could use, too.
func FuzzKey(f *testing.F) {
	for _, algorithm := range []webauthn.Algorithm{webauthn.ES256, webauthn.EdDSA, webauthn.RS256} {
		f.Add(string(algorithm), webauthntest.New(f, algorithm).Key.PKIX)
	}
	f.Fuzz(func(t *testing.T, algorithm string, pkix []byte) {
		k := webauthn.Key{Algorithm: webauthn.Algorithm(algorithm), PKIX: pkix}
		if k.Validate() != nil {
			return
		}
		if _, err := webauthncose.ParsePublicKey(toCOSE(t, k)); err != nil {
			t.Errorf("accepted, and the library does not: %v", err)
		}
		if err := k.VerifyBytes([]byte("x"), []byte("y")); err == nil {
			t.Error("a signature of one byte is accepted")
		}
	})
}
