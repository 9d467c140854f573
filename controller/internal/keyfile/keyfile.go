// Package keyfile keeps one private key in one file, sealed with a passphrase.
//
// The format is age's (age-encryption.org/v1, passphrase recipient, armoured)
// around the key as PKCS#8 in PEM, so that a technician with the passphrase
// can open a file with the public tool alone: age -d FILE.
package keyfile

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"strings"

	"filippo.io/age"
	"filippo.io/age/armor"
)

// What is wrong with a file. A wrong passphrase and a damaged header look the
// same to whoever opens it.
var (
	ErrPassphrase = errors.New("the passphrase is wrong, or the file is damaged")
	ErrDamaged    = errors.New("the file is damaged or is no sealed key")
	ErrPlain      = errors.New("the key is not sealed")
)

const (
	maxBytes  = 64 << 10
	keyBlock  = "PRIVATE KEY"
	armorHead = "-----BEGIN AGE ENCRYPTED FILE-----"
)

// Work of scrypt, as the power of two that age takes. A passphrase that people
// chose costs a second and 256 MiB a guess; one that we generated has nothing
// to gain from that.
const (
	peopleWork    = 18
	generatedWork = 10
)

// Seal gives the text of a key's file.
func Seal(key crypto.Signer, passphrase []byte) ([]byte, error) {
	if err := CheckPassphrase(passphrase); err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("cannot encode a key to seal it: %w", err)
	}
	recipient, err := age.NewScryptRecipient(string(normal(passphrase)))
	if err != nil {
		return nil, fmt.Errorf("cannot seal a key: %w", err)
	}
	recipient.SetWorkFactor(work(passphrase))
	var text bytes.Buffer
	outer := armor.NewWriter(&text)
	inner, err := age.Encrypt(outer, recipient)
	if err != nil {
		return nil, fmt.Errorf("cannot seal a key: %w", err)
	}
	err = errors.Join(pem.Encode(inner, &pem.Block{Type: keyBlock, Bytes: der}), inner.Close(), outer.Close())
	if err != nil {
		return nil, fmt.Errorf("cannot seal a key: %w", err)
	}
	return text.Bytes(), nil
}

// Open gives the key in a file's text. Its errors are, or wrap, those above;
// none shows the passphrase or a byte of the key.
func Open(text, passphrase []byte) (crypto.Signer, error) {
	if len(text) > maxBytes {
		return nil, ErrDamaged
	}
	if block, _ := pem.Decode(text); block != nil && block.Type == keyBlock {
		return nil, ErrPlain
	}
	if !bytes.HasPrefix(text, []byte(armorHead)) {
		return nil, ErrDamaged
	}
	identity, err := age.NewScryptIdentity(string(normal(passphrase)))
	if err != nil {
		return nil, ErrPassphrase // an empty one
	}
	// A forged file must not make us work for hours.
	identity.SetMaxWorkFactor(peopleWork)
	inner, err := age.Decrypt(armor.NewReader(bytes.NewReader(text)), identity)
	if _, wrong := errors.AsType[*age.NoIdentityMatchError](err); wrong {
		return nil, ErrPassphrase
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %s", ErrDamaged, oneLine(err))
	}
	plain, err := io.ReadAll(io.LimitReader(inner, maxBytes))
	if err != nil {
		return nil, fmt.Errorf("%w: %s", ErrDamaged, oneLine(err))
	}
	return parse(plain)
}

// parse reads a key that is not sealed, or no longer.
func parse(text []byte) (crypto.Signer, error) {
	block, rest := pem.Decode(text)
	if block == nil || block.Type != keyBlock || len(bytes.TrimSpace(rest)) > 0 {
		return nil, ErrDamaged
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, ErrDamaged // the parser's words could show parts of it
	}
	key, ok := parsed.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("%w: it holds a %T, which cannot sign", ErrDamaged, parsed)
	}
	return key, nil
}

func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }
