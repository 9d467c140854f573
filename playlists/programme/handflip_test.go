package programme_test

import (
	"errors"
	"testing"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
)

var errMissing = errors.New("cannot load the programme: objects are missing")

// Both people's statements are flipped alike, so that it is their signatures
// that refuse, and not that the two differ.
func TestEveryFieldOfAStatement(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	review, approve := w.decisions["reviewer"], w.decisions["approver"]
	fresh := func() *programme.Statement {
		s, err := programme.ParseStatement(review.Statement)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	// alike gives the approver's statement with all that is not a person's own.
	alike := func(s *programme.Statement) *programme.Statement {
		a := copied(t, s)
		o, err := programme.ParseStatement(approve.Statement)
		if err != nil {
			t.Fatal(err)
		}
		a.Predicate.Person, a.Predicate.PersonName, a.Predicate.Act = o.Predicate.Person, o.Predicate.PersonName, o.Predicate.Act
		return a
	}
	flipAll(t, fresh, `
		Type                    bad_type         bad_type
		Subject#                person_signature -
		Subject[].Name          person_signature -
		Subject[].Digest.SHA256 person_signature -
		Subject[].MediaType     person_signature -
		PredicateType           bad_type         bad_type
		Predicate.Media         person_signature -
		Predicate.Revision      person_signature -
		Predicate.Title         person_signature -
		Predicate.Act           not_approved     not_approved
		Predicate.Reason        person_signature -
		Predicate.Person        not_approved     not_approved
		Predicate.PersonName    person_signature -
		Predicate.Author        person_signature -
		Predicate.Territory#    malformed        malformed
		Predicate.Territory[]   malformed        malformed
		Predicate.Languages#    malformed        malformed
		Predicate.ValidFrom     person_signature -
		Predicate.ValidUntil    person_signature -
		Predicate.RightsBasis   person_signature -
		Predicate.Origin.Page        person_signature -
		Predicate.Origin.Canonical   person_signature -
		Predicate.Origin.Publisher   person_signature -
		Predicate.Origin.Author      person_signature -
		Predicate.Origin.PublishedAt person_signature -
		Predicate.Origin.FetchedAt   person_signature -
		Predicate.Origin.PageSHA256  person_signature -
		Predicate.Origin.MediaSHA256 person_signature -
		Predicate.DecidedAt     person_signature -
	`, func(s *programme.Statement) error {
		r, a := review, approve
		r.Statement, a.Statement = marshal(t, s), marshal(t, alike(s))
		return w.judge(t, r, a)
	}, func(s *programme.Statement) error {
		var ds [2]programme.Decision
		for i, b := range [][]byte{marshal(t, s), marshal(t, alike(s))} {
			person := []playlists.ID{playliststest.ID("reviewer"), playliststest.ID("approver")}[i]
			ds[i] = programme.Decision{Statement: b, Signature: playliststest.Sign(t, programme.StatementPayloadType, b, person)}
		}
		return w.judge(t, ds[0], ds[1])
	})
}

func TestEveryFieldOfABatch(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	review := w.decisions["reviewer"]
	bytes, err := programme.NewBatch(review.Statement, []byte("another"))
	if err != nil {
		t.Fatal(err)
	}
	sig := playliststest.Sign(t, programme.BatchPayloadType, bytes, playliststest.ID("reviewer"))
	judge := func(b *programme.Batch, resign bool) error {
		d := programme.Decision{Statement: review.Statement, Batch: marshal(t, b), Signature: sig}
		if resign {
			d.Signature = playliststest.Sign(t, programme.BatchPayloadType, d.Batch, playliststest.ID("reviewer"))
		}
		return w.judge(t, d, w.decisions["approver"])
	}
	flipAll(t, func() *programme.Batch {
		var b programme.Batch
		if err := programme.Unmarshal(bytes, &b); err != nil {
			t.Fatal(err)
		}
		return &b
	}, `
		Type         bad_type         bad_type
		Statements#  person_signature person_signature
		Statements[] person_signature -
	`, func(b *programme.Batch) error { return judge(b, false) }, func(b *programme.Batch) error { return judge(b, true) })
}

func TestEveryFieldOfADecision(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	review := w.decisions["reviewer"]
	batch, err := programme.NewBatch(review.Statement, []byte("another"))
	if err != nil {
		t.Fatal(err)
	}
	person := playliststest.ID("reviewer")
	for name, c := range map[string]struct {
		fresh func() *programme.Decision
		table string
	}{
		"by key file": {func() *programme.Decision { return copied(t, &review) }, `
		Statement                   malformed          malformed
		Batch                       malformed          malformed
		Signature?                  unsigned           unsigned
		Signature.Person            not_approved       not_approved
		Signature.Credential        unknown_credential unknown_credential
		Signature.Sig               person_signature   person_signature
		Signature.AuthenticatorData person_signature   person_signature
		Signature.ClientData        person_signature   person_signature
	`},
		"by passkey": {func() *programme.Decision {
			return &programme.Decision{Statement: review.Statement, Signature: playliststest.SignByPasskey(t, programme.StatementPayloadType, review.Statement, person, w.passkey, site)}
		}, `
		Statement                   malformed          malformed
		Batch                       malformed          malformed
		Signature?                  unsigned           unsigned
		Signature.Person            not_approved       not_approved
		Signature.Credential        unknown_credential unknown_credential
		Signature.Sig               person_signature   person_signature
		Signature.AuthenticatorData person_signature   person_signature
		Signature.ClientData        person_signature   person_signature
	`},
		"in a batch by passkey": {func() *programme.Decision {
			return &programme.Decision{Statement: review.Statement, Batch: batch, Signature: playliststest.SignByPasskey(t, programme.BatchPayloadType, batch, person, w.passkey, site)}
		}, `
		Statement                   malformed          malformed
		Batch                       malformed          malformed
		Signature?                  unsigned           unsigned
		Signature.Person            not_approved       not_approved
		Signature.Credential        unknown_credential unknown_credential
		Signature.Sig               person_signature   person_signature
		Signature.AuthenticatorData person_signature   person_signature
		Signature.ClientData        person_signature   person_signature
	`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			judge := func(d *programme.Decision) error { return w.judge(t, *d, w.decisions["approver"]) }
			flipAll(t, c.fresh, c.table, judge, judge)
		})
	}
}

