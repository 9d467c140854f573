package programme_test

import (
	"bytes"
	"testing"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/webauthn/webauthntest"
)

// decide signs a statement of the world's media, changed as a test wants.
func (w *world) decide(t testing.TB, word string, act programme.Act, change func(*programme.Statement)) programme.Decision {
	t.Helper()
	s := programme.NewStatement(w.media, act, playlists.Actor{ID: playliststest.ID(word), Name: word}, "", playliststest.Now.Add(-time.Hour))
	if change != nil {
		change(&s)
	}
	b := marshal(t, s)
	return programme.Decision{Statement: b, Signature: playliststest.Sign(t, programme.StatementPayloadType, b, s.Predicate.Person)}
}

func named(c *programme.Charter, word string) *programme.Person {
	p, _ := c.Person(playliststest.ID(word))
	return p
}

// What two people's signatures are worth under a charter.
func TestHands(t *testing.T) {
	t.Parallel()
	type pair struct{ review, approve programme.Decision }
	elsewhere := string(playliststest.ID("vungang"))
	reviewer := func(change func(*programme.Person)) func(*programme.Charter) {
		return func(c *programme.Charter) { change(named(c, "reviewer")) }
	}
	decidedAt := playliststest.Now.Add(-time.Hour).UnixMilli()
	for _, c := range []struct {
		name   string
		change func(*programme.Charter) // the charter
		with   func(*testing.T, *world, *pair)
		want   programme.Refusal
	}{
		{"two people", nil, nil, ""},
		{"a person whom nobody names", nil, func(t *testing.T, w *world, p *pair) { p.review = w.decide(t, "stranger", programme.Review, nil) }, programme.UnknownPerson},
		{"a person whom the charter names no more", func(c *programme.Charter) { c.People = c.People[1:] }, nil, programme.UnknownPerson},
		{"a key that the charter does not give them", func(c *programme.Charter) { c.People[0].Credentials = c.People[0].Credentials[1:] }, nil, programme.UnknownCredential},
		{"somebody else's key under one's own name", nil, func(t *testing.T, w *world, p *pair) {
			p.review.Signature.Credential = w.decisions["approver"].Signature.Credential
		}, programme.UnknownCredential},
		{"somebody else's signature under one's own name", nil, func(t *testing.T, w *world, p *pair) {
			p.review.Signature = playliststest.Sign(t, programme.StatementPayloadType, p.review.Statement, playliststest.ID("approver"))
		}, programme.NotApproved},
		{"by another key under the name of one's own", nil, func(t *testing.T, w *world, p *pair) {
			s := playliststest.Sign(t, programme.StatementPayloadType, p.review.Statement, playliststest.ID("approver"))
			p.review.Signature.Sig = s.Sig
		}, programme.PersonSignature},
		{"by the programme key", nil, func(t *testing.T, w *world, p *pair) {
			s, err := programme.SignByHand(programme.StatementPayloadType, p.review.Statement, playliststest.ID("reviewer"), playliststest.Key(1))
			if err != nil {
				t.Fatal(err)
			}
			p.review.Signature = s
		}, programme.UnknownCredential},
		{"over another statement", nil, func(t *testing.T, w *world, p *pair) {
			p.review.Signature = w.decide(t, "reviewer", programme.Review, func(s *programme.Statement) { s.Predicate.Reason = "?" }).Signature
		}, programme.PersonSignature},
		{"nobody's", nil, func(t *testing.T, w *world, p *pair) { p.approve.Signature = nil }, programme.Unsigned},
		{"expelled", reviewer(func(p *programme.Person) { p.Standing = programme.Compromised }), nil, programme.PersonCompromised},
		{"the approver expelled", func(c *programme.Charter) { named(c, "approver").Standing = programme.Compromised }, nil, programme.PersonCompromised},
		{"who has left with nothing kept", reviewer(func(p *programme.Person) { p.Standing = programme.Retired }), nil, programme.PersonRetired},
		{"who has left with this kept", nil, func(t *testing.T, w *world, p *pair) { p.review = w.decisions["veteran"] }, ""},
		{"who has left with another kept", nil, func(t *testing.T, w *world, p *pair) {
			p.review = w.decide(t, "veteran", programme.Review, func(s *programme.Statement) { s.Predicate.DecidedAt-- })
		}, programme.PersonRetired},
		{"who has left and was expelled", func(c *programme.Charter) {
			v := named(c, "veteran")
			v.Standing, v.Kept = programme.Compromised, ""
		}, func(t *testing.T, w *world, p *pair) { p.review = w.decisions["veteran"] }, programme.PersonCompromised},
		{"who has left, kept, yet outside their term", func(c *programme.Charter) { named(c, "veteran").ValidUntil = decidedAt }, func(t *testing.T, w *world, p *pair) {
			p.review = w.decisions["veteran"]
		}, programme.PersonNotValid},
		{"before their term", reviewer(func(p *programme.Person) { p.ValidFrom = decidedAt + 1 }), nil, programme.PersonNotValid},
		{"as their term begins", reviewer(func(p *programme.Person) { p.ValidFrom = decidedAt }), nil, ""},
		{"as their term ends", reviewer(func(p *programme.Person) { p.ValidUntil = decidedAt }), nil, programme.PersonNotValid},
		{"before their term ends", reviewer(func(p *programme.Person) { p.ValidUntil = decidedAt + 1 }), nil, ""},
		{"without the capacity", reviewer(func(p *programme.Person) { p.May = []programme.Capacity{programme.MayApprove, programme.MayLift} }), nil, programme.CapacityMissing},
		{"for no cluster of theirs", reviewer(func(p *programme.Person) { p.Clusters = []string{elsewhere} }), nil, programme.CapacityMissing},
		{"the approver for no cluster of theirs", func(c *programme.Charter) { named(c, "approver").Clusters = []string{elsewhere} }, nil, programme.CapacityMissing},
		{"for this cluster among others", reviewer(func(p *programme.Person) {
			p.Clusters = []string{elsewhere, string(playliststest.Screen().Cluster)}
		}), nil, ""},
		{"one person twice under two keys", func(c *programme.Charter) {
			p := named(c, "reviewer")
			p.May = append(p.May, programme.MayApprove)
		}, func(t *testing.T, w *world, p *pair) {
			p.approve = w.decide(t, "reviewer", programme.Approve, nil)
			p.approve.Signature = playliststest.SignByPasskey(t, programme.StatementPayloadType, p.approve.Statement, playliststest.ID("reviewer"), w.passkey, site)
		}, programme.NotApproved},
		{"the author as approver", func(c *programme.Charter) {
			c.People = append(c.People, playliststest.Person(t, "author", programme.MayApprove))
		}, func(t *testing.T, w *world, p *pair) { p.approve = w.decide(t, "author", programme.Approve, nil) }, programme.NotApproved},
		{"the author as reviewer", func(c *programme.Charter) {
			c.People = append(c.People, playliststest.Person(t, "author", programme.MayReview))
		}, func(t *testing.T, w *world, p *pair) { p.review = w.decide(t, "author", programme.Review, nil) }, programme.NotApproved},
		{"two different media", nil, func(t *testing.T, w *world, p *pair) {
			p.review = w.decide(t, "reviewer", programme.Review, func(s *programme.Statement) { s.Predicate.Media = playliststest.ID("khac") })
		}, programme.NotApproved},
		{"of two types", nil, func(t *testing.T, w *world, p *pair) {
			p.review = w.decide(t, "reviewer", programme.Review, func(s *programme.Statement) { s.Subject[0].MediaType = "video/mp4" })
		}, programme.NotApproved},

		{"an independent decision where none is", func(c *programme.Charter) { c.IndependentDecision = true }, nil, programme.NotIndependent},
		{"an independent review", func(c *programme.Charter) {
			c.IndependentDecision, c.People[0].Credentials[0].Independent = true, true
		}, nil, ""},
		{"an independent approval", func(c *programme.Charter) {
			c.IndependentDecision, c.People[1].Credentials[0].Independent = true, true
		}, nil, ""},
		{"two independent decisions", func(c *programme.Charter) {
			c.IndependentDecision, c.People[0].Credentials[0].Independent, c.People[1].Credentials[0].Independent = true, true, true
		}, nil, ""},
		{"an independent key that was not used", func(c *programme.Charter) {
			c.IndependentDecision, c.People[0].Credentials[0].Independent = true, true
		}, func(t *testing.T, w *world, p *pair) {
			p.review.Signature = playliststest.SignByPasskey(t, programme.StatementPayloadType, p.review.Statement, playliststest.ID("reviewer"), w.passkey, site)
		}, programme.NotIndependent},

		{"by passkey", nil, func(t *testing.T, w *world, p *pair) {
			p.review.Signature = playliststest.SignByPasskey(t, programme.StatementPayloadType, p.review.Statement, playliststest.ID("reviewer"), w.passkey, site)
		}, ""},
		{"by passkey at another site", nil, func(t *testing.T, w *world, p *pair) {
			p.review.Signature = playliststest.SignByPasskey(t, programme.StatementPayloadType, p.review.Statement, playliststest.ID("reviewer"), w.passkey, programme.RelyingParty{ID: site.ID, Origins: []string{"https://evil.example"}})
		}, programme.PersonSignature},
		{"by passkey for another party of the charter", nil, func(t *testing.T, w *world, p *pair) {
			p.review.Signature = playliststest.SignByPasskey(t, programme.StatementPayloadType, p.review.Statement, playliststest.ID("reviewer"), w.passkey, local)
		}, programme.PersonSignature},
		{"by passkey over an order", nil, func(t *testing.T, w *world, p *pair) {
			p.review.Signature = playliststest.SignByPasskey(t, programme.OrderType, p.review.Statement, playliststest.ID("reviewer"), w.passkey, site)
		}, programme.PersonSignature},
		{"by another's passkey", nil, func(t *testing.T, w *world, p *pair) {
			s := playliststest.SignByPasskey(t, programme.StatementPayloadType, p.review.Statement, playliststest.ID("reviewer"), webauthntest.New(t, w.passkey.Key.Algorithm), site)
			s.Credential = programme.CredentialID(w.passkey.Key.PKIX)
			p.review.Signature = s
		}, programme.PersonSignature},
		{"by passkey without its parts", nil, func(t *testing.T, w *world, p *pair) {
			p.review.Signature.Credential = programme.CredentialID(w.passkey.Key.PKIX)
		}, programme.PersonSignature},
		{"by key file with authenticator data", nil, func(t *testing.T, w *world, p *pair) { p.review.Signature.AuthenticatorData = []byte{} }, programme.PersonSignature},
		{"by key file with client data", nil, func(t *testing.T, w *world, p *pair) { p.review.Signature.ClientData = []byte{} }, programme.PersonSignature},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, c.change)
			p := pair{*copied(t, ref(w.decisions["reviewer"])), *copied(t, ref(w.decisions["approver"]))}
			if c.with != nil {
				c.with(t, w, &p)
			}
			check(t, c.name, w.judge(t, p.review, p.approve), c.want)
		})
	}
}

