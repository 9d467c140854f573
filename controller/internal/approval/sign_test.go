package approval_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"slices"
	"testing"
	"time"

	"cotmoc/controller/internal/approval"
	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
)

// charters is the charter that counts in a test.
type charters struct {
	held *programme.HeldCharter
	kept map[playlists.Digest][]byte
}

func (c *charters) Current() *programme.HeldCharter { return c.held }

func (c *charters) Kept(d playlists.Digest) ([]byte, bool) {
	b, ok := c.kept[d]
	return b, ok
}

// chartered is a desk under a charter that names everybody with their key file
// and their role's capacity.
type chartered struct {
	*desk
	charters *charters
	again    int
}

func newChartered(t *testing.T) *chartered {
	t.Helper()
	c := &chartered{desk: newDesk(t), charters: &charters{kept: map[playlists.Digest][]byte{}}}
	c.Service = approval.New(approval.Config{
		Store: c.World.DB.Approval(), Screens: c.screens, Charters: c.charters, StandsAgain: func(playlists.Actor) { c.again++ }, Now: c.Clock.Now, Random: rand.Reader,
	})
	return c
}

// begin makes the charter count, changed as a test wants.
func (c *chartered) begin(t *testing.T, change func(*programme.Charter)) {
	t.Helper()
	number := uint64(1)
	if c.charters.held != nil {
		number = c.charters.held.Number + 1
	}
	held, _ := playliststest.Charter(t, func(p *programme.Charter) {
		p.People = []programme.Person{
			person(t, c.reviewer, programme.MayReview), person(t, c.reviewerB2, programme.MayReview), person(t, c.approver, programme.MayApprove),
			person(t, c.jack, programme.MayReview, programme.MayApprove), person(t, c.inspector),
		}
		if change != nil {
			change(p)
		}
	})
	held.Number = number // chains are another's business
	held.Payload = playlists.DigestOf([]byte{byte(number)})
	c.charters.held = held
}

