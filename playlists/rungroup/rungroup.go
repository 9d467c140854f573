// Package rungroup runs a program's named parts together: the first that ends
// ends all, and a part that does not stop in time is named and left behind.
package rungroup

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"time"
)

// Group is a set of parts. Add them, then Run once; it is not for concurrent
// use before Run.
type Group struct {
	log   *slog.Logger
	grace time.Duration
	parts []part
}

type part struct {
	name string
	run  func(context.Context) error
}

type ending struct {
	name string
	err  error
}

// New makes an empty group whose parts have grace to stop.
func New(log *slog.Logger, grace time.Duration) *Group {
	return &Group{log: log, grace: grace}
}

// Add names a part. run works until its context ends; it returns nil when
// asked to stop, and an error when it cannot go on.
func (g *Group) Add(name string, run func(context.Context) error) {
	g.parts = append(g.parts, part{name: name, run: run})
}

// Run runs all parts until ctx ends or one of them returns, stops the others
// and waits for them up to the grace. It returns the first failure, joined
// with one that names the parts that did not stop.
func (g *Group) Run(ctx context.Context) error {
	if len(g.parts) == 0 {
		return nil
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	endings := make(chan ending, len(g.parts))
	running := make(map[string]bool, len(g.parts))
	for _, p := range g.parts {
		running[p.name] = true
		go func() { endings <- ending{p.name, guarded(ctx, p)} }()
	}

	var first error
	var deadline <-chan time.Time
	asked := ctx.Done()
	stop := func() {
		if deadline == nil {
			cancel()
			deadline, asked = time.After(g.grace), nil
		}
	}
	for len(running) > 0 {
		select {
		case <-asked:
			stop()
		case e := <-endings:
			delete(running, e.name)
			if e.err != nil && !errors.Is(e.err, context.Canceled) && first == nil {
				first = fmt.Errorf("%s: %w", e.name, e.err)
				g.log.Error("part failed", "part", e.name, "error", e.err)
			}
			stop()
		case <-deadline:
			names := make([]string, 0, len(running))
			for _, p := range g.parts {
				if running[p.name] {
					names = append(names, p.name)
				}
			}
			return errors.Join(first, fmt.Errorf("cannot stop %s within %s: left behind", strings.Join(names, ", "), g.grace))
		}
	}
	return first
}

// guarded turns a part's panic into an error, so that one part's fault stops
// the program in order and is named.
func guarded(ctx context.Context, p part) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	return p.run(ctx)
}
