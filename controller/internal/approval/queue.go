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
}

// Queue lists what the actor may decide about now and what came back to them.
func (s *Service) Queue(ctx context.Context, a playlists.Actor) (Queue, error) {
	if a.ID == "" {
		return Queue{}, a.Require(playlists.ReadMedia, playlists.Scope{})
	}
	var q Queue
	var err error
	if q.Review, err = s.waiting(ctx, a, playlists.Submitted, playlists.ReviewMedia); err != nil {
		return q, err
	}
	if q.Approve, err = s.waiting(ctx, a, playlists.Reviewed, playlists.ApproveMedia); err != nil {
		return q, err
	}
	q.MineReturned, err = s.cfg.Store.Returned(ctx, a.ID, maxQueue)
	return q, err
}

func (s *Service) waiting(ctx context.Context, a playlists.Actor, state playlists.MediaState, right playlists.Right) ([]playlists.ID, error) {
	reach := a.Reach(right)
	if reach.None() {
		return nil, nil
	}
	ids, err := s.cfg.Store.Waiting(ctx, state, reach, maxQueue)
	if err != nil {
		return nil, err
	}
	cases, err := s.cfg.Store.Cases(ctx, ids)
	if err != nil {
		return nil, err
	}
	var out []playlists.ID
	for _, id := range ids {
		if c, ok := cases[id]; ok && outsider(a, &c) == nil {
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
func (c *Case) May(a playlists.Actor) May {
	in := playlists.Scope{Unit: c.Media.Unit}
	state := c.Media.State
	stranger := outsider(a, c) == nil
	return May{
		Submit:   (state == playlists.Draft || state == playlists.Returned) && maySubmit(a, &c.Media) == nil,
		Review:   state == playlists.Submitted && stranger && a.May(playlists.ReviewMedia, in),
		Approve:  state == playlists.Reviewed && stranger && a.May(playlists.ApproveMedia, in) && c.current(programme.Review) != nil,
		Withdraw: isApproved(c) && a.May(playlists.ApproveMedia, in),
	}
}
