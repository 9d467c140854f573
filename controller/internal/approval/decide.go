package approval

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// maxReason is the longest reason or note, in characters.
const maxReason = 2000

// Verdict is a reviewer's or approver's decision.
type Verdict struct {
	Accept bool
	Reason string // why it is returned
	// Seen is the digests of the renditions that the person looked at.
	Seen []playlists.Digest
}

// Submission asks for review.
type Submission struct {
	Note string
	// Declared tells that the person declares, in their own name, that nothing
	// in the media is a state secret, and that nobody's personal data is in it
	// without consent.
	Declared bool
}

// Submit asks for review.
func (s *Service) Submit(ctx context.Context, a playlists.Actor, media playlists.ID, sub Submission) error {
	if s.cfg.Ready != nil {
		if err := s.cfg.Ready(ctx, a, media); err != nil {
			return err
		}
	}
	authors, err := s.authors(ctx)
	if err != nil {
		return err
	}
	return s.decide(ctx, a, media, sub.Note, func(c *Case) (programme.Act, playlists.MediaState, error) {
		if err := maySubmit(a, &c.Media); err != nil {
			return "", "", err
		}
		if err := inState(c, playlists.Draft, playlists.Returned); err != nil {
			return "", "", err
		}
		for _, p := range playlists.Profiles() {
			if _, ok := c.Media.Rendition(p); !ok {
				return "", "", playlists.Errorf(playlists.Conflict, "rendition_missing", playlists.Params{"title": c.Media.Title, "profile": string(p)}, "cannot submit %q: its picture for %s is not made yet; wait, or try again to make it", c.Media.Title, p)
			}
		}
		if until := c.Media.Terms.ValidUntil; !until.IsZero() && !until.After(s.cfg.Now()) {
			return "", "", playlists.Errorf(playlists.Conflict, "media_expired", playlists.Params{"title": c.Media.Title}, "cannot submit %q: its validity is over; choose a later end", c.Media.Title)
		}
		if err := permitted(&c.Media, authors(c.Media.Origin)); err != nil {
			return "", "", err
		}
		if !sub.Declared {
			return "", "", playlists.Errorf(playlists.Invalid, "declaration_required", playlists.Params{"title": c.Media.Title}, "cannot submit %q without the declaration: declare that it holds no state secret and no personal data without consent", c.Media.Title)
		}
		return programme.Submit, playlists.Submitted, c.Media.Terms.Validate()
	})
}

func (s *Service) authors(ctx context.Context) (func(playlists.Origin) bool, error) {
	if s.cfg.Authors == nil {
		return func(playlists.Origin) bool { return false }, nil
	}
	return s.cfg.Authors(ctx)
}

// permitted refuses a media of which nobody has said by what right it may be
// shown. What is an author's own needs that author's permission: the rights
// basis names them.
func permitted(m *playlists.Media, authors bool) error {
	title := playlists.Params{"title": m.Title}
	switch {
	case m.Terms.RightsBasis == "":
		return playlists.Errorf(playlists.Conflict, "rights_missing", title, "cannot submit %q: nobody has said by what right it may be shown; fill in the rights basis", m.Title)
	case !authors:
		return nil
	case m.Origin.Author == "":
		return playlists.Errorf(playlists.Conflict, "author_missing", title, "cannot submit %q: it is its author's own, and nobody has said who that is; fill in the author", m.Title)
	case !strings.Contains(playlists.Fold(m.Terms.RightsBasis), playlists.Fold(m.Origin.Author)):
		return playlists.Errorf(playlists.Conflict, "author_permission_missing", playlists.Params{"title": m.Title, "author": m.Origin.Author},
			"cannot submit %q: it is its author's own; name the permission of %s in the rights basis", m.Title, m.Origin.Author)
	}
	return nil
}

// Review is the first of two decisions.
func (s *Service) Review(ctx context.Context, a playlists.Actor, media playlists.ID, v Verdict) error {
	return s.decide(ctx, a, media, v.Reason, func(c *Case) (programme.Act, playlists.MediaState, error) {
		return s.judge(a, c, programme.Review, v)
	})
}

