// Package playliststest makes documents, keys and media for tests: everything
// that a real controller would produce, from fixed seeds.
package playliststest

import (
	"bytes"
	"crypto/ed25519"
	"testing"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/schedule"
)

// Now is the instant at which fixtures are issued.
var Now = time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC)

// ID makes a readable id from a short word: "screen" becomes "screenaaaaaaaaaa".
// Digits 0, 1, 8 and 9 are not in the alphabet.
func ID(word string) playlists.ID {
	const fill = "aaaaaaaaaaaaaaaa"
	return playlists.ID((word + fill)[:16])
}

// Key gives the programme key of a seed.
func Key(seed byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
}

// PublicKey gives its public half as an agent pins it.
func PublicKey(seed byte) programme.PublicKey {
	return programme.NewPublicKey(Key(seed).Public().(ed25519.PublicKey))
}

// Screen gives a landscape screen of a cluster.
func Screen() *playlists.Screen {
	return &playlists.Screen{ID: ID("screen"), Name: "Cổng chính", Cluster: ID("cautreo"), Profile: playlists.Landscape1080, TimeZone: playlists.DefaultTimeZone}
}

// Bundle is a media with its rendition bytes, chunk list and approval.
type Bundle struct {
	Media     *playlists.Media
	Rendition []byte
	Chunks    []byte
	Approval  []byte
}

// Approved makes an approved image whose rendition for every profile is the
// given bytes.
func Approved(t testing.TB, word string, rendition []byte, terms playlists.Terms) Bundle {
	t.Helper()
	return ApprovedAs(t, word, rendition, "image/jpeg", terms)
}

// Origin is that of a picture from a portal.
func Origin() playlists.Origin {
	return playlists.Origin{
		Page: "https://www.portal.example/lo/cau-treo/", Canonical: "https://www.portal.example/lo/cau-treo",
		Publisher: "Báo Hà Tĩnh", Author: "Nguyễn Văn An", Published: Now.AddDate(0, 0, -2), Fetched: Now.AddDate(0, 0, -1), PageBytes: playlists.DigestOf([]byte("page")),
	}
}

// ApprovedAs is Approved for bytes of another type.
func ApprovedAs(t testing.TB, word string, rendition []byte, mime string, terms playlists.Terms) Bundle {
	t.Helper()
	digest, size, chunks, err := programme.NewChunks(bytes.NewReader(rendition))
	if err != nil {
		t.Fatal(err)
	}
	if terms.Territory == nil {
		terms.Territory = []string{playlists.Everywhere}
	}
	m := &playlists.Media{ID: ID(word), Kind: playlists.Image, Title: word, Author: ID("author"), State: playlists.Approved, Revision: 1, Terms: terms,
		Source: playlists.Source{SHA256: playlists.DigestOf([]byte("source of " + word))}, Origin: Origin()}
	for _, p := range playlists.Profiles() {
		w, h := p.Size()
		m.Renditions = append(m.Renditions, playlists.Rendition{Profile: p, Digest: digest, Size: size, MIME: mime, Width: w, Height: h, Chunks: playlists.DigestOf(chunks)})
	}
	review := Decision(t, m, programme.Review, playlists.Actor{ID: ID("reviewer"), Name: "Nguyễn Thị Thẩm"})
	approve := Decision(t, m, programme.Approve, playlists.Actor{ID: ID("approver"), Name: "Trần Văn Duyệt"})
	approval, err := programme.NewApproval(review, approve)
	if err != nil {
		t.Fatal(err)
	}
	return Bundle{Media: m, Rendition: rendition, Chunks: chunks, Approval: approval}
}

// Signed is a signed programme with every object it names, renditions
// included.
type Signed struct {
	Programme programme.Programme
	Envelope  []byte
	Objects   map[playlists.Digest][]byte
}

// Programme compiles and signs a programme with one entry that loops the
// bundles for ten seconds each, with the first as the slate when slate is set.
func Programme(t testing.TB, screen *playlists.Screen, counter uint64, rule schedule.Rule, slate bool, bundles ...Bundle) Signed {
	t.Helper()
	in := programme.Input{Screen: screen, Epoch: 1, Counter: counter, IssuedAt: Now, Media: map[playlists.ID]programme.Approved{}}
	list := &playlists.Playlist{ID: ID("playlist"), Version: 1, Title: "Vòng lặp"}
	out := Signed{Objects: map[playlists.Digest][]byte{}}
	for i, b := range bundles {
		a := programme.Approved{Media: b.Media, Approval: b.Approval}
		if slate && i == 0 {
			in.Slate = &a
		}
		in.Media[b.Media.ID] = a
		list.Items = append(list.Items, playlists.Item{ID: ID("item" + string(rune('b'+i))), Media: b.Media.ID, Duration: 10 * time.Second, Transition: playlists.Cut})
		out.Objects[playlists.DigestOf(b.Rendition)] = b.Rendition
		out.Objects[playlists.DigestOf(b.Chunks)] = b.Chunks
	}
	in.Entries = []programme.InputEntry{{ID: ID("entry"), Title: "Hằng ngày", Rule: rule, Playlist: list}}
	c, err := programme.Compile(in)
	if err != nil {
		t.Fatal(err)
	}
	for d, b := range c.Objects {
		out.Objects[d] = b
	}
	if out.Envelope, err = programme.Sign(&c.Programme, Key(1)); err != nil {
		t.Fatal(err)
	}
	out.Programme = c.Programme
	return out
}
