// Package health knows how the screen PC is: problems a person should know of
// until they are solved, the machine's facts, and the report made of them.
package health

import (
	"slices"
	"strings"
	"sync"
	"time"

	"cotmoc/playlists/wire"
)

const mostProblems = 32

// Problems is the list of what is wrong now. It is safe for concurrent use.
type Problems struct {
	now     func() time.Time
	changed func()

	mu   sync.Mutex
	list map[string]wire.Problem // by what they are about
}

// NewProblems makes an empty list. changed is called when it has changed.
func NewProblems(now func() time.Time, changed func()) *Problems {
	return &Problems{now: now, changed: changed, list: map[string]wire.Problem{}}
}

// Set states what is wrong about something; Since stays while the code does.
func (p *Problems) Set(about, code, detail string) {
	p.mu.Lock()
	next := wire.Problem{Code: code, Detail: wire.Shorten(detail), Since: p.now().UnixMilli()}
	was, had := p.list[about]
	if had && was.Code == code {
		next.Since = was.Since
	}
	p.list[about] = next
	p.mu.Unlock()
	if !had || was.Code != code {
		p.changed()
	}
}

// Clear says that nothing is wrong about it any more.
func (p *Problems) Clear(about string) {
	p.mu.Lock()
	_, had := p.list[about]
	delete(p.list, about)
	p.mu.Unlock()
	if had {
		p.changed()
	}
}

// List gives the problems, oldest first.
func (p *Problems) List() []wire.Problem {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := make([]wire.Problem, 0, len(p.list))
	for _, problem := range p.list {
		out = append(out, problem)
	}
	slices.SortFunc(out, func(a, b wire.Problem) int {
		if a.Since != b.Since {
			return int(min(max(a.Since-b.Since, -1), 1))
		}
		return strings.Compare(a.Code, b.Code)
	})
	return out[:min(len(out), mostProblems)]
}
