package thief

import (
	"bytes"
	"crypto/ed25519"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// Stolen is the newest programme that the controller made for a screen.
func (th *Thief) Stolen(screen playlists.ID) (programme.Programme, []byte) {
	th.t.Helper()
	p, err := th.DB.Publish().LatestProgramme(th.t.Context(), screen)
	th.must(err)
	a, err := programme.Reread(p.Envelope, screen, []programme.PublicKey{programme.NewPublicKey(th.Key.Public().(ed25519.PublicKey))})
	th.must(err)
	return a.Programme, p.Envelope
}

// Programme signs a programme with the stolen key and sends it.
func (th *Thief) Programme(p programme.Programme) {
	th.t.Helper()
	th.ProgrammeBy(p, th.Key)
}

// ProgrammeBy is Programme with another key.
func (th *Thief) ProgrammeBy(p programme.Programme, key ed25519.PrivateKey) {
	th.t.Helper()
	envelope, err := programme.Sign(&p, key)
	th.must(err)
	th.Say(p.Screen, wire.DownProgramme, envelope)
}

// Orders signs a set of orders with the stolen key and sends it.
func (th *Thief) Orders(o programme.Orders) {
	th.t.Helper()
	if o.Orders == nil {
		o.Orders = []programme.SignedOrder{}
	}
	if o.Safe == nil {
		o.Safe = []programme.Safe{}
	}
	if o.IssuedAt == 0 {
		o.IssuedAt = time.Now().UnixMilli()
	}
	envelope, err := programme.SignOrders(&o, th.Key)
	th.must(err)
	th.Say(o.Screen, wire.DownOrders, envelope)
}

// Offer signs an offer of a release with the stolen key and sends it, the
// release with it.
func (th *Thief) Offer(screen playlists.ID, epoch, counter uint64, release []byte) {
	th.t.Helper()
	envelope, err := programme.SignOffer(&programme.ReleaseOffer{
		Screen: screen, Epoch: epoch, Counter: counter, IssuedAt: time.Now().UnixMilli(), Charter: 1, Release: th.Serve(release),
	}, th.Key)
	th.must(err)
	th.Say(screen, wire.DownRelease, envelope)
}

// Charters sends envelopes as a chain.
func (th *Thief) Charters(screen playlists.ID, first uint64, envelopes ...[]byte) {
	th.t.Helper()
	c := wire.Chain{First: first}
	for _, e := range envelopes {
		c.Envelopes = append(c.Envelopes, th.Serve(e))
	}
	b, err := wire.Encode(c)
	th.must(err)
	th.Say(screen, wire.DownCharter, b)
}

// Picture is bytes that the thief would like to be seen.
type Picture struct {
	Bytes     []byte
	Media     playlists.ID
	Rendition playlists.Digest
	Chunks    playlists.Digest
}

// Picture serves bytes with a chunk list, ready to be named.
func (th *Thief) Picture(media playlists.ID, b []byte) Picture {
	th.t.Helper()
	rendition, _, chunks, err := programme.NewChunks(newReader(b))
	th.must(err)
	th.Serve(b)
	return Picture{Bytes: b, Media: media, Rendition: rendition, Chunks: th.Serve(chunks)}
}

// Showing names a picture under an approval.
func (th *Thief) Showing(p Picture, approval []byte) programme.Showing {
	return programme.Showing{Media: p.Media, Rendition: p.Rendition, Size: int64(len(p.Bytes)), MIME: "image/jpeg", Chunks: p.Chunks, Approval: th.Serve(approval)}
}

// With gives a programme of one item, in place of everything in another one.
func (th *Thief) With(p programme.Programme, counter uint64, s programme.Showing) programme.Programme {
	th.t.Helper()
	list := programme.Playlist{Type: "cotmoc/playlist/v1", ID: fresh(th.t, "list"), Version: 1, Title: "x", Profile: p.Profile,
		Items: []programme.Item{{ID: fresh(th.t, "item"), DurationMS: 5000, Transition: playlists.Cut, Showing: s}}}
	object, err := programme.Marshal(list)
	th.must(err)
	p.Counter, p.IssuedAt = counter, time.Now().UnixMilli()
	entry := p.Entries[0]
	entry.Playlist = th.Serve(object)
	p.Entries = []programme.Entry{entry}
	return p
}

// Statements gives the digests of the statements behind what a programme
// shows, as a charter's kept set names them.
func (th *Thief) Statements(p programme.Programme) []playlists.Digest {
	th.t.Helper()
	var out []playlists.Digest
	read := func(d playlists.Digest, v any) {
		b, ok := th.Object(d)
		if !ok {
			th.t.Fatalf("the store does not have %s", d)
		}
		th.must(programme.Unmarshal(b, v))
	}
	for _, e := range p.Entries {
		var list programme.Playlist
		read(e.Playlist, &list)
		for _, it := range list.Items {
			var a programme.Approval
			read(it.Showing.Approval, &a)
			for _, d := range a.Decisions {
				out = append(out, playlists.DigestOf(d.Statement))
			}
		}
	}
	return out
}

// Approved is the approval of a media that counts now, as people signed it.
func (th *Thief) Approved(media playlists.ID) []byte {
	th.t.Helper()
	all, err := th.DB.Charter().Approvals(th.t.Context())
	th.must(err)
	for _, object := range all {
		var a programme.Approval
		th.must(programme.Unmarshal(object, &a))
		if len(a.Decisions) > 0 && bytes.Contains(a.Decisions[0].Statement, []byte(media)) {
			return object
		}
	}
	th.t.Fatalf("nobody has approved %s", media)
	return nil
}
