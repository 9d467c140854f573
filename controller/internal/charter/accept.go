package charter

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// Accept takes a signed charter. The one that counts already is accepted
// again. From the first one on, decisions are signed by people's own hands.
func (s *Service) Accept(ctx context.Context, a playlists.Actor, envelope []byte) (*programme.HeldCharter, error) {
	if err := mayManage(a); err != nil {
		return nil, err
	}
	envelope = bytes.TrimSuffix(envelope, []byte("\n")) // files end their line
	s.accepting.Lock()
	defer s.accepting.Unlock()
	held := s.Current()
	next, err := follow(held, envelope)
	if err != nil {
		return nil, programme.Problem(err)
	}
	if next == held {
		return held, nil
	}
	now := s.cfg.Now().UTC()
	if !now.Before(next.Expires()) {
		return nil, playlists.Errorf(playlists.Conflict, string(programme.CharterExpired), nil, "cannot accept charter %d: it ended on %s; prepare one that ends later", next.Number, next.Expires().Format("2006-01-02"))
	}
	if !s.namesUs(next) {
		return nil, playlists.Errorf(playlists.Conflict, "charter_other_key", playlists.Params{"number": next.Number, "key": s.cfg.Keys.Public().ID}, "cannot accept charter %d: it does not name this controller's programme key %s, so that no screen would obey us; prepare it anew", next.Number, s.cfg.Keys.Public().ID)
	}
	kept, err := s.readKept(ctx, next)
	if err != nil {
		return nil, err
	}
	object, _, err := s.cfg.Objects.Put(ctx, bytes.NewReader(envelope))
	if err != nil {
		return nil, err
	}
	l := Link{
		Number: next.Number, Payload: next.Payload, Object: object, Envelope: bytes.Clone(envelope),
		IssuedAt: instant(next.IssuedAt), ExpiresAt: next.Expires(), AcceptedAt: now, By: a.ID, ByName: a.Name,
	}
	written := playlists.Act{At: now, By: a.ID, Kind: playlists.CharterAccepted, Detail: accepted{next.Number, next.Epoch, next.Payload}}
	if err := s.cfg.Store.AddLink(playlists.WithAct(ctx, &written), l); err != nil {
		return nil, err
	}
	s.take(l, next, kept)
	if err := s.rotate(); err != nil {
		return nil, err
	}
	s.cfg.Log.Info("charter accepted", "number", next.Number, "epoch", next.Epoch, "people", len(next.People), "person", a.ID)
	s.cfg.Accepted(ctx, a, next)
	return next, nil
}

// accepted is what the audit log keeps of a charter.
type accepted struct {
	Number  uint64           `json:"number"`
	Epoch   uint64           `json:"epoch"`
	Payload playlists.Digest `json:"payload"`
}

// namesUs tells whether screens that hold the charter would obey us, with the
// present key or with the one that is prepared.
func (s *Service) namesUs(h *programme.HeldCharter) bool {
	if names(h, s.cfg.Keys.Public()) {
		return true
	}
	next, ok := s.cfg.Keys.Prepared()
	return ok && names(h, next)
}

func names(h *programme.HeldCharter, key programme.PublicKey) bool {
	return slices.ContainsFunc(h.ProgrammeKeys, func(k programme.PublicKey) bool { return k.ID == key.ID && k.Key.Equal(key.Key) })
}

// rotate takes the prepared key once the charter names it and the present one
// no more. A crash between the two is healed by the next start.
func (s *Service) rotate() error {
	h := s.Current()
	if h == nil || names(h, s.cfg.Keys.Public()) {
		return nil
	}
	if next, ok := s.cfg.Keys.Prepared(); !ok || !names(h, next) {
		s.cfg.Log.Error("charter names no key of this controller", "number", h.Number, "key", s.cfg.Keys.Public().ID)
		return nil
	}
	if err := s.cfg.Keys.Rotate(); err != nil {
		return err
	}
	s.cfg.Log.Info("programme key rotated", "key", s.cfg.Keys.Public().ID)
	return nil
}

// readKept gives the objects that a charter names: without them screens could
// not judge the decisions of those who have left.
func (s *Service) readKept(ctx context.Context, h *programme.HeldCharter) (map[playlists.Digest][]byte, error) {
	out := map[playlists.Digest][]byte{}
	for _, d := range h.KeptSets() {
		b, err := s.read(ctx, d)
		if playlists.CodeOf(err) == playlists.NotFound {
			return nil, playlists.Errorf(playlists.Conflict, "charter_kept_missing", playlists.Params{"number": h.Number}, "cannot use charter %d: the set %s of decisions that it keeps is not here; bring it back from the backup, or prepare the charter anew", h.Number, d)
		}
		if err != nil {
			return nil, err
		}
		out[d] = b
	}
	return out, nil
}

func (s *Service) read(ctx context.Context, d playlists.Digest) ([]byte, error) {
	r, _, err := s.cfg.Objects.Open(ctx, d)
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }() // it was only read
	b, err := io.ReadAll(io.LimitReader(r, programme.MaxObject+1))
	if err != nil {
		return nil, fmt.Errorf("cannot read object %s: %w", d, err)
	}
	return b, nil
}

// mayManage: charters concern everything, so they take an administrator of
// everything.
func mayManage(a playlists.Actor) error {
	if a.ID != "" && !a.Reach(playlists.ManagePeople).All {
		return playlists.Errorf(playlists.Forbidden, "right_missing", playlists.Params{"right": string(playlists.ManagePeople)}, "cannot do this without the right %s over everything: ask an administrator for it", playlists.ManagePeople)
	}
	return a.Require(playlists.ManagePeople, playlists.Scope{})
}
