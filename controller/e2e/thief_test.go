package e2e

import (
	"crypto/ed25519"
	"net/http"
	"testing"
	"time"

	"cotmoc/controller/e2e/stage"
	"cotmoc/controller/e2e/thief"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// robbed is a screen that plays what two people signed, after a thief has
// taken the controller's place.
type robbed struct {
	*thief.Thief
	t    *testing.T
	s    *stage.Stage
	scr  *stage.Screen
	id   playlists.ID
	held *programme.HeldCharter
	good playlists.Digest // what was signed for the screen
	last programme.Programme
	sent []byte          // its envelope
	evil []thief.Picture // nothing of these may ever be had from the agent
	next uint64
}

func rob(t *testing.T) *robbed {
	t.Helper()
	s := newStage(t)
	r := &robbed{t: t, s: s, held: s.Charter(nil), scr: s.Screen("Quốc môn")}
	r.id = playlists.ID(r.scr.ID)
	photo := s.Approved("anh.jpg", "Ảnh", stage.Photo(t, 1))
	r.good = stage.Rendition(t, photo).Digest
	s.Schedule("Cả ngày", s.Playlist("Danh sách", photo), 50)
	s.Publish()
	r.scr.AwaitCached(time.Minute)
	stage.OpenPage(t, r.scr.URL)
	r.Thief = thief.Break(t, s)
	r.last, r.sent = r.Stolen(r.id)
	r.next = r.last.Counter
	stage.Await(t, 2*time.Minute, "the agent to talk to the thief", func() bool { return r.scr.Status().Connected })
	return r
}

// picture is bytes that nobody approved.
func (r *robbed) picture(seed uint64) thief.Picture {
	r.t.Helper()
	p := r.Picture("evilaaaaaaaaaaaa", stage.Photo(r.t, seed))
	r.evil = append(r.evil, p)
	return p
}

func (r *robbed) counter() uint64 { r.next++; return r.next }

func (r *robbed) refusals() map[string]uint64 { return r.scr.Status().Report.Trust.Refused }

// refuses does what a thief can and waits until the agent has refused it by
// name. Nothing else changes on the screen.
func (r *robbed) refuses(what string, code programme.Refusal, do func()) {
	r.t.Helper()
	before := r.refusals()[string(code)]
	do()
	stage.Await(r.t, 30*time.Second, what+": the refusal "+string(code), func() bool { return r.refusals()[string(code)] > before })
	r.unmoved(what)
}

// unmoved holds the screen to showing what was signed, and the agent to giving
// no page a byte that was not.
func (r *robbed) unmoved(what string) {
	r.t.Helper()
	if st := r.scr.Status().Report; st.Showing.Rendition != r.good {
		r.t.Errorf("%s: the screen shows %+v", what, st.Showing)
	}
	r.harmless(what)
}

// harmless holds the agent to showing what was signed or nothing.
func (r *robbed) harmless(what string) {
	r.t.Helper()
	if shown := r.scr.Status().Report.Showing.Rendition; shown != r.good && shown != "" {
		r.t.Errorf("%s: the screen shows %s", what, shown)
	}
	for _, p := range r.evil {
		resp, err := http.Get(r.scr.URL + "objects/" + string(p.Rendition))
		if err != nil {
			r.t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusNotFound {
			r.t.Errorf("%s: the agent gives a page the bytes: %s", what, resp.Status)
		}
	}
}

func (r *robbed) hand(role string) ed25519.PrivateKey { return stage.Key(role) }

// signedBy is a decision by the hand of a role.
func (r *robbed) signedBy(act programme.Act, role string) thief.Decided {
	return thief.Decided{Act: act, Person: r.s.People[role], Author: r.s.People["editor"], Key: r.hand(role)}
}

// both is what two people would sign.
func (r *robbed) both() []thief.Decided {
	return []thief.Decided{r.signedBy(programme.Review, "reviewer"), r.signedBy(programme.Approve, "approver")}
}

// plays sends a programme that is signed as it should be but for its approval.
func (r *robbed) plays(p thief.Picture, approval []byte) func() {
	return func() { r.Programme(r.With(r.last, r.counter(), r.Showing(p, approval))) }
}

// TestThiefForges: what the holder of the programme key makes up.
func TestThiefForges(t *testing.T) {
	t.Parallel()
	r := rob(t)
	stolen := stage.Key("thief")
	everywhere := playlists.Terms{}
	for i, c := range []struct {
		what string
		code programme.Refusal
		by   func(*[2]thief.Decided)
	}{
		{"unsigned", programme.Unsigned, func(d *[2]thief.Decided) { d[0].Key, d[1].Key = nil, nil }},
		{"wrongly signed", programme.UnknownCredential, func(d *[2]thief.Decided) { d[1].Key = stolen }},
		{"signed by a stranger", programme.UnknownPerson, func(d *[2]thief.Decided) {
			d[1].Person, d[1].Key = "thiefaaaaaaaaaaa", stolen
		}},
		{"one approver twice under two keys", programme.NotApproved, func(d *[2]thief.Decided) { d[0].Person = d[1].Person }},
		{"the author as approver", programme.NotApproved, func(d *[2]thief.Decided) {
			d[0].Author, d[1].Author = d[1].Person, d[1].Person
		}},
		{"the reviewer's hand for the approver", programme.NotApproved, func(d *[2]thief.Decided) { d[1].Signer, d[1].Key = d[0].Person, d[0].Key }},
		{"a hand without the capacity", programme.CapacityMissing, func(d *[2]thief.Decided) {
			d[1].Person, d[1].Key = r.s.People["emergency"], r.hand("emergency")
		}},
	} {
		p := r.picture(uint64(100 + i))
		d := [2]thief.Decided(r.both())
		c.by(&d)
		r.refuses(c.what, c.code, r.plays(p, r.Approval(p, r.last.Profile, everywhere, d[:]...)))
	}

	// Good hands, put to another use.
	p, other := r.picture(200), r.picture(201)
	approval := r.Approval(other, r.last.Profile, everywhere, r.both()...)
	p.Media = other.Media
	r.refuses("a swapped rendition", programme.NotApproved, r.plays(p, approval))
	r.refuses("a rendition of another shape", programme.NotApproved, r.plays(p, r.Approval(p, playlists.Portrait1080, everywhere, r.both()...)))
	r.refuses("outside its territory", programme.OutsideTerms, r.plays(p, r.Approval(p, r.last.Profile, playlists.Terms{Territory: []string{"vungangaaaaaaaaa"}}, r.both()...)))
	r.refuses("another cluster's programme", programme.OtherCluster, func() {
		q := r.With(r.last, r.counter(), r.Showing(p, r.Approval(p, r.last.Profile, playlists.Terms{Territory: []string{"vungangaaaaaaaaa"}}, r.both()...)))
		q.Cluster = "vungangaaaaaaaaa"
		r.Programme(q)
	})
	r.refuses("another screen's programme", programme.OtherScreen, func() {
		q := r.last
		q.Screen, q.Counter = "anotheraaaaaaaaa", r.counter()
		envelope, err := programme.Sign(&q, r.Key)
		if err != nil {
			t.Fatal(err)
		}
		r.Say(r.id, wire.DownProgramme, envelope)
	})
	r.refuses("signed with another key", programme.BadSignature, func() {
		q := r.last
		q.Counter = r.counter()
		r.ProgrammeBy(q, stolen)
	})
	r.refuses("rolled back", programme.RolledBack, func() { q := r.last; q.Counter = 1; r.Programme(q) })
	r.refuses("another epoch", programme.WrongEpoch, func() { q := r.last; q.Epoch, q.Counter = 9, 1; r.Programme(q) })
	r.refuses("retained rubbish", programme.Malformed, func() { r.Say(r.id, wire.DownProgramme, []byte(`{"payloadType":"x"}`)) })
	for _, leaf := range []string{wire.DownCharter, wire.DownOrders, wire.DownBeacon, wire.DownAck} {
		r.Say(r.id, leaf, []byte("\x00rubbish"))
	}

	// After all that, what was signed is still taken.
	q := r.last
	q.Counter = r.counter()
	r.Programme(q)
	stage.Await(t, 30*time.Second, "what was signed", func() bool { c := r.scr.Status().Report.Playing; return c != nil && c.Counter == q.Counter })
	r.refuses("the same number with other bytes", programme.Forked, func() { q.IssuedAt++; r.Programme(q) })
	r.refuses("replayed", programme.RolledBack, func() { r.Say(r.id, wire.DownProgramme, r.sent) })
}

// TestThiefTampersWithBytes: approved names over other bytes, from the objects'
// listener and on the way.
func TestThiefTampersWithBytes(t *testing.T) {
	t.Parallel()
	r := rob(t)
	p := r.picture(300)
	approval := r.Approval(p, r.last.Profile, playlists.Terms{}, r.both()...)
	real := p.Bytes
	r.evil = nil // these bytes are approved; what is served for them is not
	tampered := append([]byte{}, real...)
	tampered[len(tampered)/2] ^= 1
	r.Pretend(p.Rendition, tampered)
	r.plays(p, approval)()
	stage.Await(t, time.Minute, "tampered bytes to be noticed", func() bool {
		for _, pr := range r.scr.Status().Report.Problems {
			if pr.Code == string(programme.WrongDigest) {
				return true
			}
		}
		return false
	})
	r.unmoved("a tampered rendition")
	if resp, err := http.Get(r.scr.URL + "objects/" + string(p.Rendition)); err == nil {
		resp.Body.Close()
		if resp.StatusCode != http.StatusNotFound {
			t.Errorf("tampered bytes are given to a page: %s", resp.Status)
		}
	}
	r.Pretend(p.Rendition, real)
	r.good = p.Rendition
	stage.Await(t, time.Minute, "the real bytes", func() bool { return r.scr.Status().Report.Showing.Rendition == p.Rendition })
}
