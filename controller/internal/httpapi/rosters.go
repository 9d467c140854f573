package httpapi

import (
	"context"
	"net/http"
	"time"

	"cotmoc/controller/internal/roster"
	"cotmoc/playlists"
)

// Site is the page that the screens of a cluster serve to phones beside them.
type Site struct {
	PINSetAt *time.Time   `json:"pin_set_at" nullable:"true" doc:"Null while there is no PIN: then the page stays closed."`
	Screens  []SiteScreen `json:"screens" doc:"By name."`
}

// SiteScreen is where a screen says it is at its site.
type SiteScreen struct {
	Screen      Named      `json:"screen"`
	Pages       []string   `json:"pages" doc:"Addresses with port, of https."`
	Fingerprint string     `json:"fingerprint" doc:"SHA-256 of the page's certificate, as browsers write it."`
	Addresses   []string   `json:"addresses" doc:"For its neighbours."`
	SaidAt      *time.Time `json:"said_at" nullable:"true" doc:"When it was last somewhere new; null when it has said nothing."`
}

// SitePIN is a PIN, shown once.
type SitePIN struct {
	PIN string `json:"pin"`
}

func (s *Server) registerRosters() {
	handle(s, http.MethodGet, "/clusters/{id}/site", "get-cluster-site", "Where the screens of a cluster serve their page at the site", func(_ context.Context, a playlists.Actor, in *ByID) (Site, error) {
		site, err := s.Rosters.Site(a, in.ID)
		return Site{PINSetAt: when(site.PINSetAt), Screens: each(site.Screens, siteScreenOf)}, err
	})
	handle(s, http.MethodPost, "/clusters/{id}/site-pin", "renew-site-pin", "Give the page of a site another PIN; it is shown this once", func(ctx context.Context, _ playlists.Actor, in *ByID) (SitePIN, error) {
		a, err := bySession(ctx) // whoever holds a token reads no PIN
		if err != nil {
			return SitePIN{}, err
		}
		pin, _, err := s.Rosters.RenewPIN(ctx, a, in.ID)
		return SitePIN{PIN: pin}, err
	})
}

func siteScreenOf(f roster.Found) SiteScreen {
	return SiteScreen{
		Screen: Named{ID: f.Screen.ID, Name: f.Screen.Name}, Pages: list(f.Place.Pages), Fingerprint: f.Place.Fingerprint,
		Addresses: list(f.Place.Addresses), SaidAt: when(f.Place.At),
	}
}