// Approve is the second of two decisions, by another person.
func (s *Service) Approve(ctx context.Context, a playlists.Actor, media playlists.ID, v Verdict) error {
	return s.decide(ctx, a, media, v.Reason, func(c *Case) (programme.Act, playlists.MediaState, error) {
		return s.judge(a, c, programme.Approve, v)
	})
}

// Withdraw takes an approved media off every screen. It also ends an approved
// version beside which a new revision is being prepared.
func (s *Service) Withdraw(ctx context.Context, a playlists.Actor, media playlists.ID, reason string) error {
	var title string
	err := s.decide(ctx, a, media, reason, func(c *Case) (programme.Act, playlists.MediaState, error) {
		if err := require(a, playlists.ApproveMedia, &c.Media); err != nil {
			return "", "", err
		}
		if !isApproved(c) {
			return "", "", wrongState(c)
		}
		title = c.Media.Title
		return programme.Withdraw, playlists.Withdrawn, needReason(reason)
	})
	if err != nil {
		return err
	}
	return s.cfg.Screens.Withdraw(ctx, a, title)
}

// decide judges a case, states the decision and stores what it does.
func (s *Service) decide(ctx context.Context, a playlists.Actor, media playlists.ID, reason string, judge func(*Case) (programme.Act, playlists.MediaState, error)) error {
	reason = playlists.Clean(reason)
	if n := utf8.RuneCountInString(reason); n > maxReason {
		return playlists.Errorf(playlists.Invalid, "text_too_long", playlists.Params{"field": "reason", "max": maxReason}, "cannot keep a reason of %d characters: shorten it to %d", n, maxReason)
	}
	id, err := playlists.NewID(s.cfg.Random)
	if err != nil {
		return err
	}
	at := s.cfg.Now()
	written, added := playlists.Act{At: at, By: a.ID, Subject: media}, false
	err = s.cfg.Store.Decide(playlists.WithAct(ctx, &written), []playlists.ID{media}, func(c *Case) (Outcome, error) {
		act, state, err := judge(c)
		if err != nil {
			return Outcome{}, err
		}
		out, err := s.unsigned(a, c, id, act, state, reason, at)
		added = out.Supplement
		written.Kind = playlists.ActKind("decision." + act)
		written.Detail = decided{Name: c.Media.Title, Revision: c.Media.Revision, Reason: reason, Statement: playlists.DigestOf(out.Decision.Statement)}
		return out, err
	})
	if err == nil && added {
		s.standsAgain(a)
	}
	return err
}

// unsigned states a decision without a signature, and makes the approval when
// it is the second half.
func (s *Service) unsigned(a playlists.Actor, c *Case, id playlists.ID, act programme.Act, state playlists.MediaState, reason string, at time.Time) (Outcome, error) {
	sc := scope{renditions: c.Media.Renditions}
	if act == programme.Review || act == programme.Approve || act == programme.Return {
		sc = c.scope(s.grounds())
	}
	statement, err := programme.Marshal(programme.NewStatement(sc.of(&c.Media), act, a, reason, at))
	if err != nil {
		return Outcome{}, err
	}
	out := Outcome{State: state, Ends: act == programme.Withdraw, Decision: Decision{
		ID: id, Media: c.Media.ID, Revision: c.Media.Revision, Act: act, Person: a.ID, PersonName: a.Name, At: at, Reason: reason,
		Declared: act == programme.Submit, Statement: statement,
	}}
	if act != programme.Approve {
		return out, nil
	}
	review := c.standing(programme.Review, sc, s.grounds())
	if review == nil {
		return Outcome{}, wrongState(c)
	}
	// The one rule of what an approval is, which agents hold it to as well.
	out.Supplement = sc.supplement
	out.Approval, err = programme.NewApproval(programme.Decision{Statement: review.Statement}, programme.Decision{Statement: statement})
	return out, err
}

func (s *Service) standsAgain(by playlists.Actor) {
	if s.cfg.StandsAgain != nil {
		s.cfg.StandsAgain(by)
	}
}

