package httpapi

import (
	"context"
	"net/http"

	"cotmoc/controller/internal/themes"
	"cotmoc/playlists"
)

// Theme is a subject that media are about.
type Theme struct {
	ID       playlists.ID `json:"id"`
	ParentID playlists.ID `json:"parent_id" doc:"Empty at the top."`
	Name     string       `json:"name" doc:"In Vietnamese."`
	NameEN   string       `json:"name_en"`
	NameLO   string       `json:"name_lo"`
	Retired  bool         `json:"retired" doc:"Not given to media any more."`
	Uses     int          `json:"uses" doc:"Media that carry it itself."`
}

// ThemeNames are what a theme is called.
type ThemeNames struct {
	Name   string `json:"name" maxLength:"1000"`
	NameEN string `json:"name_en,omitempty" maxLength:"1000"`
	NameLO string `json:"name_lo,omitempty" maxLength:"1000"`
}

func (n ThemeNames) names() themes.Names {
	return themes.Names{Vietnamese: n.Name, English: n.NameEN, Lao: n.NameLO}
}

// Made names what a call has made.
type Made struct {
	ID playlists.ID `json:"id"`
}

func (s *Server) registerThemes() {
	handle(s, http.MethodGet, "/themes", "list-themes", "The tree of themes, each before those below it", func(ctx context.Context, a playlists.Actor, _ *none) (List[Theme], error) {
		all, err := s.Themes.List(ctx, a)
		items := each(all, func(t themes.Theme) Theme {
			return Theme{t.ID, t.Parent, t.Name, t.English, t.Lao, !t.Retired.IsZero(), t.Uses}
		})
		return List[Theme]{Items: items, Total: len(items)}, err
	})
	handle(s, http.MethodPost, "/themes", "add-theme", "Add a theme", func(ctx context.Context, a playlists.Actor, in *struct {
		Body struct {
			ThemeNames
			ParentID playlists.ID `json:"parent_id,omitempty" maxLength:"16"`
		}
	}) (Made, error) {
		id, err := s.Themes.Add(ctx, a, in.Body.ParentID, in.Body.names())
		return Made{id}, err
	})
	handle(s, http.MethodPatch, "/themes/{id}", "change-theme", "Rename, move or retire a theme", func(ctx context.Context, a playlists.Actor, in *struct {
		ByID
		Body struct {
			Names    *ThemeNames   `json:"names,omitempty"`
			ParentID *playlists.ID `json:"parent_id,omitempty" maxLength:"16" doc:"Empty for the top."`
			BeforeID *playlists.ID `json:"before_id,omitempty" maxLength:"16" doc:"A sister that it comes before; empty for the end."`
			Retired  *bool         `json:"retired,omitempty"`
		}
	}) (nothing, error) {
		c := themes.Change{Parent: in.Body.ParentID, Before: in.Body.BeforeID, Retired: in.Body.Retired}
		if in.Body.Names != nil {
			names := in.Body.Names.names()
			c.Names = &names
		}
		return nothing{}, s.Themes.Change(ctx, a, in.ID, c)
	})
	handle(s, http.MethodDelete, "/themes/{id}", "delete-theme", "Delete a theme that nothing carries", func(ctx context.Context, a playlists.Actor, in *ByID) (nothing, error) {
		return nothing{}, s.Themes.Delete(ctx, a, in.ID)
	})
	handle(s, http.MethodPost, "/themes/{id}/merge", "merge-theme", "Give another theme to all that carry this one", func(ctx context.Context, a playlists.Actor, in *struct {
		ByID
		Body struct {
			IntoID playlists.ID `json:"into_id" maxLength:"16"`
		}
	}) (nothing, error) {
		return nothing{}, s.Themes.Merge(ctx, a, in.ID, in.Body.IntoID)
	})
}
