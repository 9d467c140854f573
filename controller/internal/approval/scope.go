package approval

import (
	"slices"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// scope is what a decision about a case would be over now: all renditions of
// one that goes its ordinary way, and only those that no approval covers of one
// that is approved. Nobody signs for what they were not shown.
type scope struct {
	renditions []playlists.Rendition
	// supplement tells that the renditions are added to an approved version.
	supplement bool
	// settled tells that everything is approved: there is nothing to decide.
	settled bool
}

// scope tells what the next decision is over.
func (c *Case) scope(on grounds) scope {
	if c.Media.State != playlists.Approved || c.Approval == nil || on.charter != nil && on.check(c.Approval) != nil {
		return scope{renditions: c.Media.Renditions}
	}
	refused := c.refused()
	out := scope{supplement: true}
	for _, r := range c.Media.Renditions {
		if c.Covered[r.Profile] != r.Digest && !slices.Contains(refused, r.Digest) {
			out.renditions = append(out.renditions, r)
		}
	}
	if len(out.renditions) == 0 {
		return scope{settled: true}
	}
	return out
}

// of gives the media with these renditions alone, as a statement has it.
func (sc scope) of(m *playlists.Media) *playlists.Media {
	part := *m
	part.Renditions = sc.renditions
	return &part
}

// matches tells whether a decision is over exactly the scope.
func (sc scope) matches(d *Decision) bool {
	s, err := programme.ParseStatement(d.Statement)
	if err != nil || len(s.Subject) != len(sc.renditions) {
		return false
	}
	return !slices.ContainsFunc(sc.renditions, func(r playlists.Rendition) bool { return !s.Covers(r.Profile, r.Digest) })
}

// round gives the reviews and approvals since the present revision was last
// submitted, oldest first, and the renditions that were sent back after it was
// approved.
func (c *Case) round() (decisions []*Decision, refused []playlists.Digest) {
	approved := false
	for i := range c.Decisions {
		d := &c.Decisions[i]
		switch {
		case d.Revision != c.Media.Revision:
		case d.Act == programme.Review || d.Act == programme.Approve:
			decisions = append(decisions, d)
			approved = approved || d.Act == programme.Approve
		case d.Act == programme.Return && approved:
			if s, err := programme.ParseStatement(d.Statement); err == nil {
				for _, sub := range s.Subject {
					refused = append(refused, sub.Digest.SHA256)
				}
			}
		default:
			decisions, refused, approved = nil, nil, false
		}
	}
	return decisions, refused
}

func (c *Case) refused() []playlists.Digest {
	_, refused := c.round()
	return refused
}

// Awaits lists the profiles whose renditions the next decision is over, in the
// order people see them, and tells whether they are added to an approved
// version.
func (s *Service) Awaits(c *Case) (profiles []playlists.Profile, supplement bool) {
	sc := c.scope(s.grounds())
	if sc.settled {
		return nil, false
	}
	return sc.of(&c.Media).Rendered(), sc.supplement
}

// covers lists what an approval is over.
func covers(object []byte) ([]playlists.Rendition, error) {
	var a programme.Approval
	if err := programme.Unmarshal(object, &a); err != nil {
		return nil, err
	}
	var out []playlists.Rendition
	for _, d := range a.Decisions[:min(1, len(a.Decisions))] { // both are over the same
		s, err := programme.ParseStatement(d.Statement)
		if err != nil {
			return nil, err
		}
		for _, sub := range s.Subject {
			out = append(out, playlists.Rendition{Profile: playlists.Profile(sub.Name), Digest: sub.Digest.SHA256, MIME: sub.MediaType})
		}
	}
	return out, nil
}