// AcceptMore accepts renditions that were added to approved media, many at
// once: all of them or none. Under a charter they are signed instead.
func (s *Service) AcceptMore(ctx context.Context, a playlists.Actor, act programme.Act, items []Asked) error {
	if act != programme.Review && act != programme.Approve || len(items) == 0 || len(items) > maxAtOnce {
		return playlists.Errorf(playlists.Invalid, "batch_size", playlists.Params{"count": len(items), "max": maxAtOnce}, "cannot decide on %d media at once: choose 1 to %d, to review or to approve", len(items), maxAtOnce)
	}
	seen, ids := map[playlists.ID][]playlists.Digest{}, []playlists.ID{}
	for _, it := range items {
		if _, twice := seen[it.Media]; !twice {
			seen[it.Media], ids = it.Seen, append(ids, it.Media)
		}
	}
	at, added := s.cfg.Now(), false
	written := playlists.Act{At: at, By: a.ID}
	err := s.cfg.Store.Decide(playlists.WithAct(ctx, &written), ids, func(c *Case) (Outcome, error) {
		if err := require(a, right(act), &c.Media); err != nil {
			return Outcome{}, err
		}
		if !c.scope(s.grounds()).supplement {
			return Outcome{}, wrongState(c) // a new version is decided on by itself
		}
		act, state, err := s.judge(a, c, act, Verdict{Accept: true, Seen: seen[c.Media.ID]})
		if err != nil {
			return Outcome{}, err
		}
		id, err := playlists.NewID(s.cfg.Random)
		if err != nil {
			return Outcome{}, err
		}
		out, err := s.unsigned(a, c, id, act, state, "", at)
		added = added || out.Supplement
		written.Kind, written.Subject = playlists.ActKind("decision."+act), c.Media.ID
		written.Detail = decided{Name: c.Media.Title, Revision: c.Media.Revision, Statement: playlists.DigestOf(out.Decision.Statement)}
		return out, err
	})
	if err == nil && added {
		s.standsAgain(a)
	}
	return err
}

// decided is what the audit log keeps of a decision.
type decided struct {
	Name      string           `json:"name"` // of the media
	Revision  int              `json:"revision"`
	Reason    string           `json:"reason"`
	Statement playlists.Digest `json:"statement"` // of the canonical bytes
	// Credential is the key that signed it, "" of what goes without.
	Credential string `json:"credential,omitempty"`
}

// judge is the common part of review and approval without a signature. Under
// a charter only a return goes without.
func (s *Service) judge(a playlists.Actor, c *Case, act programme.Act, v Verdict) (programme.Act, playlists.MediaState, error) {
	on := s.grounds()
	if v.Accept && on.charter != nil {
		// Whoever may not decide at all hears that first.
		if err := mayDecide(a, c, act, on); err != nil {
			return "", "", err
		}
		return "", "", playlists.Errorf(playlists.Conflict, "signature_required", playlists.Params{"title": c.Media.Title}, "cannot accept %q without your own signature: sign with your passkey or key file", c.Media.Title)
	}
	if !v.Accept {
		if err := mayReturn(a, c, act, on); err != nil {
			return "", "", err
		}
	} else if err := mayDecide(a, c, act, on); err != nil {
		return "", "", err
	}
	sc := c.scope(on)
	if err := sawAll(c, sc, v.Seen); err != nil {
		return "", "", err
	}
	if !v.Accept && sc.supplement { // what is approved stays so; the others are made differently
		return programme.Return, playlists.Approved, needReason(v.Reason)
	}
	if !v.Accept {
		return programme.Return, playlists.Returned, needReason(v.Reason)
	}
	return act, after(c, act), nil
}

// right gives what it takes to make a decision.
func right(act programme.Act) playlists.Right {
	if act == programme.Review {
		return playlists.ReviewMedia
	}
	return playlists.ApproveMedia
}

// after gives the state that a decision leads to. What is approved stays so
// while it is decided again.
func after(c *Case, act programme.Act) playlists.MediaState {
	if act == programme.Review && c.Media.State != playlists.Approved {
		return playlists.Reviewed
	}
	return playlists.Approved
}

