package thief

import (
	"bytes"
	"crypto/ed25519"
	"io"
	"time"

	"cotmoc/controller/e2e/stage"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

func newReader(b []byte) io.Reader { return bytes.NewReader(b) }

// fresh makes an id that a test reads again: a word and filling.
func fresh(_ stage.T, word string) playlists.ID {
	return playlists.ID((word + "aaaaaaaaaaaaaaaa")[:16])
}

// Decided is a decision as somebody would have it.
type Decided struct {
	Act    programme.Act
	Person playlists.ID
	Author playlists.ID
	Signer playlists.ID       // who the signature claims to be; "" for Person
	Key    ed25519.PrivateKey // nil for no signature
	At     time.Time          // zero for an hour ago
}

// Approval makes an approval object of two decisions over a picture, under the
// terms given; the zero Terms are everywhere and for ever.
func (th *Thief) Approval(p Picture, profile playlists.Profile, terms playlists.Terms, decisions ...Decided) []byte {
	th.t.Helper()
	if terms.Territory == nil {
		terms.Territory = []string{playlists.Everywhere}
	}
	a := programme.Approval{Type: "cotmoc/approval/v1", Decisions: []programme.Decision{}}
	for _, d := range decisions {
		if d.At.IsZero() {
			d.At = time.Now().Add(-time.Hour)
		}
		m := &playlists.Media{ID: p.Media, Kind: playlists.Image, Title: "x", Author: d.Author, Revision: 1, Terms: terms, Source: playlists.Source{SHA256: p.Rendition},
			Renditions: []playlists.Rendition{{Profile: profile, Digest: p.Rendition, MIME: "image/jpeg"}}}
		statement, err := programme.Marshal(programme.NewStatement(m, d.Act, playlists.Actor{ID: d.Person, Name: "x"}, "", d.At))
		th.must(err)
		decision := programme.Decision{Statement: statement}
		if d.Key != nil {
			signer := d.Signer
			if signer == "" {
				signer = d.Person
			}
			decision.Signature, err = programme.SignByHand(programme.StatementPayloadType, statement, signer, d.Key)
			th.must(err)
		}
		a.Decisions = append(a.Decisions, decision)
	}
	b, err := programme.Marshal(a)
	th.must(err)
	return b
}
