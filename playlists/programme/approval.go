package programme

import (
	"slices"

	"cotmoc/playlists"
)

// NewApproval makes the approval object of a review and an approval as they
// were stored. It refuses what an agent would refuse without a charter.
func NewApproval(review, approve Decision) ([]byte, error) {
	b, err := Marshal(Approval{Type: approvalType, Decisions: []Decision{review, approve}})
	if err != nil {
		return nil, err
	}
	if _, err := parseApproval(b); err != nil {
		return nil, err
	}
	return b, nil
}

// approved is what two people agreed: the later statement, to whose terms the
// earlier one agrees.
type approved struct {
	review, approve   *Statement
	reviews, approves *Decision // as they came
}

// parseApproval reads an approval and holds it to the rule of three people.
func parseApproval(object []byte) (approved, error) {
	var a Approval
	if err := Unmarshal(object, &a); err != nil {
		return approved{}, err
	}
	if a.Type != approvalType {
		return approved{}, refuse(BadType, "cannot use an object of type %.80q as an approval", a.Type)
	}
	if len(a.Decisions) != 2 {
		return approved{}, refuse(NotApproved, "cannot count %d decisions as an approval: it takes a review and an approval", len(a.Decisions))
	}
	var out approved
	for i := range a.Decisions {
		d := &a.Decisions[i]
		s, err := ParseStatement(d.Statement)
		if err != nil {
			return approved{}, err
		}
		switch {
		case s.Predicate.Act == Review && out.review == nil:
			out.review, out.reviews = s, d
		case s.Predicate.Act == Approve && out.approve == nil:
			out.approve, out.approves = s, d
		default:
			return approved{}, refuse(NotApproved, "cannot count the decision %.20q: an approval is one review and one approval", string(s.Predicate.Act))
		}
	}
	r, p := &out.review.Predicate, &out.approve.Predicate
	if r.Person == p.Person || r.Person == r.Author || p.Person == p.Author {
		return approved{}, refuse(NotApproved, "cannot accept the approval of %s: author, reviewer and approver must be three people", p.Media)
	}
	if r.Media != p.Media || r.Revision != p.Revision || r.Author != p.Author || r.Title != p.Title ||
		!slices.Equal(r.Territory, p.Territory) || !slices.Equal(r.Languages, p.Languages) ||
		r.ValidFrom != p.ValidFrom || r.ValidUntil != p.ValidUntil || r.RightsBasis != p.RightsBasis || r.Origin != p.Origin ||
		!slices.Equal(out.review.Subject, out.approve.Subject) {
		return approved{}, refuse(NotApproved, "cannot accept the approval of %s: the two people decided about different things", p.Media)
	}
	return out, nil
}

// CheckApproval holds an approval object to a charter and a cluster, as agents
// do. kept gives the objects that the charter names.
func CheckApproval(object []byte, on Grounds, kept Getter) error {
	a, err := parseApproval(object)
	if err != nil {
		return err
	}
	return on.Memo.recall(playlists.DigestOf(object), on, a.stands, keptFrom(kept))
}

func keptFrom(get Getter) keptSets {
	return func(d playlists.Digest) (*KeptSet, error) {
		b, ok := get(d)
		if !ok {
			return nil, refuse(MissingObject, "cannot check the approval: the decisions that the charter keeps are not held")
		}
		return parseKept(b)
	}
}

// CheckDecision holds one decision to the charter as it will be held when it
// is half of an approval: a review or an approval, signed by the person it
// names. Where it counts is for CheckApproval.
func (c *Charter) CheckDecision(d *Decision, kept Getter) (*Statement, *Person, error) {
	s, err := ParseStatement(d.Statement)
	if err != nil {
		return nil, nil, err
	}
	may, ok := map[Act]Capacity{Review: MayReview, Approve: MayApprove}[s.Predicate.Act]
	if !ok {
		return nil, nil, refuse(NotApproved, "cannot count the decision %.20q: an approval is one review and one approval", string(s.Predicate.Act))
	}
	p, _, err := c.checkDecision(d, s, may, keptFrom(kept))
	return s, p, err
}

// stands tells whether the approval is for this cluster and, under a charter,
// whether two people whom it names have signed it, in their capacities and for
// this cluster.
func (a *approved) stands(on Grounds, kept keptSets) error {
	if terms := a.approve.Terms(); !terms.Covers(on.Cluster) {
		return refuse(OutsideTerms, "cannot show %s here: it is not approved for cluster %s", a.approve.Predicate.Media, on.Cluster)
	}
	c := on.Charter
	if c == nil {
		return nil
	}
	independent := false
	for _, d := range []struct {
		*Decision
		*Statement
		may Capacity
	}{{a.reviews, a.review, MayReview}, {a.approves, a.approve, MayApprove}} {
		p, k, err := c.checkDecision(d.Decision, d.Statement, d.may, kept)
		if err != nil {
			return err
		}
		if !covers(p.Clusters, on.Cluster) {
			return refuse(CapacityMissing, "cannot count the decision of %s: charter %d does not let them %s for cluster %s", p.Name, c.Number, d.may, on.Cluster)
		}
		independent = independent || k.Independent
	}
	if c.IndependentDecision && !independent {
		return refuse(NotIndependent, "cannot accept the approval of %s: charter %d asks for one decision from the independent client", a.approve.Predicate.Media, c.Number)
	}
	return nil
}
