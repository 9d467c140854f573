package approval

import (
	"bytes"
	"context"
	"crypto/sha256"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// Bounds of signing.
const (
	maxAtOnce = 200
	signTime  = 10 * time.Minute // from preparing to deciding, either way
	standPage = 500
)

// Asked is a media that a person wants to decide about, with the digests of the
// renditions that they looked at.
type Asked struct {
	Media playlists.ID
	Seen  []playlists.Digest
}

// Prepared is what a person would sign: one statement, or a batch that names
// several.
type Prepared struct {
	Items       []PreparedItem
	PayloadType string
	Payload     []byte
	Challenge   [sha256.Size]byte // for a passkey
}

// PreparedItem is the statement about one media.
type PreparedItem struct {
	Media     playlists.ID
	Statement []byte // canonical bytes
}

// Decided is what became of a media.
type Decided struct {
	Media playlists.ID
	State playlists.MediaState
}

// Prepare states what the person would decide about media as they are now.
// Nothing is stored: what is signed comes back whole.
func (s *Service) Prepare(ctx context.Context, a playlists.Actor, act programme.Act, items []Asked) (*Prepared, error) {
	on := s.grounds()
	if err := signable(act, on, len(items)); err != nil {
		return nil, err
	}
	var ids []playlists.ID
	for _, it := range items {
		ids = append(ids, it.Media)
	}
	cases, err := s.cfg.Store.Cases(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := &Prepared{}
	var statements [][]byte
	for _, it := range items {
		c, ok := cases[it.Media]
		if !ok {
			return nil, Missing(it.Media)
		}
		if err := s.maySign(a, &c, act, on); err != nil {
			return nil, err
		}
		sc := c.scope(on)
		if err := sawAll(&c, sc, it.Seen); err != nil {
			return nil, err
		}
		b, err := programme.Marshal(programme.NewStatement(sc.of(&c.Media), act, a, "", on.at))
		if err != nil {
			return nil, err
		}
		out.Items = append(out.Items, PreparedItem{it.Media, b})
		statements = append(statements, b)
	}
	out.PayloadType, out.Payload = programme.StatementPayloadType, statements[0]
	if len(statements) > 1 {
		out.PayloadType = programme.BatchPayloadType
		if out.Payload, err = programme.NewBatch(statements...); err != nil {
			return nil, err
		}
	}
	out.Challenge = programme.Challenge(out.PayloadType, out.Payload)
	return out, nil
}

func signable(act programme.Act, on grounds, items int) error {
	switch {
	case on.charter == nil:
		return playlists.Errorf(playlists.Conflict, "no_charter", nil, "cannot sign before there is a charter: decide without, or have the first charter signed")
	case act != programme.Review && act != programme.Approve:
		return playlists.Errorf(playlists.Invalid, "act_unknown", playlists.Params{"act": string(act)}, "cannot sign a decision %.20q: choose review or approve", string(act))
	case items == 0 || items > maxAtOnce:
		return playlists.Errorf(playlists.Invalid, "batch_size", playlists.Params{"count": items, "max": maxAtOnce}, "cannot sign %d decisions at once: choose 1 to %d", items, maxAtOnce)
	}
	return nil
}

func (s *Service) maySign(a playlists.Actor, c *Case, act programme.Act, on grounds) error {
	if err := mayDecide(a, c, act, on); err != nil {
		return err
	}
	return on.mayUnder(a, &c.Media, act)
}

// Decide keeps decisions that the person has signed: all of them or none. Each
// statement must be what Prepare would state now, but for its time, which lies
// within ten minutes.
func (s *Service) Decide(ctx context.Context, a playlists.Actor, statements [][]byte, batch []byte, hand programme.HandSignature) ([]Decided, error) {
	on := s.grounds()
	if err := signable(programme.Review, on, len(statements)); err != nil {
		return nil, err
	}
	if err := covered(statements, batch); err != nil {
		return nil, err
	}
	hand.Person = a.ID // nobody signs for another
	byMedia := map[playlists.ID][]byte{}
	var ids []playlists.ID
	for _, b := range statements {
		st, err := programme.ParseStatement(b)
		if err != nil {
			return nil, programme.Problem(err)
		}
		if _, twice := byMedia[st.Predicate.Media]; twice {
			return nil, statementChanged(st)
		}
		byMedia[st.Predicate.Media] = b
		ids = append(ids, st.Predicate.Media)
	}
	var out []Decided
	again := false
	written := playlists.Act{At: on.at, By: a.ID}
	err := s.cfg.Store.Decide(playlists.WithAct(ctx, &written), ids, func(c *Case) (Outcome, error) {
		o, err := s.signed(a, c, byMedia[c.Media.ID], batch, &hand, on)
		if err == nil {
			written.Kind, written.Subject = playlists.ActKind("decision."+o.Decision.Act), c.Media.ID
			written.Detail = decided{Name: c.Media.Title, Revision: c.Media.Revision, Statement: playlists.DigestOf(o.Decision.Statement), Credential: hand.Credential}
			again = again || o.Approval != nil && c.Media.State == playlists.Approved
			out = append(out, Decided{c.Media.ID, o.State})
		}
		return o, err
	})
	if err != nil {
		return nil, err
	}
	if again {
		s.standsAgain(a)
	}
	return out, nil
}

// covered refuses a batch that does not name exactly the statements.
func covered(statements [][]byte, batch []byte) error {
	if batch == nil && len(statements) == 1 {
		return nil
	}
	want, err := programme.NewBatch(statements...)
	if err != nil {
		return err
	}
	if !bytes.Equal(batch, want) {
		return playlists.Errorf(playlists.Invalid, "batch_differs", nil, "cannot keep these decisions: the batch that was signed does not name exactly them; sign again")
	}
	return nil
}

// signed judges one signed decision and says what it does.
func (s *Service) signed(a playlists.Actor, c *Case, statement, batch []byte, hand *programme.HandSignature, on grounds) (Outcome, error) {
	st, err := programme.ParseStatement(statement)
	if err != nil {
		return Outcome{}, programme.Problem(err)
	}
	act, at := st.Predicate.Act, time.UnixMilli(st.Predicate.DecidedAt).UTC()
	if err := signable(act, on, 1); err != nil {
		return Outcome{}, err
	}
	if err := s.maySign(a, c, act, on); err != nil {
		return Outcome{}, err
	}
	if off := on.at.Sub(at).Abs(); off > signTime {
		return Outcome{}, playlists.Errorf(playlists.Conflict, "decision_late", playlists.Params{"minutes": int(signTime.Minutes())}, "cannot keep the decision about %q: it was prepared at %s, and %d minutes is the most; look at it and sign again", c.Media.Title, at.Format(time.RFC3339), int(signTime.Minutes()))
	}
	sc := c.scope(on)
	want, err := programme.Marshal(programme.NewStatement(sc.of(&c.Media), act, a, "", at))
	if err != nil {
		return Outcome{}, err
	}
	if !bytes.Equal(statement, want) {
		return Outcome{}, statementChanged(st)
	}
	id, err := playlists.NewID(s.cfg.Random)
	if err != nil {
		return Outcome{}, err
	}
	d := Decision{
		ID: id, Media: c.Media.ID, Revision: c.Media.Revision, Act: act, Person: a.ID, PersonName: a.Name, At: at,
		Statement: statement, Batch: batch, Signature: hand,
	}
	whole := d.signed()
	if _, _, err := on.charter.CheckDecision(&whole, on.kept); err != nil {
		return Outcome{}, programme.Problem(err)
	}
	out := Outcome{Decision: d, State: after(c, act)}
	return out, s.join(c, sc, &out, on)
}

// join makes the approval when the other half is there.
func (s *Service) join(c *Case, sc scope, out *Outcome, on grounds) error {
	review, approve := &out.Decision, c.standing(programme.Approve, sc, on)
	if out.Decision.Act == programme.Approve {
		review, approve = c.standing(programme.Review, sc, on), &out.Decision
	}
	if review == nil || approve == nil {
		return nil
	}
	object, err := on.approval(review, approve)
	if err != nil && out.Decision.Act == programme.Review {
		return nil // the approver's half is what does not count: they decide again
	}
	if err != nil {
		return programme.Problem(err)
	}
	out.Approval, out.Charter, out.Supplement = object, on.charter.Number, sc.supplement
	return nil
}

func statementChanged(st *programme.Statement) error {
	return playlists.Errorf(playlists.Conflict, "statement_changed", playlists.Params{"title": st.Predicate.Title}, "cannot keep the decision about %q: what you signed is not what is here now; look at it again", st.Predicate.Title)
}

// Rejudge notes which approvals stand under the charter that counts now, so
// that the others can be listed for deciding again.
func (s *Service) Rejudge(ctx context.Context) error {
	on := s.grounds()
	if on.charter == nil {
		return nil
	}
	var last playlists.ID
	for {
		page, err := s.cfg.Store.ApprovedBefore(ctx, on.charter.Number, last, standPage)
		if err != nil {
			return err
		}
		if len(page) == 0 {
			return s.rejudgeSupplements(ctx, on)
		}
		var standing []playlists.ID
		for _, p := range page {
			last = p.Media
			if on.check(p.Approval) == nil {
				standing = append(standing, p.Media)
			}
		}
		if err := s.cfg.Store.Stand(ctx, on.charter.Number, standing); err != nil {
			return err
		}
	}
}

// rejudgeSupplements notes which of what was added to approved versions stands.
func (s *Service) rejudgeSupplements(ctx context.Context, on grounds) error {
	var last Supplement
	for {
		page, err := s.cfg.Store.SupplementsBefore(ctx, on.charter.Number, last, standPage)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, p := range page {
			last = p
			renditions, err := covers(p.Approval)
			if err != nil {
				return err
			}
			if err := s.cfg.Store.JudgeSupplement(ctx, on.charter.Number, p, renditions, on.check(p.Approval) == nil); err != nil {
				return err
			}
		}
	}
}
