// Package programme is the signed root of what a screen plays and the objects
// beneath it: their canonical bytes, how they are compiled, signed and
// verified.
//
// Keys and their roles. Root keys, offline, sign charters and nothing else; a
// screen takes its first charter on trust when it is enrolled and follows the
// chain from there. A charter names the people whose own keys (a passkey or a
// key file) sign decisions and orders, and the controller's programme keys,
// which sign programmes, sets of orders, beacons and commands: whoever holds one
// of those can delay, reorder, repeat and hide what people have signed, and
// nothing else. It also names who signs code for screen PCs, offline like the
// roots: the programme key only says which of their releases a screen takes
// when. Objects are named by their SHA-256 in a programme or in an object it
// names, so that one signature covers every byte a screen can show.
package programme

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// maxInstant is the last millisecond that has a date of four digits. Later
// ones, which no program could write down and sums of which overflow, stand in
// no document.
const maxInstant = 253402300799999

// isInstant tells whether a document may give this time.
func isInstant(ms int64) bool { return ms > 0 && ms <= maxInstant }

// isBound tells whether a document may give this time, or 0 for no bound.
func isBound(ms int64) bool { return ms == 0 || isInstant(ms) }

// Marshal gives the canonical bytes of a document: compact JSON, fields in
// the order of the Go type, no HTML escaping, no trailing newline.
func Marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("cannot encode %T: %w", v, err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// Unmarshal reads canonical bytes into v and refuses any others: unknown or
// repeated fields, another order, spaces, trailing bytes. What two readers
// could understand differently is not a document.
func Unmarshal(data []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return refuse(Malformed, "cannot read %T: %w", v, err)
	}
	// Without canonical bytes there is nothing to be equal to.
	if again, _ := Marshal(v); !bytes.Equal(again, data) {
		return refuse(Malformed, "cannot accept %T: its bytes are not canonical", v)
	}
	return nil
}
