package watch

import (
	"slices"
	"time"
)

// When a screen's name is contested: who copied a screen's key off its disk and
// connects with it ends the screen's session, which comes back and ends theirs.
const (
	contestedBy  = 6 // sessions of one start of the agent
	contestedIn  = 10 * time.Minute
	contestedFor = time.Hour
	mostBoots    = 16
)

// sessions follows who speaks in a screen's name. It cannot tell a thief from a
// line that breaks every minute, but for starts that come back: no agent begins
// again with the mark of an earlier start.
type sessions struct {
	boot      string
	session   uint64
	boots     []string    // earlier ones
	opened    []time.Time // sessions of this start, within contestedIn
	contested time.Time   // when last, zero never
}

// hear takes the marks of a start and a session. Births and deaths carry them
// besides reports: who is cut off at once gets no report through.
func (s *sessions) hear(boot string, session uint64, at time.Time) {
	switch {
	case s.boot == "":
	case boot != s.boot:
		if slices.Contains(s.boots, boot) {
			s.contested = at
		}
		s.boots = append(s.boots, s.boot)
		s.boots = s.boots[max(0, len(s.boots)-mostBoots):]
		s.opened = nil
	case session != s.session:
		s.opened = slices.DeleteFunc(append(s.opened, at), func(t time.Time) bool { return at.Sub(t) > contestedIn })
		if len(s.opened) >= contestedBy {
			s.contested = at
		}
	}
	s.boot, s.session = boot, session
}

func (s *sessions) isContested(now time.Time) bool {
	return !s.contested.IsZero() && now.Sub(s.contested) < contestedFor
}
