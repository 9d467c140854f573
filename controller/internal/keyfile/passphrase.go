package keyfile

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"io"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	minCharacters  = 12
	maxCharacters  = 1024
	generatedBytes = 32
)

// CheckPassphrase refuses what would not protect a key that somebody copied.
func CheckPassphrase(passphrase []byte) error {
	if n := utf8.RuneCount(passphrase); n < minCharacters || n > maxCharacters {
		return fmt.Errorf("cannot use a passphrase of %d characters: take %d to %d, such as five words that do not belong together", n, minCharacters, maxCharacters)
	}
	return nil
}

// NewPassphrase generates one that nobody needs to remember: 64 hexadecimal
// digits.
func NewPassphrase(random io.Reader) ([]byte, error) {
	raw := make([]byte, generatedBytes)
	if _, err := io.ReadFull(random, raw); err != nil {
		return nil, fmt.Errorf("cannot make a passphrase: %w", err)
	}
	return hex.AppendEncode(nil, raw), nil
}

// Line gives the passphrase in a file's text: its one line.
func Line(text []byte) []byte { return bytes.TrimRight(text, "\r\n") }

// normal makes one passphrase of what two keyboards write differently: ế as
// one character or as a letter with two marks.
func normal(passphrase []byte) []byte { return norm.NFC.Bytes(passphrase) }

// work tells how much a guess must cost: nothing protects a generated
// passphrase but its length, which is enough.
func work(passphrase []byte) int {
	if len(passphrase) != hex.EncodedLen(generatedBytes) {
		return peopleWork
	}
	for _, c := range passphrase {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return peopleWork
		}
	}
	return generatedWork
}