func person(t *testing.T, a playlists.Actor, may ...programme.Capacity) programme.Person {
	t.Helper()
	p := playliststest.Person(t, "x", may...)
	k, err := programme.FileCredential(hand(a).Public().(ed25519.PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	p.ID, p.Name, p.Credentials = a.ID, a.Name, []programme.Credential{k}
	return p
}

func hand(a playlists.Actor) ed25519.PrivateKey { return playliststest.Hand(string(a.ID)) }

func ask(media ...playlists.ID) []approval.Asked {
	var out []approval.Asked
	for _, id := range media {
		out = append(out, approval.Asked{Media: id, Seen: sqlstoretest.Digests()})
	}
	return out
}

// sign prepares and decides, with a moment between in which a test may do
// something.
func (c *chartered) sign(t *testing.T, who playlists.Actor, act programme.Act, between func(statements [][]byte), media ...playlists.ID) error {
	t.Helper()
	p, err := c.Prepare(t.Context(), who, act, ask(media...))
	if err != nil {
		return err
	}
	var statements [][]byte
	for _, it := range p.Items {
		statements = append(statements, it.Statement)
	}
	s, err := programme.SignByHand(p.PayloadType, p.Payload, who.ID, hand(who))
	if err != nil {
		t.Fatal(err)
	}
	if between != nil {
		between(statements)
	}
	var batch []byte
	if len(media) > 1 {
		batch = p.Payload
	}
	_, err = c.Decide(t.Context(), who, statements, batch, *s)
	return err
}

func TestASignedApproval(t *testing.T) {
	t.Parallel()
	c := newChartered(t)
	c.begin(t, nil)
	id := c.to(t, playlists.Submitted)
	if err := c.Review(t.Context(), c.reviewer, id, acceptFlag); playlists.ReasonOf(err) != "signature_required" {
		t.Errorf("without a signature: %v", err)
	}
	if err := c.sign(t, c.reviewer, programme.Review, nil, id); err != nil {
		t.Fatal(err)
	}
	if err := c.sign(t, c.approver, programme.Approve, nil, id); err != nil {
		t.Fatal(err)
	}
	approved, err := c.Approved(t.Context(), []playlists.ID{id})
	if err != nil {
		t.Fatal(err)
	}
	if err := programme.CheckApproval(approved[id].Approval, programme.Grounds{Charter: c.charters.held, Cluster: playliststest.ID("cautreo")}, c.charters.Kept); err != nil {
		t.Error(err)
	}
	for _, d := range c.state(t, id).Decisions {
		if (d.Act != programme.Submit) != (d.Signature != nil) {
			t.Errorf("%s is kept with the signature %v", d.Act, d.Signature)
		}
	}
	if err := c.World.TryExec(`update decisions set signature = null`); err == nil {
		t.Error("somebody took the signatures off")
	}
}

func TestSignedDecisionsAreRefused(t *testing.T) {
	t.Parallel()
	limited := func(p *programme.Charter) { p.People[0].Clusters = []string{string(playliststest.ID("vungang"))} }
	for name, test := range map[string]struct {
		change  func(*programme.Charter)
		before  func(*testing.T, *chartered, playlists.ID)
		between func(*testing.T, *chartered, playlists.ID, [][]byte)
		act     programme.Act
		who     func(*chartered) playlists.Actor
		terms   playlists.Terms
		reason  string
	}{
		"eleven minutes late": {between: func(_ *testing.T, c *chartered, _ playlists.ID, _ [][]byte) { c.Clock.Add(11 * time.Minute) }, reason: "decision_late"},
		"from the future":     {between: func(_ *testing.T, c *chartered, _ playlists.ID, _ [][]byte) { c.Clock.Add(-11 * time.Minute) }, reason: "decision_late"},
		"a title that was never there": {between: func(_ *testing.T, _ *chartered, _ playlists.ID, s [][]byte) {
			s[0] = bytes.Replace(s[0], []byte(`"title":"flag`), []byte(`"title":"flog`), 1)
		}, reason: "statement_changed"},
		"returned meanwhile": {between: func(t *testing.T, c *chartered, id playlists.ID, _ [][]byte) { c.back(t, id) }, reason: "media_state"},
		"somewhere else":     {change: limited, terms: playlists.Terms{Territory: []string{string(playliststest.ID("cautreo"))}}, reason: "capacity_missing"},
		"before their term":  {change: func(p *programme.Charter) { p.People[0].ValidFrom = playliststest.Now.AddDate(0, 1, 0).UnixMilli() }, reason: "person_not_valid"},
		"expelled":           {change: func(p *programme.Charter) { p.People[0].Standing = programme.Compromised }, reason: "person_compromised"},
		"with a key that was taken away": {between: func(t *testing.T, c *chartered, _ playlists.ID, _ [][]byte) {
			c.begin(t, func(p *programme.Charter) { p.People[0].Credentials = nil })
		}, reason: "unknown_credential"},
		"without the right in the console":   {who: func(c *chartered) playlists.Actor { return c.inspector }, reason: "right_missing"},
		"approving what nobody has reviewed": {act: programme.Approve, who: func(c *chartered) playlists.Actor { return c.approver }, reason: "media_state"},
		"neither from the independent client": {
			change: func(p *programme.Charter) { p.IndependentDecision = true },
			before: func(t *testing.T, c *chartered, id playlists.ID) {
				if err := c.sign(t, c.reviewerB2, programme.Review, nil, id); err != nil {
					t.Fatal(err)
				}
			},
			act: programme.Approve, who: func(c *chartered) playlists.Actor { return c.approver }, reason: "not_independent",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newChartered(t)
			c.begin(t, test.change)
			id := c.World.Media(c.word(), c.author, test.terms)
			if err := c.Submit(t.Context(), c.author, id, declared); err != nil {
				t.Fatal(err)
			}
			if test.before != nil {
				test.before(t, c, id)
			}
			who, act := c.reviewer, programme.Review
			if test.who != nil {
				who = test.who(c)
			}
			if test.act != "" {
				act = test.act
			}
			before := len(c.state(t, id).Decisions)
			err := c.sign(t, who, act, func(s [][]byte) {
				if test.between != nil {
					test.between(t, c, id, s)
					before = len(c.state(t, id).Decisions)
				}
			}, id)
			if got := playlists.ReasonOf(err); got != test.reason {
				t.Errorf("refused for %q (%v), want %q", got, err, test.reason)
			}
			if after := len(c.state(t, id).Decisions); after != before {
				t.Errorf("%d decisions became %d", before, after)
			}
		})
	}
}

// back returns a media to its author.
func (c *chartered) back(t *testing.T, id playlists.ID) {
	t.Helper()
	if err := c.Review(t.Context(), c.reviewer, id, approval.Verdict{Reason: "mờ", Seen: sqlstoretest.Digests()}); err != nil {
		t.Fatal(err)
	}
}

func TestABatchIsKeptWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	c := newChartered(t)
	c.begin(t, nil)
	a, b := c.to(t, playlists.Submitted), c.to(t, playlists.Submitted)
	err := c.sign(t, c.reviewer, programme.Review, func([][]byte) { c.back(t, b) }, a, b)
	if playlists.ReasonOf(err) != "media_state" || c.state(t, a).Media.State != playlists.Submitted {
		t.Errorf("%v, and the first is %s", err, c.state(t, a).Media.State)
	}
	other := c.to(t, playlists.Submitted)
	if err := c.sign(t, c.reviewer, programme.Review, nil, a, other); err != nil {
		t.Error(err)
	}
	if c.state(t, a).Media.State != playlists.Reviewed || c.state(t, other).Media.State != playlists.Reviewed {
		t.Error("a batch that fits was not kept")
	}
}

