// Package kiosk starts the browser that fills the display with the player page
// and keeps it running: again when it ends, with a fresh profile when its own
// is damaged, and never after the agent.
package kiosk

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"cotmoc/agent/internal/devtools"
	"cotmoc/playlists/wire"
)

// Options is what a supervisor works with.
type Options struct {
	Browser   string   // path of the browser, as Find gives it
	URL       string   // of the player page
	Folder    string   // for the profile; nothing else may be in it
	NoSandbox bool     // for a test that runs as root, never in service
	Wayland   bool     // the session's display is a Wayland compositor's
	Extra     []string // more arguments, for tests
	// Talk, which may be nil, is called with each browser and returns when its
	// context ends, which is when the browser does.
	Talk func(context.Context, *devtools.Conn)
	Now  func() time.Time // for people, and monotonic
	Log  *slog.Logger
}

// Supervisor runs one browser. It is safe for concurrent use.
type Supervisor struct {
	o       Options
	restart chan string

	mu      sync.Mutex
	problem *wire.Problem
}

const (
	// short is a life after which a start counts as failed.
	short = 20 * time.Second
	// suspicious is how many failed starts in a row speak against the profile.
	suspicious = 3
	// firstPause and longestPause bound the wait before another start.
	firstPause   = 500 * time.Millisecond
	longestPause = time.Minute
	// grace is how long a browser may take to end when asked.
	grace = 4 * time.Second
)

// New makes a supervisor; Run starts the browser.
func New(o Options) *Supervisor {
	return &Supervisor{o: o, restart: make(chan string, 1)}
}

// Restart ends the browser, so that Run starts it again. It returns at once.
func (s *Supervisor) Restart(why string) {
	select {
	case s.restart <- why:
	default: // one is under way
	}
}

// Problems names what keeps the browser from running, while it does.
func (s *Supervisor) Problems() []wire.Problem {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.problem == nil {
		return nil
	}
	return []wire.Problem{*s.problem}
}

// Run keeps the browser running until ctx ends, then stops it.
func (s *Supervisor) Run(ctx context.Context) error {
	failed, pause := 0, firstPause
	for {
		if failed > 0 && failed%suspicious == 0 {
			s.discardProfile()
		}
		began := s.o.Now()
		err := s.live(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if s.o.Now().Sub(began) < short {
			failed++
			s.note(err)
		} else {
			failed, pause = 0, firstPause
			s.note(nil)
		}
		s.o.Log.Warn("browser ended and is started again", "error", err, "failed_starts", failed, "pause", pause)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
		}
		pause = min(pause*2, longestPause)
	}
}

// live runs the browser once.
func (s *Supervisor) live(ctx context.Context) error {
	profile := s.profile()
	if err := os.MkdirAll(profile, 0o700); err != nil {
		return fmt.Errorf("cannot make the browser's profile: %w", err)
	}
	// A browser that was killed leaves these, and the next one would take them
	// for a running browser, even for one on another machine after a renaming.
	for _, name := range []string{"SingletonLock", "SingletonSocket", "SingletonCookie"} {
		if err := os.Remove(filepath.Join(profile, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("cannot free the browser's profile: %w", err)
		}
	}
	for len(s.restart) > 0 {
		<-s.restart // asked for the browser before this one
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	why := make(chan string, 1)
	go func() {
		select {
		case w := <-s.restart:
			why <- w
			cancel()
		case <-ctx.Done():
		}
	}()
	healthy := time.AfterFunc(short, func() { s.note(nil) })
	defer healthy.Stop()
	s.o.Log.Info("browser starts", "browser", s.o.Browser, "url", s.o.URL)
	err := s.run(ctx, arguments(s.o, profile))
	select {
	case w := <-why:
		return fmt.Errorf("browser was restarted: %s", w)
	default:
		return err
	}
}

// run runs the browser and talks with it as long as it lives.
func (s *Supervisor) run(ctx context.Context, args []string) error {
	if s.o.Talk == nil || !hasPipes {
		return runTree(ctx, s.o.Browser, args, nil, grace)
	}
	conn, ends, err := pipes()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	var talking sync.WaitGroup
	talking.Go(func() { s.o.Talk(ctx, conn) })
	err = runTree(ctx, s.o.Browser, append([]string{"--remote-debugging-pipe"}, args...), ends, grace)
	cancel()
	if e := conn.Close(); e != nil {
		s.o.Log.Debug("browser's pipes were closed already", "error", e)
	}
	talking.Wait()
	return err
}

// pipes makes a connection and the browser's two ends of it, which it finds as
// its descriptors 3 and 4. All four are closed in every other child.
func pipes() (*devtools.Conn, []*os.File, error) {
	theirs, ours, err := os.Pipe()
	if err != nil {
		return nil, nil, fmt.Errorf("cannot talk with the browser: %w", err)
	}
	hear, say, err := os.Pipe()
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("cannot hear the browser: %w", err), theirs.Close(), ours.Close())
	}
	return devtools.New(hear, ours), []*os.File{theirs, say}, nil
}

func (s *Supervisor) profile() string { return filepath.Join(s.o.Folder, "profile") }

// discardProfile takes the profile away: there is nothing in it to keep.
func (s *Supervisor) discardProfile() {
	s.o.Log.Warn("browser does not stay up and gets a fresh profile")
	if err := os.RemoveAll(s.profile()); err != nil {
		s.o.Log.Error("browser profile cannot be removed", "error", err)
	}
}

func (s *Supervisor) note(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil {
		s.problem = nil
		return
	}
	if s.problem == nil {
		s.problem = &wire.Problem{Code: "browser_fails", Since: s.o.Now().UnixMilli()}
	}
	s.problem.Detail = wire.Shorten(err.Error())
}
