package programme_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/webauthn/webauthntest"
)

var (
	site  = programme.RelyingParty{ID: "console.example", Origins: []string{"https://console.example"}}
	local = programme.RelyingParty{ID: "localhost", Origins: []string{"http://localhost:7788"}}
)

// world is a charter with everything that a charter can have, and what people
// have signed under it.
type world struct {
	first, next programme.Charter // next is the one that is held by most tests
	held        *programme.HeldCharter
	kept        []byte // the set of the person who has left
	passkey     *webauthntest.Authenticator
	media       *playlists.Media
	decisions   map[string]programme.Decision // by word of the person
}

// newWorld makes one. The reviewer has a passkey beside a key file, and so has
// the approver, an independent one; the veteran, a reviewer, has left with one
// decision kept.
func newWorld(t testing.TB, change func(*programme.Charter)) *world {
	t.Helper()
	w := &world{decisions: map[string]programme.Decision{}}
	b := playliststest.Approved(t, "anh", []byte("picture"), playlists.Terms{})
	w.media = b.Media
	var err error
	for word, act := range map[string]programme.Act{"reviewer": programme.Review, "approver": programme.Approve, "veteran": programme.Review} {
		w.decisions[word] = playliststest.Decision(t, w.media, act, playlists.Actor{ID: playliststest.ID(word), Name: word})
	}
	if w.kept, err = programme.NewKeptSet([]playlists.Digest{playlists.DigestOf(w.decisions["veteran"].Statement), playlists.DigestOf(nil)}); err != nil {
		t.Fatal(err)
	}
	w.first = playliststest.FirstCharter(t, func(c *programme.Charter) {
		c.RelyingParties = []programme.RelyingParty{site, local}
		w.passkey = playliststest.Passkey(t, &c.People[0], site.ID)
		playliststest.Passkey(t, &c.People[1], local.ID)
		c.People[1].Credentials[1].Independent = true
		veteran := playliststest.Person(t, "veteran", programme.MayReview, programme.MayTakeDown, programme.MayBulletin, programme.MayLift, programme.MayPlace)
		veteran.Standing, veteran.Kept = programme.Retired, playlists.DigestOf(w.kept)
		veteran.Clusters = []string{string(playliststest.ID("cautreo")), string(playliststest.ID("vungang"))}
		veteran.ValidUntil = playliststest.Now.AddDate(1, 0, 0).UnixMilli()
		c.People = append(c.People, veteran)
		c.Pins = []programme.Pin{{Clusters: []string{"*"}, Salt: bytes.Repeat([]byte{1}, 16), Hash: bytes.Repeat([]byte{2}, 32), Time: 2, MemoryKB: 32 << 10, Threads: 2}}
		playliststest.NameReleasers(c)
	})
	first, err := programme.FirstCharter(playliststest.SignCharter(t, w.first, "anh", "binh"))
	if err != nil {
		t.Fatal(err)
	}
	envelope := playliststest.NextCharter(t, first, func(c *programme.Charter) {
		if change != nil {
			change(c)
		}
		w.next = *c
	})
	if w.held, err = first.Next(envelope); err != nil {
		t.Fatal(err)
	}
	return w
}

// copied gives a deep copy of a document.
func copied[T any](t testing.TB, v *T) *T {
	t.Helper()
	var out T
	if err := json.Unmarshal(marshal(t, v), &out); err != nil {
		t.Fatal(err)
	}
	return &out
}

func (w *world) get(d playlists.Digest) ([]byte, bool) {
	return w.kept, d == playlists.DigestOf(w.kept)
}

func (w *world) grounds() programme.Grounds {
	return programme.Grounds{Charter: w.held, Cluster: playliststest.Screen().Cluster}
}

// judge holds two decisions to the charter, as an agent does.
func (w *world) judge(t testing.TB, review, approve programme.Decision) error {
	t.Helper()
	object := marshal(t, programme.Approval{Type: "cotmoc/approval/v1", Decisions: []programme.Decision{review, approve}})
	return programme.CheckApproval(object, w.grounds(), w.get)
}

func (w *world) trust() programme.Trust {
	return programme.Trust{Screen: playliststest.Screen().ID, Charter: w.held, Now: playliststest.Now}
}

func readEnvelope(t testing.TB, b []byte) *programme.Envelope {
	t.Helper()
	var e programme.Envelope
	if err := programme.Unmarshal(b, &e); err != nil {
		t.Fatal(err)
	}
	return &e
}