// mayReturn tells whether the person may send a media back as its reviewer or
// approver.
func mayReturn(a playlists.Actor, c *Case, act programme.Act, on grounds) error {
	if c.scope(on).supplement {
		return mayDecide(a, c, act, on)
	}
	if err := require(a, right(act), &c.Media); err != nil {
		return err
	}
	from := playlists.Submitted
	if act == programme.Approve {
		from = playlists.Reviewed
	}
	if err := inState(c, from); err != nil {
		return err
	}
	return c.outsider(a, act, c.current(programme.Review))
}

// outsider refuses people who have had a hand in this revision: an approval
// is worth what three different people are. other is the decision that would
// be the other half, nil when there is none.
func (c *Case) outsider(a playlists.Actor, act programme.Act, other *Decision) error {
	who := ""
	submitted := c.current(programme.Submit)
	switch {
	case c.Media.Author == a.ID:
		who = "author"
	case submitted != nil && submitted.Person == a.ID:
		who = "submitter"
	case other != nil && other.Person == a.ID && act == programme.Review && other.Act == programme.Approve:
		who = "approver"
	case other != nil && other.Person == a.ID:
		who = "reviewer"
	default:
		return nil
	}
	return playlists.Errorf(playlists.Forbidden, "same_person", playlists.Params{"as": who}, "cannot decide about %q: you are its %s already; author, reviewer and approver are three people", c.Media.Title, who)
}

// sawAll refuses a decision over other bytes than those that would be shown.
func sawAll(c *Case, sc scope, seen []playlists.Digest) error {
	var now []playlists.Digest
	for _, r := range sc.renditions {
		now = append(now, r.Digest)
	}
	now, seen = slices.Compact(slices.Sorted(slices.Values(now))), slices.Compact(slices.Sorted(slices.Values(seen)))
	if !slices.Equal(now, seen) {
		return playlists.Errorf(playlists.Conflict, "renditions_changed", playlists.Params{"title": c.Media.Title}, "cannot decide about %q: what you looked at is not what would be shown; look at it again", c.Media.Title)
	}
	return nil
}

// maySubmit: the author, or an editor of the unit.
func maySubmit(a playlists.Actor, m *playlists.Media) error {
	in := playlists.Scope{Unit: m.Unit}
	if m.Author == a.ID && a.May(playlists.AddMedia, in) {
		return nil
	}
	return require(a, playlists.EditMedia, m)
}

// require is Actor.Require; what somebody may not even see is missing.
func require(a playlists.Actor, r playlists.Right, m *playlists.Media) error {
	in := playlists.Scope{Unit: m.Unit}
	if a.ID != "" && m.Author != a.ID && !a.May(playlists.ReadMedia, in) && !a.May(r, in) {
		return Missing(m.ID)
	}
	return a.Require(r, in)
}

// Missing is the answer for a media that is not there, or not for this person.
func Missing(id playlists.ID) *playlists.Error {
	return playlists.Errorf(playlists.NotFound, "media_missing", playlists.Params{"media": string(id)}, "cannot find the media %s: it was deleted or belongs to another unit", id)
}

func inState(c *Case, states ...playlists.MediaState) error {
	if slices.Contains(states, c.Media.State) {
		return nil
	}
	return wrongState(c)
}

func wrongState(c *Case) error {
	return playlists.Errorf(playlists.Conflict, "media_state", playlists.Params{"title": c.Media.Title, "state": string(c.Media.State)}, "cannot decide this about %q while it is %s: look at it again", c.Media.Title, c.Media.State)
}

func needReason(reason string) error {
	if playlists.Clean(reason) == "" {
		return playlists.Errorf(playlists.Invalid, "reason_required", nil, "cannot do this without a reason: write what the author should change")
	}
	return nil
}

// isApproved tells whether a version is approved and not withdrawn.
func isApproved(c *Case) bool {
	for i := len(c.Decisions) - 1; i >= 0; i-- {
		switch c.Decisions[i].Act {
		case programme.Approve:
			return true
		case programme.Withdraw:
			return false
		}
	}
	return false
}
