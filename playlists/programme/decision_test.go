package programme_test

import (
	"testing"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// One decision is judged as it will be when it is half of an approval.
func TestDecisions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	unsigned := w.decisions["approver"]
	unsigned.Signature = nil
	none := func(playlists.Digest) ([]byte, bool) { return nil, false }
	for _, c := range []struct {
		name string
		d    programme.Decision
		get  programme.Getter
		want programme.Refusal
	}{
		{"a review", w.decisions["reviewer"], none, ""},
		{"an approval", w.decisions["approver"], none, ""},
		{"a review by who may approve", w.decide(t, "approver", programme.Review, nil), none, programme.CapacityMissing},
		{"an approval by who may review", w.decide(t, "reviewer", programme.Approve, nil), none, programme.CapacityMissing},
		{"a submission", w.decide(t, "reviewer", programme.Submit, nil), none, programme.NotApproved},
		{"a return", w.decide(t, "reviewer", programme.Return, nil), none, programme.NotApproved},
		{"a withdrawal", w.decide(t, "approver", programme.Withdraw, nil), none, programme.NotApproved},
		{"an act that is none", w.decide(t, "approver", "", nil), none, programme.NotApproved},
		{"nobody's", unsigned, none, programme.Unsigned},
		{"no statement", programme.Decision{Statement: []byte("{}"), Signature: unsigned.Signature}, none, programme.Malformed},
		{"a statement with a space", programme.Decision{Statement: append([]byte(" "), unsigned.Statement...), Signature: w.decisions["approver"].Signature}, none, programme.Malformed},
		{"the veteran's, kept", w.decisions["veteran"], w.get, ""},
		{"the veteran's, the set not held", w.decisions["veteran"], none, programme.MissingObject},
		{"the veteran's, not kept", w.decide(t, "veteran", programme.Review, func(s *programme.Statement) { s.Predicate.DecidedAt-- }), w.get, programme.PersonRetired},
	} {
		s, p, err := w.held.CheckDecision(&c.d, c.get)
		check(t, c.name, err, c.want)
		if err == nil && s.Predicate.Person != p.ID {
			t.Errorf("%s: of another person", c.name)
		}
	}
}