// orderOf gives a sound order of a kind, for the fixtures' cluster.
func orderOf(k programme.OrderKind) programme.Order {
	here, there := string(playliststest.Screen().Cluster), playliststest.ID("vungang")
	o := programme.Order{
		ID: playliststest.ID("order"), Kind: k, Clusters: []string{here}, Screens: []playlists.ID{}, Reason: "Theo công văn",
		IssuedAt: playliststest.Now.UnixMilli(), Renditions: []playlists.Digest{}, Text: []programme.BulletinText{},
	}
	switch k {
	case programme.Takedown:
		o.Media, o.Renditions = playliststest.ID("anh"), []playlists.Digest{playlists.DigestOf([]byte("picture"))}
	case programme.Bulletin:
		o.Text = []programme.BulletinText{{Language: "vi", Title: "Lũ", Body: "Đi lên cao"}, {Language: "en", Title: "Flood", Body: "Go up"}}
		o.Level, o.Until = programme.Urgent, o.IssuedAt+time.Hour.Milliseconds()
	case programme.Lift:
		o.Lifts = playliststest.ID("takedown")
	case programme.Place:
		o.Clusters, o.Screens, o.Cluster = []string{here, string(there)}, []playlists.ID{playliststest.Screen().ID}, there
	}
	return o
}

// signers gives who signs an order of a kind.
func signers(k programme.OrderKind) []string {
	return map[programme.OrderKind][]string{
		programme.Takedown: {"approver"}, programme.Bulletin: {"emergency"}, programme.Lift: {"approver", "second"}, programme.Place: {"admin"},
	}[k]
}

func TestEveryFieldOfAnOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for kind, table := range map[programme.OrderKind]string{
		programme.Takedown: `
		ID           person_signature -
		Kind         malformed        malformed
		Clusters#    malformed        malformed
		Clusters[]   person_signature -
		Screens#     malformed        malformed
		Reason       person_signature -
		IssuedAt     person_signature -
		Media        person_signature -
		Renditions#  person_signature -
		Renditions[] person_signature -
		Lifts        malformed        malformed
		Cluster      malformed        malformed
		Text#        malformed        malformed
		Level        malformed        malformed
		Until        malformed        malformed
	`,
		programme.Bulletin: `
		ID              person_signature -
		Kind            malformed        malformed
		Clusters#       malformed        malformed
		Clusters[]      person_signature -
		Screens#        malformed        malformed
		Reason          person_signature -
		IssuedAt        person_signature -
		Media           malformed        malformed
		Renditions#     malformed        malformed
		Lifts           malformed        malformed
		Cluster         malformed        malformed
		Text#           person_signature -
		Text[].Language malformed        malformed
		Text[].Title    malformed        malformed
		Text[].Body     person_signature -
		Level           malformed        malformed
		Until           person_signature -
	`,
		programme.Lift: `
		ID          person_signature -
		Kind        malformed        malformed
		Clusters#   malformed        malformed
		Clusters[]  person_signature -
		Screens#    malformed        malformed
		Reason      person_signature -
		IssuedAt    person_signature -
		Media       malformed        malformed
		Renditions# malformed        malformed
		Lifts       person_signature -
		Cluster     malformed        malformed
		Text#       malformed        malformed
		Level       malformed        malformed
		Until       malformed        malformed
	`,
		programme.Place: `
		ID          person_signature -
		Kind        malformed        malformed
		Clusters#   malformed        malformed
		Clusters[]  person_signature -
		Screens#    malformed        malformed
		Screens[]   person_signature -
		Reason      person_signature -
		IssuedAt    person_signature -
		Media       malformed        malformed
		Renditions# malformed        malformed
		Lifts       malformed        malformed
		Cluster     malformed        malformed
		Text#       malformed        malformed
		Level       malformed        malformed
		Until       malformed        malformed
	`,
	} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			order := orderOf(kind)
			signed := playliststest.Order(t, order, signers(kind)...)
			flipAll(t, func() *programme.Order { return copied(t, &order) }, table,
				func(o *programme.Order) error {
					return second(w.held.CheckOrder(&programme.SignedOrder{Order: marshal(t, o), Hands: signed.Hands}))
				},
				func(o *programme.Order) error {
					s := playliststest.Order(t, *o, signers(kind)...)
					return second(w.held.CheckOrder(&s))
				})
		})
	}
}

func TestEveryFieldOfASignedOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	judge := func(s *programme.SignedOrder) error { return second(w.held.CheckOrder(s)) }
	flipAll(t, func() *programme.SignedOrder {
		s := playliststest.Order(t, orderOf(programme.Lift), signers(programme.Lift)...)
		return &s
	}, `
		Order                     malformed          malformed
		Hands#                    too_few_people     too_few_people
		Hands[].Person            unknown_person     unknown_person
		Hands[].Credential        unknown_credential unknown_credential
		Hands[].Sig               person_signature   person_signature
		Hands[].AuthenticatorData person_signature   person_signature
		Hands[].ClientData        person_signature   person_signature
	`, judge, judge)
}

// Objects have no signature of their own: any other byte is another name.
func TestEveryFieldOfAKeptSet(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	var set programme.KeptSet
	if err := programme.Unmarshal(w.kept, &set); err != nil {
		t.Fatal(err)
	}
	judge := func(k *programme.KeptSet) error {
		object := marshal(t, programme.Approval{Type: "cotmoc/approval/v1", Decisions: []programme.Decision{w.decisions["veteran"], w.decisions["approver"]}})
		return programme.CheckApproval(object, w.grounds(), func(playlists.Digest) ([]byte, bool) { return marshal(t, k), true })
	}
	flipAll(t, func() *programme.KeptSet { return copied(t, &set) }, `
		Type         bad_type     bad_type
		Statements#  wrong_digest wrong_digest
		Statements[] wrong_digest wrong_digest
	`, judge, judge)
}
