package alerts

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"cotmoc/playlists"
)

// The dead man's address is called while we live. Whoever keeps it, somewhere
// else, tells people when the calls stop: we cannot tell that we are gone.
const (
	pingEvery   = time.Minute
	pingTime    = 20 * time.Second
	turnAtLeast = time.Minute // the loop comes round, or it is stuck
)

// DeadMan is the address that is called every minute.
type DeadMan struct {
	Sealed  []byte // the address; whoever knows it can call it in our place
	Host    string // of it; "" when none is set
	By      playlists.ID
	Changed time.Time
}

// Ping is how the last call went.
type Ping struct {
	At      time.Time // zero before the first
	Good    time.Time // the last one that was heard
	Trouble *Trouble
}

const deadManOwner = "alert/dead-man"

// ofAll asks for the right over everything: the controller is everybody's.
func ofAll(a playlists.Actor) error {
	if err := a.Require(playlists.ManagePeople, playlists.Scope{}); err != nil {
		return err
	}
	if !a.Reach(playlists.ManagePeople).All {
		return playlists.Errorf(playlists.Forbidden, "right_missing", playlists.Params{"right": string(playlists.ManagePeople)}, "cannot change what is everybody's: only an administrator of all units can")
	}
	return nil
}

// DeadMan gives where it is and how the last call went.
func (s *Service) DeadMan(ctx context.Context, a playlists.Actor) (*DeadMan, Ping, error) {
	if err := a.Require(playlists.ManagePeople, playlists.Scope{}); err != nil {
		return nil, Ping{}, err
	}
	d, err := s.cfg.Store.DeadMan(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	return d, s.ping, err
}

// SetDeadMan sets the address, or none, and calls it at once.
func (s *Service) SetDeadMan(ctx context.Context, a playlists.Actor, address string) (*DeadMan, Ping, error) {
	if err := ofAll(a); err != nil {
		return nil, Ping{}, err
	}
	d := &DeadMan{By: a.ID, Changed: s.cfg.Now()}
	if address = strings.TrimSpace(address); address != "" {
		u, err := url.Parse(address)
		if err != nil || u.Hostname() == "" || u.User != nil || len(address) > maxSetting || u.Scheme != "https" && !(u.Scheme == "http" && s.cfg.Outside.Near(u.Hostname())) {
			return nil, Ping{}, invalid("alert_url", nil, "cannot call this address: write it as https://may-chu.vn/ping/…")
		}
		if d.Sealed, err = s.sealer.Seal(deadManOwner, []byte(address)); err != nil {
			return nil, Ping{}, err
		}
		d.Host = u.Host
	}
	ctx2 := playlists.WithAct(ctx, &playlists.Act{At: d.Changed, By: a.ID, Kind: playlists.AlertDeadMan, Detail: struct {
		Host string `json:"host"`
	}{d.Host}})
	if err := s.cfg.Store.SaveDeadMan(ctx2, d); err != nil {
		return nil, Ping{}, err
	}
	s.mu.Lock()
	s.ping = Ping{}
	s.mu.Unlock()
	if d.Host != "" {
		s.callDeadMan(ctx)
	}
	return s.DeadMan(ctx, a)
}

// watchDeadMan calls the address while we live.
func (s *Service) watchDeadMan(ctx context.Context) {
	ticker := time.NewTicker(pingEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			s.callDeadMan(ctx)
		}
	}
}

// callDeadMan calls the address once, if all that must live does.
func (s *Service) callDeadMan(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, pingTime)
	defer cancel()
	d, err := s.cfg.Store.DeadMan(ctx)
	if err == nil && d.Host == "" {
		return
	}
	if err == nil {
		err = s.alive(ctx)
	}
	var trouble *Trouble
	if err != nil {
		trouble = &Trouble{Reason: "alert_not_alive"}
		s.cfg.Log.ErrorContext(ctx, "dead man not called", "error", err)
	} else {
		trouble = s.callAddress(ctx, d)
	}
	now := s.cfg.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ping.At, s.ping.Trouble = now, trouble
	if trouble == nil {
		s.ping.Good = now
	}
}

func (s *Service) callAddress(ctx context.Context, d *DeadMan) *Trouble {
	address, err := s.sealer.Open(deadManOwner, d.Sealed)
	if err != nil {
		return &s.faultOf(err).Trouble
	}
	answer, err := s.cfg.Outside.Post(ctx, Post{URL: string(address), Within: pingTime})
	if err != nil {
		t := s.cfg.Outside.Why(err)
		return &t
	}
	if f := s.statusFault(answer); f != nil {
		return &f.Trouble
	}
	return nil
}

// alive tells whether what must live does: our own loop, and what the
// controller says of itself.
func (s *Service) alive(ctx context.Context) error {
	s.mu.Lock()
	turned := s.turned
	s.mu.Unlock()
	if since := time.Since(turned); since > turnAtLeast {
		return fmt.Errorf("cannot call the dead man's address: alerts have not come round for %s", since.Round(time.Second))
	}
	return s.cfg.Pulse.Alive(ctx)
}
