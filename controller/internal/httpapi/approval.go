package httpapi

import (
	"context"
	"net/http"

	"cotmoc/controller/internal/approval"
	"cotmoc/playlists"
)

// Queue is what waits for the one who asks.
type Queue struct {
	Review       []Media `json:"review"`
	Approve      []Media `json:"approve"`
	MineReturned []Media `json:"mine_returned"`
	ReviewAgain  []Media `json:"review_again" doc:"Decided before without a signature that counts now: to be reviewed again where it is."`
	ApproveAgain []Media `json:"approve_again" doc:"Likewise, to be approved again."`
	ReviewMore   []Media `json:"review_more" doc:"Approved, with renditions that were added since: only those are to be reviewed."`
	ApproveMore  []Media `json:"approve_more" doc:"Likewise, to be approved."`
}

// verdict is the input of a review or an approval.
type verdict struct {
	ByID
	Body struct {
		Decision   string             `json:"decision" enum:"accept,return"`
		Reason     string             `json:"reason,omitempty" maxLength:"8000" doc:"Required to return."`
		Renditions []playlists.Digest `json:"renditions" maxItems:"20" doc:"Digests of the renditions that were looked at: all that are to be decided on."`
	}
}

func (v *verdict) of() approval.Verdict {
	return approval.Verdict{Accept: v.Body.Decision == "accept", Reason: v.Body.Reason, Seen: v.Body.Renditions}
}

func (s *Server) registerApproval() {
	handle(s, http.MethodGet, "/queue", "get-queue", "What waits for one's own decision, and what came back", func(ctx context.Context, a playlists.Actor, _ *none) (Queue, error) {
		q, err := s.Approval.Queue(ctx, a)
		if err != nil {
			return Queue{}, err
		}
		var out Queue
		for _, part := range []struct {
			ids []playlists.ID
			to  *[]Media
		}{{q.Review, &out.Review}, {q.Approve, &out.Approve}, {q.MineReturned, &out.MineReturned}, {q.ReviewAgain, &out.ReviewAgain}, {q.ApproveAgain, &out.ApproveAgain}, {q.ReviewMore, &out.ReviewMore}, {q.ApproveMore, &out.ApproveMore}} {
			if *part.to, err = s.mediaByID(ctx, a, part.ids); err != nil {
				return Queue{}, err
			}
		}
		return out, nil
	})
	handle(s, http.MethodPost, "/media/{id}/submit", "submit-media", "Ask for review", func(ctx context.Context, a playlists.Actor, in *struct {
		ByID
		Body struct {
			Note     string `json:"note,omitempty" maxLength:"8000"`
			Declared bool   `json:"declared,omitempty" doc:"Declares that the media holds no state secret and nobody's personal data without consent. Required."`
		}
	}) (Media, error) {
		return s.decided(ctx, a, in.ID, s.Approval.Submit(ctx, a, in.ID, approval.Submission{Note: in.Body.Note, Declared: in.Body.Declared}))
	})
	handle(s, http.MethodPost, "/media/{id}/review", "review-media", "Decide as the reviewer", func(ctx context.Context, a playlists.Actor, in *verdict) (Media, error) {
		return s.decided(ctx, a, in.ID, s.Approval.Review(ctx, a, in.ID, in.of()))
	})
	handle(s, http.MethodPost, "/media/{id}/approve", "approve-media", "Decide as the approver", func(ctx context.Context, a playlists.Actor, in *verdict) (Media, error) {
		return s.decided(ctx, a, in.ID, s.Approval.Approve(ctx, a, in.ID, in.of()))
	})
	handle(s, http.MethodPost, "/media/{id}/withdraw", "withdraw-media", "Take a media off every screen", func(ctx context.Context, a playlists.Actor, in *struct {
		ByID
		Body struct {
			Reason string `json:"reason" maxLength:"8000"`
		}
	}) (Media, error) {
		return s.decided(ctx, a, in.ID, s.Approval.Withdraw(ctx, a, in.ID, in.Body.Reason))
	})
}

// decided gives a media as it is after a decision.
func (s *Server) decided(ctx context.Context, a playlists.Actor, id playlists.ID, err error) (Media, error) {
	if err != nil {
		return Media{}, err
	}
	all, err := s.mediaByID(ctx, a, []playlists.ID{id})
	if err == nil && len(all) == 0 {
		err = approval.Missing(id)
	}
	if err != nil {
		return Media{}, err
	}
	return all[0], nil
}

// mediaByID gives those media that the actor may see.
func (s *Server) mediaByID(ctx context.Context, a playlists.Actor, ids []playlists.ID) ([]Media, error) {
	records, err := s.records(ctx, a, ids)
	if err != nil {
		return nil, err
	}
	return s.mediaShapes(ctx, a, records...)
}
