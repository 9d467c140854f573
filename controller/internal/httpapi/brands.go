package httpapi

import (
	"context"
	"net/http"

	"cotmoc/controller/internal/slides"
	"cotmoc/playlists"
)

// brandPath is where a unit's brand is set, with its emblem in the body.
const (
	brandPath     = prefix + "/units/{id}/brand"
	maxEmblemBody = 4 << 20
)

// UnitBrand is how slides of a unit look.
type UnitBrand struct {
	Name    string `json:"name"`
	Main    string `json:"main" doc:"#rrggbb, under white letters."`
	Accent  string `json:"accent" doc:"#rrggbb, of stripes."`
	Emblem  []byte `json:"emblem" doc:"A small JPEG, or empty."`
	Version int    `json:"version" doc:"0 when the unit has set none."`
}

func (s *Server) registerBrands() {
	handle(s, http.MethodGet, "/units/{id}/brand", "get-brand", "How slides of a unit look", func(ctx context.Context, a playlists.Actor, in *ByID) (UnitBrand, error) {
		return brandOr(s.Slides.Kit(ctx, a, in.ID))
	})
	handle(s, http.MethodPut, "/units/{id}/brand", "set-brand", "Set how slides of a unit look from now on", func(ctx context.Context, a playlists.Actor, in *struct {
		ByID
		Body struct {
			Name       string `json:"name" maxLength:"240"`
			Main       string `json:"main" maxLength:"40"`
			Accent     string `json:"accent" maxLength:"40"`
			Emblem     []byte `json:"emblem,omitempty" doc:"A picture file; what there is stays without."`
			DropEmblem bool   `json:"drop_emblem,omitempty"`
			Version    int    `json:"version" doc:"That the person saw."`
		}
	}) (UnitBrand, error) {
		b := &in.Body
		return brandOr(s.Slides.SaveKit(ctx, a, in.ID, slides.KitChange{Name: b.Name, Main: b.Main, Accent: b.Accent, Emblem: b.Emblem, Drop: b.DropEmblem, Version: b.Version}))
	})
}

func brandOr(k *slides.Kit, err error) (UnitBrand, error) {
	if err != nil {
		return UnitBrand{}, err
	}
	return UnitBrand{Name: k.Name, Main: k.Main, Accent: k.Accent, Emblem: list(k.Picture), Version: k.Version}, nil
}
