package approval

import (
	"context"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// maxQueue bounds each part of a queue.
const maxQueue = 200

// Queue is what waits for one person, as media ids.
type Queue struct {
	Review       []playlists.ID
	Approve      []playlists.ID
	MineReturned []playlists.ID
	// What was approved, or reviewed, without a signature that counts now: it
	// is decided again where it is, many at once where nothing has changed.
	ReviewAgain  []playlists.ID
	ApproveAgain []playlists.ID
	// Approved media with renditions that were added since, for screens of
	// another profile: they are decided on alone, many at once.
	ReviewMore  []playlists.ID
	ApproveMore []playlists.ID
}

// Queue lists what the actor may decide about now and what came back to them.
func (s *Service) Queue(ctx context.Context, a playlists.Actor) (Queue, error) {
	if a.ID == "" {
		return Queue{}, a.Require(playlists.ReadMedia, playlists.Scope{})
	}
	var q Queue
	var err error
	on := s.grounds()
	if q.Review, err = s.waiting(ctx, a, playlists.Submitted, programme.Review, on); err != nil {
		return q, err
	}
	if q.Approve, err = s.waiting(ctx, a, playlists.Reviewed, programme.Approve, on); err != nil {
		return q, err
	}
	if on.charter != nil {
		if q.ReviewAgain, err = s.again(ctx, a, programme.Review, on); err != nil {
			return q, err
		}
		if q.ApproveAgain, err = s.again(ctx, a, programme.Approve, on); err != nil {
			return q, err
		}
	}
	if q.ReviewMore, err = s.more(ctx, a, programme.Review, on); err != nil {
		return q, err
	}
	if q.ApproveMore, err = s.more(ctx, a, programme.Approve, on); err != nil {
		return q, err
	}
	q.MineReturned, err = s.cfg.Store.Returned(ctx, a.ID, maxQueue)
	return q, err
}

func (s *Service) waiting(ctx context.Context, a playlists.Actor, state playlists.MediaState, act programme.Act, on grounds) ([]playlists.ID, error) {
	reach := a.Reach(right(act))
	if reach.None() {
		return nil, nil
	}
	ids, err := s.cfg.Store.Waiting(ctx, state, reach, maxQueue)
	if err != nil {
		return nil, err
	}
	return s.open(ctx, a, ids, act, false, on)
}

// again lists what must be decided again.
func (s *Service) again(ctx context.Context, a playlists.Actor, act programme.Act, on grounds) ([]playlists.ID, error) {
	reach := a.Reach(right(act))
	if reach.None() {
		return nil, nil
	}
	ids, err := s.cfg.Store.Again(ctx, on.charter.Number, reach, maxQueue)
	if err != nil {
		return nil, err
	}
	if act == programme.Review {
		reviewed, err := s.cfg.Store.Waiting(ctx, playlists.Reviewed, reach, maxQueue)
		if err != nil {
			return nil, err
		}
		ids = append(ids, reviewed...)
	}
	return s.open(ctx, a, ids, act, false, on)
}

// more lists approved media with renditions to be decided on.
func (s *Service) more(ctx context.Context, a playlists.Actor, act programme.Act, on grounds) ([]playlists.ID, error) {
	reach := a.Reach(right(act))
	if reach.None() {
		return nil, nil
	}
	ids, err := s.cfg.Store.Uncovered(ctx, reach, maxQueue)
	if err != nil {
		return nil, err
	}
	return s.open(ctx, a, ids, act, true, on)
}

// open keeps the cases that the person may decide about: about what was added to
// an approved version, or about the version itself.
func (s *Service) open(ctx context.Context, a playlists.Actor, ids []playlists.ID, act programme.Act, more bool, on grounds) ([]playlists.ID, error) {
	cases, err := s.cfg.Store.Cases(ctx, ids)
	if err != nil {
		return nil, err
	}
	var out []playlists.ID
	for _, id := range ids {
		if c, ok := cases[id]; ok && c.scope(on).supplement == more && mayDecide(a, &c, act, on) == nil {
			out = append(out, id)
		}
	}
	return out, nil
}

// May is what an actor may do with a media now, for buttons.
type May struct {
	Submit, Review, Approve, Withdraw bool
}

// May tells what an actor may do with a case as it stands.
func (s *Service) May(a playlists.Actor, c *Case) May {
	on := s.grounds()
	in := playlists.Scope{Unit: c.Media.Unit}
	state := c.Media.State
	return May{
		Submit:   (state == playlists.Draft || state == playlists.Returned) && maySubmit(a, &c.Media) == nil,
		Review:   mayDecide(a, c, programme.Review, on) == nil,
		Approve:  mayDecide(a, c, programme.Approve, on) == nil,
		Withdraw: isApproved(c) && a.May(playlists.ApproveMedia, in),
	}
}
