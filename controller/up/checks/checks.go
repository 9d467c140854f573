// Package checks runs every check of the project in a clear order, tells how
// each went, and counts.
package checks

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// Count says how a check went. A check without parts counts as one.
type Count struct {
	Passed, Failed int
	Note           string // worth knowing though nothing failed; may be ""
}

// Check is one thing that must hold.
type Check struct {
	Name string
	// Run does it. It tells of progress by calling say now and then; detail is
	// what a person needs to mend what failed.
	Run func(ctx context.Context, say func(string)) (c Count, detail string)
}

// Lane is a list of checks that run one after the other.
type Lane []Check

// Stage is a set of lanes that run at the same time. Stages follow each other.
type Stage []Lane

// Suite runs stages and prints what happens.
type Suite struct {
	Out   io.Writer
	Now   func() time.Time
	Beat  time.Duration // how often a long check tells how far it is
	Limit time.Duration // of one check

	mu      sync.Mutex
	total   Count
	details []string
}

// Run runs all stages, whatever fails, and ends with one line that says how
// many passed and failed. It tells whether nothing failed.
func (s *Suite) Run(ctx context.Context, stages []Stage) bool {
	began := s.Now()
	for _, stage := range stages {
		var lanes sync.WaitGroup
		for _, lane := range stage {
			lanes.Go(func() {
				for _, c := range lane {
					s.one(ctx, c)
				}
			})
		}
		lanes.Wait()
	}
	for _, d := range s.details {
		s.printf("\n%s\n", d)
	}
	s.printf("\n%s in all\n%d passed, %d failed\n", round(s.Now().Sub(began)), s.total.Passed, s.total.Failed)
	return s.total.Failed == 0 && ctx.Err() == nil
}

func (s *Suite) one(ctx context.Context, c Check) {
	ctx, cancel := context.WithTimeoutCause(ctx, s.Limit, fmt.Errorf("longer than %s", s.Limit))
	defer cancel()
	began := s.Now()
	var latest struct {
		sync.Mutex
		text string
	}
	say := func(text string) { latest.Lock(); latest.text = text; latest.Unlock() }
	over := make(chan struct{})
	var beats sync.WaitGroup
	beats.Go(func() {
		tick := time.NewTicker(s.Beat)
		defer tick.Stop()
		for {
			select {
			case <-over:
				return
			case <-tick.C:
				latest.Lock()
				text := latest.text
				latest.Unlock()
				s.printf("  … %-28s %8s  %s\n", c.Name, round(s.Now().Sub(began)), text)
			}
		}
	})
	count, detail := Count{}, ""
	if ctx.Err() == nil {
		count, detail = c.Run(ctx, say)
	}
	close(over)
	beats.Wait()
	if ctx.Err() != nil {
		count.Failed++
		detail = strings.TrimSpace(fmt.Sprintf("stopped: %v\n%s", context.Cause(ctx), detail))
	}
	mark := "✓"
	switch {
	case count.Failed > 0:
		mark = "✗"
	case count.Passed == 0:
		mark = "–"
	}
	tally := ""
	if count.Passed+count.Failed > 1 {
		tally = fmt.Sprintf("%d passed, %d failed", count.Passed, count.Failed)
	}
	s.printf("  %s %-28s %8s  %s\n", mark, c.Name, round(s.Now().Sub(began)), tally)
	if count.Note != "" {
		s.printf("    %s\n", count.Note)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.total.Passed += count.Passed
	s.total.Failed += count.Failed
	if count.Failed > 0 || count.Passed == 0 {
		s.details = append(s.details, fmt.Sprintf("── %s ──\n%s", c.Name, strings.TrimRight(detail, "\n")))
	}
}

func (s *Suite) printf(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Fprintf(s.Out, format, args...)
}

func round(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return fmt.Sprintf("%d m %02d s", int(d.Minutes()), int(d.Seconds())%60)
}
