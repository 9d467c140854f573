package fleet

import (
	"bytes"
	"context"
	"crypto/subtle"

	"cotmoc/playlists"
)

// replacedWritten is what the audit log keeps of a screen's new PC.
type replacedWritten struct {
	Name     string           `json:"name"`
	Before   playlists.Digest `json:"device_key_before"` // SHA-256 of the public key
	After    playlists.Digest `json:"device_key"`
	Hostname string           `json:"hostname"`
}

// Replace makes the PC that shows the code the PC of a screen, in the place of
// the one it had: the screen keeps its id, its history and its counters. The
// key of the PC before opens nothing from then on, and its session ends.
func (s *Service) Replace(ctx context.Context, a playlists.Actor, id playlists.ID, code string) (Member, error) {
	m, err := s.Screen(a, id)
	if err != nil {
		return Member{}, err
	}
	if err := a.Require(playlists.ManageScreens, playlists.Scope{Unit: m.Unit, Cluster: m.Screen.Cluster}); err != nil {
		return Member{}, err
	}
	p, err := s.typed(ctx, a, code)
	if err != nil {
		return Member{}, err
	}
	// A renewal meanwhile would give the PC before a certificate that is no
	// longer among those to be revoked.
	s.renewing.Lock()
	defer s.renewing.Unlock()
	if m, _ = s.Member(id); m.Screen.ID == "" {
		return Member{}, noScreen(id)
	}
	before := m.Screen.DeviceKey
	if bytes.Equal(before, p.DeviceKey) {
		return Member{}, playlists.Errorf(playlists.Conflict, "device_same", nil, "cannot replace a screen PC by itself: enter the code of the new one")
	}
	certificate, err := s.o.Authority.IssueScreen(id, p.DeviceKey)
	if err != nil {
		return Member{}, err
	}
	now := s.o.Now()
	detail := replacedWritten{Name: m.Screen.Name, Before: playlists.DigestOf(before), After: playlists.DigestOf(p.DeviceKey), Hostname: p.Facts.Hostname}
	if err := s.o.Store.Replace(s.audited(ctx, a, playlists.ScreenReplaced, id, detail), p.ID, now.Add(pairingTime), id, p.DeviceKey, certificate, now); err != nil {
		return Member{}, err
	}
	s.mu.Lock()
	if at := s.members[id]; at != nil {
		at.screen.DeviceKey = p.DeviceKey // from here on the PC before is refused
	}
	s.mu.Unlock()
	s.o.Swap(context.WithoutCancel(ctx), id)
	s.forget(id)
	s.o.Log.Info("screen pc replaced", "screen", id, "person", a.ID, "hostname", p.Facts.Hostname, "address", p.Address)
	m, _ = s.Member(id)
	return m, nil
}

// forget makes a screen one that has said nothing yet: what the PC before said
// is no measure for the next.
func (s *Service) forget(id playlists.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.members[id]
	if m == nil {
		return
	}
	next := newMember(m.screen)
	next.unit = m.unit
	s.members[id] = next
	s.dirty.drop(id)
	s.o.Observer.ScreenReplaced(id)
}

// Holds tells whether a key is the one of the PC that a trusted screen has now.
func (s *Service) Holds(screen playlists.ID, deviceKey []byte) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	m := s.members[screen]
	return m != nil && subtle.ConstantTimeCompare(m.screen.DeviceKey, deviceKey) == 1
}
