package approval

import (
	"slices"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// grounds is what decisions count by at one instant. Without a charter every
// stored decision counts.
type grounds struct {
	charter *programme.HeldCharter
	kept    programme.Getter
	at      time.Time
	memo    *programme.Memo
}

func (s *Service) grounds() grounds {
	on := grounds{at: s.cfg.Now()}
	if s.cfg.Charters != nil {
		on.charter, on.kept = s.cfg.Charters.Current(), s.cfg.Charters.Kept
		on.memo = s.memoOf(on.charter)
	}
	return on
}

// memoOf gives what remembers how approvals are judged under a charter.
func (s *Service) memoOf(h *programme.HeldCharter) *programme.Memo {
	if h == nil {
		return nil
	}
	s.judging.Lock()
	defer s.judging.Unlock()
	if s.memo == nil || s.memoFor != h.Payload {
		s.memo, s.memoFor = programme.NewMemo(), h.Payload
	}
	return s.memo
}

// counts tells whether a decision is signed as the charter demands.
func (on grounds) counts(d *Decision) bool {
	if on.charter == nil {
		return true
	}
	signed := d.signed()
	_, _, err := on.charter.CheckDecision(&signed, on.kept)
	return err == nil
}

// standing gives the newest decision of an act about the scope that counts, of
// those that were made since the present revision was last submitted.
func (c *Case) standing(act programme.Act, sc scope, on grounds) *Decision {
	decisions, _ := c.round()
	for _, d := range slices.Backward(decisions) {
		if d.Act == act && (c.Media.State != playlists.Approved || sc.matches(d)) && on.counts(d) {
			return d
		}
	}
	return nil
}

// stands tells whether the two newest decisions about the scope make an approval
// that counts somewhere.
func (c *Case) stands(sc scope, on grounds) bool {
	review, approve := c.standing(programme.Review, sc, on), c.standing(programme.Approve, sc, on)
	if review == nil || approve == nil {
		return false
	}
	_, err := on.approval(review, approve)
	return err == nil
}

// approval makes an approval that counts at one cluster at least.
func (on grounds) approval(review, approve *Decision) ([]byte, error) {
	object, err := programme.NewApproval(review.signed(), approve.signed())
	if err != nil {
		return nil, err
	}
	return object, on.check(object)
}

// check holds an approval to the charter at each cluster where it could count
// and tells why it counts at none.
func (on grounds) check(object []byte) error {
	if on.charter == nil {
		return nil
	}
	clusters, err := on.candidates(object)
	if err != nil {
		return err
	}
	var why error
	for _, cluster := range clusters {
		if why = programme.CheckApproval(object, programme.Grounds{Charter: on.charter, Cluster: cluster, Memo: on.memo}, on.kept); why == nil {
			return nil
		}
	}
	return why
}

// candidates lists the clusters at which an approval could count: those of its
// territory, or, when that is everywhere, those of the people; and any one when
// they decide for everywhere as well.
func (on grounds) candidates(object []byte) ([]playlists.ID, error) {
	var a programme.Approval
	if err := programme.Unmarshal(object, &a); err != nil {
		return nil, err
	}
	out := []playlists.ID{"aaaaaaaaaaaaaaaa"}
	for _, d := range a.Decisions {
		s, err := programme.ParseStatement(d.Statement)
		if err != nil {
			return nil, err
		}
		p, _ := on.charter.Person(s.Predicate.Person)
		for _, list := range [][]string{s.Predicate.Territory, clustersOf(p)} {
			for _, c := range list {
				if c != playlists.Everywhere && !slices.Contains(out, playlists.ID(c)) {
					out = append(out, playlists.ID(c))
				}
			}
		}
	}
	return out, nil
}

func clustersOf(p *programme.Person) []string {
	if p == nil {
		return nil
	}
	return p.Clusters
}

// mayDecide tells whether the person may decide about a case as it stands. What
// was approved before there was a charter, or by somebody whose signature has
// fallen, is decided again where it is.
func mayDecide(a playlists.Actor, c *Case, act programme.Act, on grounds) error {
	if err := require(a, right(act), &c.Media); err != nil {
		return err
	}
	sc := c.scope(on)
	if sc.settled {
		return wrongState(c)
	}
	if on.charter == nil && !sc.supplement {
		from := playlists.Submitted
		if act == programme.Approve {
			from = playlists.Reviewed
		}
		if err := inState(c, from); err != nil {
			return err
		}
		reviewed := c.current(programme.Review)
		if act == programme.Approve && reviewed == nil {
			return wrongState(c)
		}
		return c.outsider(a, act, reviewed)
	}
	review, approve := c.standing(programme.Review, sc, on), c.standing(programme.Approve, sc, on)
	var open bool
	switch c.Media.State {
	case playlists.Submitted:
		open = act == programme.Review
	case playlists.Reviewed:
		open = (act == programme.Review) == (review == nil)
	case playlists.Approved:
		// With both halves there, either may be what does not count.
		if act == programme.Review {
			open = review == nil || approve != nil && !c.stands(sc, on)
		} else {
			open = review != nil && !c.stands(sc, on)
		}
	}
	if !open {
		return wrongState(c)
	}
	if act == programme.Review {
		return c.outsider(a, act, approve)
	}
	return c.outsider(a, act, review)
}

// mayUnder tells whether the charter lets the person sign this now.
func (on grounds) mayUnder(a playlists.Actor, m *playlists.Media, act programme.Act) error {
	may := programme.MayReview
	if act == programme.Approve {
		may = programme.MayApprove
	}
	refused := func(r programme.Refusal, why string) error {
		return playlists.Errorf(playlists.Forbidden, string(r), playlists.Params{"title": m.Title}, "cannot sign about %q: charter %d %s; ask an administrator to prepare the next one", m.Title, on.charter.Number, why)
	}
	p, ok := on.charter.Person(a.ID)
	switch {
	case !ok:
		return refused(programme.UnknownPerson, "does not name you")
	case p.Standing == programme.Compromised:
		return refused(programme.PersonCompromised, "has expelled you")
	case p.Standing != programme.Active:
		return refused(programme.PersonRetired, "says that you have left")
	case !p.At(on.at.UnixMilli()):
		return refused(programme.PersonNotValid, "does not name you at this time")
	case !slices.Contains(p.May, may) || !overlap(p.Clusters, m.Terms.Territory):
		return refused(programme.CapacityMissing, "does not let you decide this where it would be shown")
	}
	return nil
}

// overlap tells whether two lists of clusters, either of which may be
// everywhere, have one in common.
func overlap(a, b []string) bool {
	if slices.Contains(a, playlists.Everywhere) {
		return len(b) > 0
	}
	return slices.ContainsFunc(b, func(c string) bool { return c == playlists.Everywhere && len(a) > 0 || slices.Contains(a, c) })
}
