package playlists

import (
	"encoding/base32"
	"fmt"
	"io"
)

// ID names a row: a media, a playlist, a screen, a person. It is 16
// characters of lower-case base32 (80 random bits), so that it is safe in a
// path, an MQTT topic and a certificate's common name.
type ID string

var idEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// NewID reads ten bytes of randomness.
func NewID(random io.Reader) (ID, error) {
	var b [10]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", fmt.Errorf("cannot make an id: %w", err)
	}
	return ID(idEncoding.EncodeToString(b[:])), nil
}

// Validate refuses anything NewID could not have made.
func (id ID) Validate() error {
	ok := len(id) == 16
	for i := 0; ok && i < len(id); i++ { // by hand: the decoder passes over line ends
		c := id[i]
		ok = 'a' <= c && c <= 'z' || '2' <= c && c <= '7'
	}
	if !ok {
		return Errorf(Invalid, "id_malformed", Params{"id": string(id)}, "cannot use the id %.40q: it is not 16 lower-case letters and digits", string(id))
	}
	return nil
}
