// Package chain is the form of the audit log: entries that each name the hash
// of the one before, so that nothing can be changed, taken out or put in
// without every later hash changing.
//
// An entry is one line of canonical JSON and its hash is the SHA-256 of
// exactly these bytes, without the line's end. sha256sum is all it takes to
// check one; firmware-notes/audit.md says how.
package chain

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// HeadType is the DSSE payload type of a signed head.
const HeadType = "application/vnd.cotmoc.audit-head.v1+json"

// maxDetail is the most bytes of an entry's detail. It holds the longest
// reason and the most grants of one person.
const maxDetail = 16 << 10

// Zero is what the first entry names as the hash before it.
const Zero = playlists.Digest("0000000000000000000000000000000000000000000000000000000000000000")

// Entry is one act as it was written down. The order of the fields is part of
// the form.
type Entry struct {
	Seq     int64             `json:"seq"` // 1, 2, 3 …
	At      int64             `json:"at"`  // Unix milliseconds
	Actor   playlists.ID      `json:"actor"`
	Kind    playlists.ActKind `json:"kind"`
	Subject playlists.ID      `json:"subject"`
	Detail  json.RawMessage   `json:"detail"` // canonical JSON object
	Prev    playlists.Digest  `json:"prev"`
}

// Head is where a log ends: the number and hash of its last entry. The head
// of an empty log is number 0 and Zero.
type Head struct {
	Seq  int64            `json:"seq"`
	Hash playlists.Digest `json:"hash"`
}

// Empty is the head of a log without entries.
func Empty() Head { return Head{Hash: Zero} }

// SignedHead is the payload of the envelope that ends an export.
type SignedHead struct {
	Seq  int64            `json:"seq"`
	Hash playlists.Digest `json:"hash"`
	At   int64            `json:"at"` // when it was signed, Unix milliseconds
}

// kindForm keeps kinds plain, so that they need no escaping anywhere.
var kindForm = regexp.MustCompile(`^[a-z][a-z_]*(\.[a-z][a-z_]*)?$`)

// Next makes the entry of an act after a head, and its hash.
func Next(head Head, a playlists.Act) (Entry, playlists.Digest, error) {
	detail := []byte("{}")
	if a.Detail != nil {
		var err error
		if detail, err = programme.Marshal(a.Detail); err != nil {
			return Entry{}, "", fmt.Errorf("cannot write %q into the audit log: %w", a.Kind, err)
		}
	}
	switch {
	case !kindForm.MatchString(string(a.Kind)):
		return Entry{}, "", fmt.Errorf("cannot write an act of kind %.60q into the audit log: name it as decision.review", a.Kind)
	case len(detail) > maxDetail:
		return Entry{}, "", fmt.Errorf("cannot write %q into the audit log with a detail of %d bytes: the most is %d", a.Kind, len(detail), maxDetail)
	case detail[0] != '{':
		return Entry{}, "", fmt.Errorf("cannot write %q into the audit log: its detail %.20q is no JSON object", a.Kind, detail)
	}
	e := Entry{Seq: head.Seq + 1, At: a.At.UnixMilli(), Actor: a.By, Kind: a.Kind, Subject: a.Subject, Detail: detail, Prev: head.Hash}
	line, err := e.Line()
	if err != nil {
		return Entry{}, "", err
	}
	return e, playlists.DigestOf(line), nil
}

// Line gives the bytes that are hashed and exported, without the line's end.
func (e *Entry) Line() ([]byte, error) {
	line, err := programme.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("cannot encode entry %d: %w", e.Seq, err)
	}
	if !bytes.Contains(line, e.Detail) { // encoding takes out spaces
		return nil, fmt.Errorf("cannot encode entry %d: its detail is not canonical", e.Seq)
	}
	return line, nil
}

// Parse reads a head as people write it down: 12:ab….
func Parse(text string) (Head, error) {
	var h Head
	number, hash, _ := strings.Cut(strings.TrimSpace(text), ":")
	if _, err := fmt.Sscanf(number, "%d", &h.Seq); err != nil || h.Seq < 0 || fmt.Sprint(h.Seq) != number {
		return Head{}, fmt.Errorf("cannot read the head %.90q: write its number, a colon and its hash", text)
	}
	h.Hash = playlists.Digest(hash)
	return h, h.Hash.Validate()
}

// String gives the head as Parse reads it.
func (h Head) String() string { return fmt.Sprintf("%d:%s", h.Seq, h.Hash) }
