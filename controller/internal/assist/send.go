package assist

import (
	"context"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// Born sends a screen what it has not answered: it listens from now on.
func (s *Service) Born(ctx context.Context, screen playlists.ID) {
	now := s.cfg.Now()
	for _, c := range s.due(now, func(c *Command) bool { return c.Screen == screen }) {
		s.send(ctx, c, now)
	}
}

// Answer takes what a trusted screen says of a command.
func (s *Service) Answer(ctx context.Context, screen playlists.ID, r *wire.Result, at time.Time) {
	if len(r.Log) > 0 {
		if _, err := wire.UnpackLog(r.Log); err != nil {
			s.cfg.Log.Warn("log of a screen dropped", "screen", screen, "command", r.ID, "error", err)
			r.Log = nil
		}
	}
	known, err := s.cfg.Store.Answer(ctx, screen, r, at)
	if err != nil {
		if ctx.Err() == nil {
			s.cfg.Log.Error("result not stored", "screen", screen, "command", r.ID, "error", err)
		}
		return // the command goes out again, and its answer comes again
	}
	if known && r.Outcome != wire.OutcomeTaken {
		s.mu.Lock()
		delete(s.open, r.ID)
		s.mu.Unlock()
	}
}

// Run sends again what is not answered, until ctx ends.
func (s *Service) Run(ctx context.Context) error {
	look, tidy := time.NewTicker(lookEvery), time.NewTicker(tidyEvery)
	defer look.Stop()
	defer tidy.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-look.C:
			now := s.cfg.Now()
			for _, c := range s.due(now, func(c *Command) bool { return now.Sub(c.SentAt) >= sendAgain }) {
				s.send(ctx, c, now)
			}
		case <-tidy.C:
			if err := s.cfg.Store.DropLogs(ctx, s.cfg.Now().Add(-keepLogs)); err != nil && ctx.Err() == nil {
				s.cfg.Log.Error("old logs not dropped", "error", err)
			}
		}
	}
}

// due picks open commands, oldest first, and forgets those whose time is over.
// A screen that is trusted no longer is sent nothing.
func (s *Service) due(now time.Time, pick func(*Command) bool) []*Command {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []*Command
	for id, c := range s.open {
		if _, trusted := s.cfg.Fleet.Screen(c.Screen); !trusted || !now.Before(c.Expires()) {
			delete(s.open, id)
		} else if pick(c) {
			out = append(out, c)
		}
	}
	slicesByIssue(out)
	return out
}

// send hands a command to the broker and notes when.
func (s *Service) send(ctx context.Context, c *Command, now time.Time) {
	s.cfg.Sender.Send(c.Screen, c.Envelope)
	s.mu.Lock()
	c.SentAt = now
	c.Sends++
	s.mu.Unlock()
	if err := s.cfg.Store.Sent(ctx, c.ID, now); err != nil && ctx.Err() == nil {
		s.cfg.Log.Error("sending not noted", "command", c.ID, "error", err)
	}
}