// What was decided before the charter is decided again where it is, at each
// stage, and so is what an expelled person decided: by one hand when the other
// still stands.
func TestDecidedAgain(t *testing.T) {
	t.Parallel()
	c := newChartered(t)
	approved, reviewed, untouched := c.to(t, playlists.Approved), c.to(t, playlists.Reviewed), c.to(t, playlists.Submitted)
	c.begin(t, nil)
	if err := c.Rejudge(t.Context()); err != nil {
		t.Fatal(err)
	}
	queue := func(who playlists.Actor) approval.Queue {
		t.Helper()
		q, err := c.Queue(t.Context(), who)
		if err != nil {
			t.Fatal(err)
		}
		return q
	}
	if q := queue(c.reviewer); !slices.Equal(q.ReviewAgain, []playlists.ID{approved, reviewed}) || !slices.Equal(q.Review, []playlists.ID{untouched}) {
		t.Errorf("the reviewer's queue: %+v", q)
	}
	if q := queue(c.approver); len(q.Approve) != 0 || len(q.ApproveAgain) != 0 {
		t.Errorf("the approver's queue before the reviews: %+v", q)
	}
	if err := c.sign(t, c.reviewer, programme.Review, nil, approved, reviewed); err != nil {
		t.Fatal(err)
	}
	if q := queue(c.approver); !slices.Equal(q.Approve, []playlists.ID{reviewed}) || !slices.Equal(q.ApproveAgain, []playlists.ID{approved}) {
		t.Errorf("the approver's queue: %+v", q)
	}
	if err := c.sign(t, c.approver, programme.Approve, nil, approved, reviewed); err != nil {
		t.Fatal(err)
	}
	if c.again != 1 || len(c.state(t, approved).Decisions) != 5 {
		t.Errorf("told %d times, %d decisions", c.again, len(c.state(t, approved).Decisions))
	}
	if q := queue(c.reviewer); len(q.ReviewAgain) != 0 {
		t.Errorf("still waits: %+v", q)
	}

	c.begin(t, func(p *programme.Charter) { p.People[0].Standing = programme.Compromised })
	if err := c.Rejudge(t.Context()); err != nil {
		t.Fatal(err)
	}
	if q := queue(c.reviewerB2); len(q.ReviewAgain) != 2 {
		t.Errorf("after the expulsion: %+v", q)
	}
	if err := c.sign(t, c.reviewerB2, programme.Review, nil, approved); err != nil {
		t.Fatal(err)
	}
	if q := queue(c.reviewerB2); len(q.ReviewAgain) != 1 || c.again != 2 {
		t.Errorf("one hand was enough: %+v, told %d times", q, c.again)
	}
	// A charter under which nothing has changed leaves nothing to decide.
	c.begin(t, func(p *programme.Charter) { p.People[0].Standing = programme.Compromised })
	if err := c.Rejudge(t.Context()); err != nil {
		t.Fatal(err)
	}
	if q := queue(c.reviewerB2); len(q.ReviewAgain) != 1 {
		t.Errorf("under an equal charter: %+v", q)
	}
}
