package httpapi

import (
	"context"
	"net/http"

	"cotmoc/controller/internal/profiles"
	"cotmoc/playlists"
)

// Profile is a screen shape.
type Profile struct {
	Profile  playlists.Profile `json:"profile" doc:"Its name in programmes and addresses; it says the size."`
	Name     string            `json:"name" doc:"Of a site's wall, as people call it; empty of a built-in one."`
	Width    int               `json:"width"`
	Height   int               `json:"height"`
	BuiltIn  bool              `json:"built_in"`
	Always   bool              `json:"always" doc:"Every media is rendered for it."`
	Chosen   bool              `json:"chosen" doc:"The library is rendered for it although no screen has it."`
	Screens  int               `json:"screens" doc:"That have it."`
	Wanted   bool              `json:"wanted" doc:"Media are rendered for it."`
	Progress ProfileProgress   `json:"progress"`
}

// ProfileProgress counts media by how far they are for a profile.
type ProfileProgress struct {
	Of        int `json:"of"`
	Rendered  int `json:"rendered"`
	Failed    int `json:"failed"`
	Undecided int `json:"undecided" doc:"Approved for other profiles, rendered for this one, and not approved for it."`
}

// Rerendering is what happens in the background.
type Rerendering struct {
	Waiting int            `json:"waiting" doc:"Media, the one being rendered with them; a long list waits in parts."`
	Running *RerenderedNow `json:"running"`
	Failed  []NotRendered  `json:"failed"`
}

// RerenderedNow is the media that is being rendered.
type RerenderedNow struct {
	_        struct{}          `nullable:"true"`
	MediaID  playlists.ID      `json:"media_id"`
	Title    string            `json:"title"`
	Profile  playlists.Profile `json:"profile"`
	Progress float64           `json:"progress" doc:"0 to 1"`
}

// NotRendered is a media that could not be rendered.
type NotRendered struct {
	MediaID playlists.ID   `json:"media_id"`
	Title   string         `json:"title"`
	Reason  string         `json:"reason"`
	Params  map[string]any `json:"params"`
}

func (s *Server) registerProfiles() {
	handle(s, http.MethodGet, "/profiles", "list-profiles", "Screen shapes, and how far the library is for those wanted", func(ctx context.Context, a playlists.Actor, _ *none) (List[Profile], error) {
		all, err := s.Profiles.List(ctx, a)
		return List[Profile]{Items: each(all, profileShape), Total: len(all)}, err
	})
	handle(s, http.MethodPost, "/profiles", "describe-profile", "Describe the size of a site's wall", func(ctx context.Context, a playlists.Actor, in *struct {
		Body struct {
			Name   string `json:"name" maxLength:"800"`
			Width  int    `json:"width" minimum:"1" maximum:"100000" doc:"Pixels; an even number."`
			Height int    `json:"height" minimum:"1" maximum:"100000" doc:"Likewise."`
		}
	}) (Profile, error) {
		p, err := s.Profiles.Describe(ctx, a, in.Body.Name, in.Body.Width, in.Body.Height)
		return profileShape(p), err
	})
	handle(s, http.MethodPatch, "/profiles/{profile}", "change-profile", "Rename a wall's profile, or have the library rendered for one", func(ctx context.Context, a playlists.Actor, in *struct {
		Profile playlists.Profile `path:"profile" maxLength:"40"`
		Body    struct {
			Name   *string `json:"name,omitempty" maxLength:"800"`
			Chosen *bool   `json:"chosen,omitempty"`
		}
	}) (Profile, error) {
		p, err := s.Profiles.Change(ctx, a, in.Profile, profiles.Change{Name: in.Body.Name, Chosen: in.Body.Chosen})
		return profileShape(p), err
	})
	handle(s, http.MethodDelete, "/profiles/{profile}", "drop-profile", "Remove a wall's profile that no screen has", func(ctx context.Context, a playlists.Actor, in *struct {
		Profile playlists.Profile `path:"profile" maxLength:"40"`
	}) (nothing, error) {
		return nothing{}, s.Profiles.Drop(ctx, a, in.Profile)
	})
	handle(s, http.MethodGet, "/rendering", "get-rendering", "What is being rendered in the background, and what could not be", func(ctx context.Context, a playlists.Actor, _ *none) (Rerendering, error) {
		r, err := s.Profiles.Rendering(ctx, a)
		if err != nil {
			return Rerendering{}, err
		}
		out := Rerendering{Waiting: r.Waiting, Failed: each(r.Failed, func(f profiles.Failure) NotRendered {
			params := f.Params
			if params == nil {
				params = playlists.Params{}
			}
			return NotRendered{f.Media, f.Title, f.Reason, params}
		})}
		if now := r.Running; now != nil {
			out.Running = &RerenderedNow{MediaID: now.Media, Title: now.Title, Profile: now.Profile, Progress: now.Progress}
		}
		return out, nil
	})
	handle(s, http.MethodPost, "/rendering/retry", "retry-rendering", "Try again what could not be rendered in the background", func(ctx context.Context, a playlists.Actor, _ *none) (nothing, error) {
		return nothing{}, s.Profiles.Retry(ctx, a)
	})
}

func profileShape(p profiles.Profile) Profile {
	w, h := p.Profile.Size()
	return Profile{
		Profile: p.Profile, Name: p.Name, Width: w, Height: h, BuiltIn: p.BuiltIn, Always: p.Always, Chosen: p.Chosen, Screens: p.Screens, Wanted: p.Wanted,
		Progress: ProfileProgress(p.Progress),
	}
}
