package fleet

import (
	"context"
	"crypto/ed25519"
	"crypto/subtle"
	"fmt"
	"io"
	"strings"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// Bounds of pairing.
const (
	pairingTime  = 15 * time.Minute // to enter the code, and again to fetch the identity
	pollSeconds  = 2
	maxOpen      = 500 // pairings that wait for their code
	nonceBytes   = 32
	maxFactRunes = 100
)

// Pairing is a screen PC that waits to be claimed.
type Pairing struct {
	ID        playlists.ID
	DeviceKey []byte
	Nonce     []byte
	Facts     wire.Facts
	Address   string // where it called from
	CreatedAt time.Time
	ExpiresAt time.Time
	Screen    playlists.ID // that it became, "" while it waits
	// Batch and Seat are those of the ticket that it has shown, "" for none.
	Batch playlists.ID
	Seat  int
}

// OpenPairing begins a pairing for a screen PC that calls from an address. It
// needs no trust: what is opened means nothing until a person enters the code
// that the screen itself shows.
func (s *Service) OpenPairing(ctx context.Context, address string, req wire.PairingRequest) (wire.Pairing, error) {
	if len(req.DeviceKey) != ed25519.PublicKeySize {
		return wire.Pairing{}, playlists.Errorf(playlists.Invalid, "device_key_malformed", playlists.Params{"bytes": len(req.DeviceKey)}, "cannot pair with a device key of %d bytes: send the 32 bytes of an Ed25519 public key", len(req.DeviceKey))
	}
	if err := s.openings.take(address); err != nil {
		return wire.Pairing{}, err
	}
	now := s.o.Now()
	open, err := s.o.Store.OpenPairings(ctx, now)
	if err != nil {
		return wire.Pairing{}, err
	}
	if len(open) >= maxOpen {
		return wire.Pairing{}, playlists.Errorf(playlists.RateLimited, "pairings_too_many", playlists.Params{"max": maxOpen}, "cannot pair another screen now: %d wait for their code; try again in some minutes", len(open))
	}
	var batch *Batch
	seat := 0
	if req.Ticket != nil {
		s.ticketing.Lock()
		defer s.ticketing.Unlock()
		if open, err = s.o.Store.OpenPairings(ctx, now); err != nil {
			return wire.Pairing{}, err
		}
		if batch, seat, err = s.present(ctx, &req, open); err != nil {
			return wire.Pairing{}, err
		}
	}
	p := Pairing{DeviceKey: req.DeviceKey, Nonce: make([]byte, nonceBytes), Facts: cleanFacts(req.Facts), Address: address, CreatedAt: now, ExpiresAt: now.Add(pairingTime)}
	if _, err := io.ReadFull(s.o.Random, p.Nonce); err != nil {
		return wire.Pairing{}, fmt.Errorf("cannot make a nonce: %w", err)
	}
	if p.ID, err = playlists.NewID(s.o.Random); err != nil {
		return wire.Pairing{}, err
	}
	if batch != nil {
		p.Batch, p.Seat = batch.ID, seat
	}
	if err := s.o.Store.AddPairing(ctx, p); err != nil {
		return wire.Pairing{}, err
	}
	asked, err := s.asks(ctx, batch)
	if err != nil {
		return wire.Pairing{}, err
	}
	if !asked {
		if _, err := s.seat(ctx, batch.CreatedBy, batch, p); err != nil {
			return wire.Pairing{}, err
		}
	}
	return wire.Pairing{Pairing: p.ID, Nonce: p.Nonce, ExpiresAt: p.ExpiresAt.UnixMilli(), PollS: pollSeconds}, nil
}

func cleanFacts(f wire.Facts) wire.Facts {
	clean := func(s string) string {
		r := []rune(playlists.Clean(s))
		return string(r[:min(len(r), maxFactRunes)])
	}
	return wire.Facts{Hostname: clean(f.Hostname), OS: clean(f.OS), Arch: clean(f.Arch), Version: clean(f.Version)}
}

// PollPairing tells a screen PC, which proves that it holds the device key,
// whether it was claimed. host is how it reached us. A pairing that is over
// answers NotFound, reason "pairing_over".
func (s *Service) PollPairing(ctx context.Context, id playlists.ID, proof []byte, host string) (wire.PairingState, error) {
	p, err := s.o.Store.Pairing(ctx, id)
	if err != nil {
		return wire.PairingState{}, err
	}
	now := s.o.Now()
	if !now.Before(p.ExpiresAt) {
		return wire.PairingState{}, NoPairing(id)
	}
	if !ed25519.Verify(p.DeviceKey, wire.PollProof(p.ID, p.Nonce), proof) {
		return wire.PairingState{}, playlists.Errorf(playlists.Forbidden, "proof_wrong", nil, "cannot answer for pairing %s: the proof is not the device key's", id)
	}
	if p.Screen == "" {
		return wire.PairingState{State: "waiting"}, nil
	}
	m, ok := s.Member(p.Screen)
	if !ok { // revoked meanwhile
		return wire.PairingState{}, NoPairing(id)
	}
	certificate, err := s.o.Store.Certificate(ctx, p.Screen)
	if err != nil {
		return wire.PairingState{}, err
	}
	return wire.PairingState{State: "claimed", Grant: &wire.Identity{
		Screen: m.Screen.ID, Name: m.Screen.Name, Profile: m.Screen.Profile, Certificate: certificate, CA: s.o.Authority.Certificate(),
		MQTTURL: s.o.MQTTURL(host), ProgrammeKeys: s.o.Keys(), Cluster: m.Screen.Cluster, Charter: s.o.Charter(), Time: now.UnixMilli(),
	}}, nil
}

// Claim makes the screen PC that shows the code a screen.
func (s *Service) Claim(ctx context.Context, a playlists.Actor, code string, screen playlists.Screen) (Member, error) {
	if a.Reach(playlists.ManageScreens).None() {
		return Member{}, a.Require(playlists.ManageScreens, playlists.Scope{})
	}
	if err := s.checkScreen(a, &screen); err != nil {
		return Member{}, err
	}
	if err := s.o.Known(ctx, screen.Profile); err != nil {
		return Member{}, err
	}
	p, err := s.typed(ctx, a, code)
	if err != nil {
		return Member{}, err
	}
	now := s.o.Now()
	if screen.ID, err = playlists.NewID(s.o.Random); err != nil {
		return Member{}, err
	}
	screen.DeviceKey, screen.CreatedAt = p.DeviceKey, now
	certificate, err := s.o.Authority.IssueScreen(screen.ID, p.DeviceKey)
	if err != nil {
		return Member{}, err
	}
	if err := s.o.Store.Claim(s.audited(ctx, a, playlists.ScreenClaimed, screen.ID, writtenScreen(screen)), p.ID, now.Add(pairingTime), screen, certificate); err != nil {
		return Member{}, err
	}
	s.o.Log.Info("screen claimed", "screen", screen.ID, "person", a.ID, "hostname", p.Facts.Hostname, "address", p.Address)
	return s.put(screen), nil
}

// typed gives the open pairing whose code a person has typed, who may not try
// too often.
func (s *Service) typed(ctx context.Context, a playlists.Actor, code string) (Pairing, error) {
	if err := s.claims.take(string(a.ID)); err != nil {
		return Pairing{}, err
	}
	now := s.o.Now()
	if !s.tries.AllowN(now, 1) {
		return Pairing{}, tooOften()
	}
	return s.find(ctx, code, now)
}

// find gives the open pairing with the code. It compares all of them and in
// constant time, so that an answer's time tells nothing.
func (s *Service) find(ctx context.Context, code string, now time.Time) (Pairing, error) {
	open, err := s.o.Store.OpenPairings(ctx, now)
	if err != nil {
		return Pairing{}, err
	}
	typed := []byte(normalCode(code))
	var found Pairing
	matches := 0
	for _, p := range open {
		want := normalCode(wire.PairingCode(p.DeviceKey, s.o.Authority.SHA256(), p.Nonce))
		if subtle.ConstantTimeCompare([]byte(want), typed) == 1 {
			found = p
			matches++
		}
	}
	if matches != 1 {
		return Pairing{}, playlists.Errorf(playlists.NotFound, "code_unknown", playlists.Params{"code": shortened(code)}, "cannot find a screen that shows the code %q: read it again from the screen, it changes every %d minutes", shortened(code), int(pairingTime.Minutes()))
	}
	return found, nil
}

// normalCode is a code as people may type it, without its hyphen and spaces.
func normalCode(code string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' {
			return r
		}
		return -1
	}, strings.ToUpper(shortened(code)))
}

func shortened(code string) string {
	r := []rune(playlists.Clean(code))
	return string(r[:min(len(r), 20)])
}

// NoPairing is the answer for a pairing that is over or never was.
func NoPairing(id playlists.ID) *playlists.Error {
	return playlists.Errorf(playlists.NotFound, "pairing_over", playlists.Params{"id": string(id)}, "cannot find the pairing %.40q: it is over, begin another", string(id))
}