func ref[T any](v T) *T { return &v }

// A signature counts for the kind of document that it is over, and for no other.
func TestBatches(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	review, person := w.decisions["reviewer"], playliststest.ID("reviewer")
	batch := func(statements ...[]byte) []byte {
		b, err := programme.NewBatch(statements...)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	raw := func(b programme.Batch) []byte { return marshal(t, b) }
	digest := playlists.DigestOf(review.Statement)
	digests := func(n int) []playlists.Digest {
		out := []playlists.Digest{digest}
		for len(out) < n {
			out = append(out, digest)
		}
		return out
	}
	const batchType = "cotmoc/batch/v1"
	whole := batch(review.Statement, []byte("another"), []byte("a third"))
	for _, c := range []struct {
		name  string
		batch []byte
		as    string // payload type of the signature
		want  programme.Refusal
	}{
		{"a batch", whole, programme.BatchPayloadType, ""},
		{"a batch of one", batch(review.Statement), programme.BatchPayloadType, ""},
		{"a batch signed as a statement", whole, programme.StatementPayloadType, programme.PersonSignature},
		{"a batch signed as an order", whole, programme.OrderType, programme.PersonSignature},
		{"a batch signed as a charter", whole, programme.CharterType, programme.PersonSignature},
		{"a batch of others", batch([]byte("another")), programme.BatchPayloadType, programme.PersonSignature},
		{"a batch of nothing", raw(programme.Batch{Type: batchType}), programme.BatchPayloadType, programme.PersonSignature},
		{"a batch of another type", raw(programme.Batch{Type: "cotmoc/kept/v1", Statements: digests(1)}), programme.BatchPayloadType, programme.BadType},
		{"a batch of 200", raw(programme.Batch{Type: batchType, Statements: digests(200)}), programme.BatchPayloadType, ""},
		{"a batch of 201", raw(programme.Batch{Type: batchType, Statements: digests(201)}), programme.BatchPayloadType, programme.Malformed},
		{"a batch unsorted", raw(programme.Batch{Type: batchType, Statements: []playlists.Digest{"z", digest}}), programme.BatchPayloadType, programme.Malformed},
		{"a batch too long", append(bytes.Repeat([]byte(" "), 64<<10), whole...), programme.BatchPayloadType, programme.Malformed},
		{"a batch as long as a book", raw(programme.Batch{Type: batchType, Statements: []playlists.Digest{digest, playlists.Digest(bytes.Repeat([]byte("z"), 64<<10))}}), programme.BatchPayloadType, programme.Malformed},
		{"a set of kept decisions", w.kept, programme.BatchPayloadType, programme.BadType},
		{"the statement itself", review.Statement, programme.BatchPayloadType, programme.Malformed},
		{"an order", marshal(t, orderOf(programme.Takedown)), programme.BatchPayloadType, programme.Malformed},
		{"empty", []byte{}, programme.BatchPayloadType, programme.Malformed},
	} {
		for name, s := range map[string]*programme.HandSignature{
			"key file": playliststest.Sign(t, c.as, c.batch, person), "passkey": playliststest.SignByPasskey(t, c.as, c.batch, person, w.passkey, site),
		} {
			check(t, c.name+" by "+name, w.judge(t, programme.Decision{Statement: review.Statement, Batch: c.batch, Signature: s}, w.decisions["approver"]), c.want)
		}
	}
	// Left away, the batch takes its signature with it.
	check(t, "without its batch", w.judge(t, programme.Decision{Statement: review.Statement, Signature: playliststest.Sign(t, programme.BatchPayloadType, whole, person)}, w.decisions["approver"]), programme.PersonSignature)

	many := make([][]byte, 201)
	for i := range many {
		many[i] = []byte{byte(i)}
	}
	for n, ok := range map[int]bool{0: false, 1: true, 200: true, 201: false} {
		if _, err := programme.NewBatch(many[:n]...); (err == nil) != ok {
			t.Errorf("a batch of %d: %v", n, err)
		}
	}
}

func TestStatements(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for _, c := range []struct {
		name   string
		change func(*programme.Statement)
		want   programme.Refusal
	}{
		{"sound", func(*programme.Statement) {}, ""},
		{"without a beginning or an end", func(s *programme.Statement) { s.Predicate.ValidFrom, s.Predicate.ValidUntil = 0, 0 }, ""},
		{"ending at the last instant", func(s *programme.Statement) { s.Predicate.ValidUntil = year10000 - 1 }, ""},
		{"ending after the last instant", func(s *programme.Statement) { s.Predicate.ValidUntil = year10000 }, programme.Malformed},
		{"beginning after the last instant", func(s *programme.Statement) { s.Predicate.ValidFrom = year10000 }, programme.Malformed},
		{"beginning before time", func(s *programme.Statement) { s.Predicate.ValidFrom = -1 }, programme.Malformed},
		// The year 1 is how Go writes no time at all: it must not read as no end.
		{"ending in the year 1", func(s *programme.Statement) { s.Predicate.ValidUntil = -62135596800000 }, programme.Malformed},
		{"decided never", func(s *programme.Statement) { s.Predicate.DecidedAt = 0 }, programme.Malformed},
		{"ending as it begins", func(s *programme.Statement) { s.Predicate.ValidFrom, s.Predicate.ValidUntil = 5, 5 }, programme.Malformed},
		{"of no media", func(s *programme.Statement) { s.Predicate.Media = "" }, programme.Malformed},
		{"by nobody", func(s *programme.Statement) { s.Predicate.Person = "" }, programme.Malformed},
		{"of no author", func(s *programme.Statement) { s.Predicate.Author = "" }, programme.Malformed},
		{"brought in by hand, by nobody known", func(s *programme.Statement) {
			s.Predicate.Origin = programme.From{MediaSHA256: s.Predicate.Origin.MediaSHA256}
		}, ""},
		{"of bytes unknown", func(s *programme.Statement) { s.Predicate.Origin.MediaSHA256 = "" }, programme.Malformed},
		{"published before time", func(s *programme.Statement) { s.Predicate.Origin.PublishedAt = -1 }, programme.Malformed},
		{"fetched after the last instant", func(s *programme.Statement) { s.Predicate.Origin.FetchedAt = year10000 }, programme.Malformed},
		{"of a page that is not kept", func(s *programme.Statement) { s.Predicate.Origin.PageSHA256 = "" }, programme.Malformed},
		{"a subject without a digest", func(s *programme.Statement) { s.Subject[0].Digest.SHA256 = "" }, programme.Malformed},
		{"two subjects for one profile", func(s *programme.Statement) { s.Subject[1].Name = s.Subject[0].Name }, programme.Malformed},
		{"subjects unsorted", func(s *programme.Statement) { s.Subject[0], s.Subject[1] = s.Subject[1], s.Subject[0] }, programme.Malformed},
		{"as long as a book", func(s *programme.Statement) { s.Predicate.Reason = string(bytes.Repeat([]byte("x"), 64<<10)) }, programme.Malformed},
	} {
		check(t, c.name, w.judge(t, w.decide(t, "reviewer", programme.Review, c.change), w.decide(t, "approver", programme.Approve, c.change)), c.want)
	}
	_, err := programme.ParseStatement([]byte(`{"_type":1}`))
	check(t, "no statement", err, programme.Malformed)
	s := programme.NewStatement(w.media, programme.Review, playlists.Actor{}, "", playliststest.Now)
	for name, want := range map[string]bool{"the rendition": true, "another": false} {
		d := w.media.Renditions[0].Digest
		if !want {
			d = playlists.DigestOf([]byte(name))
		}
		if s.Covers(playlists.Landscape1080, d) != want || s.Covers("8k", d) {
			t.Errorf("%s is not covered as it should be", name)
		}
	}
}

func TestApprovalObjects(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	review, approve := w.decisions["reviewer"], w.decisions["approver"]
	if _, err := programme.NewApproval(review, approve); err != nil {
		t.Fatal(err)
	}
	_, err := programme.NewApproval(review, review)
	check(t, "two reviews", err, programme.NotApproved)
	object := func(d ...programme.Decision) []byte {
		return marshal(t, programme.Approval{Type: "cotmoc/approval/v1", Decisions: d})
	}
	for name, c := range map[string]struct {
		object []byte
		want   programme.Refusal
	}{
		"sound":           {object(review, approve), ""},
		"the other way":   {object(approve, review), ""},
		"three":           {object(review, approve, approve), programme.NotApproved},
		"no statement":    {object(review, programme.Decision{Statement: []byte("{}")}), programme.Malformed},
		"no object":       {[]byte("{}"), programme.Malformed},
		"of another type": {marshal(t, programme.Approval{Type: "x", Decisions: []programme.Decision{review, approve}}), programme.BadType},
	} {
		check(t, name, programme.CheckApproval(c.object, w.grounds(), w.get), c.want)
	}
	on := w.grounds()
	on.Cluster = playliststest.ID("vungang")
	only := func(s *programme.Statement) { s.Predicate.Territory = []string{string(playliststest.Screen().Cluster)} }
	here := object(w.decide(t, "reviewer", programme.Review, only), w.decide(t, "approver", programme.Approve, only))
	check(t, "here", programme.CheckApproval(here, w.grounds(), w.get), "")
	check(t, "outside its territory", programme.CheckApproval(here, on, w.get), programme.OutsideTerms)
	on.Charter = nil
	check(t, "outside its territory, before a charter", programme.CheckApproval(here, on, w.get), programme.OutsideTerms)
	on = w.grounds()
	on.Charter = nil
	unsigned := object(programme.Decision{Statement: review.Statement}, programme.Decision{Statement: approve.Statement})
	check(t, "unsigned before a charter", programme.CheckApproval(unsigned, on, w.get), "")
	check(t, "unsigned under a charter", programme.CheckApproval(unsigned, w.grounds(), w.get), programme.Unsigned)
}

func TestKeptSets(t *testing.T) {
	t.Parallel()
	veteran := func(w *world) []byte {
		return marshal(t, programme.Approval{Type: "cotmoc/approval/v1", Decisions: []programme.Decision{w.decisions["veteran"], w.decisions["approver"]}})
	}
	big := marshal(t, programme.KeptSet{Type: "cotmoc/kept/v1", Statements: make([]playlists.Digest, programme.MaxObject/3)})
	unsorted := marshal(t, programme.KeptSet{Type: "cotmoc/kept/v1", Statements: []playlists.Digest{"b", "a"}})
	empty, err := programme.NewKeptSet(nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		kept []byte // named by the charter and held
		want programme.Refusal
	}{
		"too large": {big, programme.Malformed}, "unsorted": {unsorted, programme.Malformed}, "empty": {empty, programme.PersonRetired},
		"of another type": {marshal(t, programme.KeptSet{Type: "x"}), programme.BadType}, "none": {[]byte("{}"), programme.Malformed},
	} {
		w := newWorld(t, func(next *programme.Charter) { next.People[len(next.People)-1].Kept = playlists.DigestOf(c.kept) })
		check(t, name, programme.CheckApproval(veteran(w), w.grounds(), func(playlists.Digest) ([]byte, bool) { return c.kept, true }), c.want)
	}
	w := newWorld(t, nil)
	none := func(playlists.Digest) ([]byte, bool) { return nil, false }
	check(t, "not held", programme.CheckApproval(veteran(w), w.grounds(), none), programme.MissingObject)
	check(t, "another than named", programme.CheckApproval(veteran(w), w.grounds(), func(playlists.Digest) ([]byte, bool) { return empty, true }), programme.WrongDigest)
	// A memo keeps no judgement that took the set: it may come yet.
	on := w.grounds()
	on.Memo = programme.NewMemo()
	check(t, "not held yet", programme.CheckApproval(veteran(w), on, none), programme.MissingObject)
	check(t, "held by now", programme.CheckApproval(veteran(w), on, w.get), "")
	// Nor does one charter's judgement count under another, or at another place.
	reviewed := marshal(t, programme.Approval{Type: "cotmoc/approval/v1", Decisions: []programme.Decision{w.decisions["reviewer"], w.decisions["approver"]}})
	expelled := newWorld(t, func(next *programme.Charter) { next.People[0].Standing = programme.Compromised })
	check(t, "remembered", programme.CheckApproval(reviewed, on, w.get), "")
	on.Charter = expelled.held
	check(t, "under another charter", programme.CheckApproval(reviewed, on, w.get), programme.PersonCompromised)
	check(t, "under another charter again", programme.CheckApproval(reviewed, on, w.get), programme.PersonCompromised)
	on.Charter = nil
	check(t, "under none", programme.CheckApproval(reviewed, on, w.get), "")
}
