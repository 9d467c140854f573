package httpapi

import (
	"context"
	"net/http"
	"strings"
	"time"

	"cotmoc/controller/internal/identity"
	"cotmoc/controller/internal/shortlink"
	"cotmoc/playlists"
)

// Scans is how often the codes of a slide were used.
type Scans struct {
	MediaID playlists.ID         `json:"media_id"`
	Title   string               `json:"title"`
	State   playlists.MediaState `json:"state" enum:"processing,failed,draft,submitted,reviewed,approved,returned,withdrawn"`
	Total   int                  `json:"total"`
	Days    []ScansOfDay         `json:"days" doc:"Those on which a code was used, by day and language."`
}

// ScansOfDay is how often readers of a language used a code on a day.
type ScansOfDay struct {
	Day      string `json:"day" format:"date"`
	Language string `json:"language" enum:"vi,en,lo,zh,other" doc:"That the reader wanted."`
	Scans    int    `json:"scans"`
}

// ScanReport is the uses of codes in a time.
type ScanReport struct {
	Offered bool    `json:"offered" doc:"Whether the controller has a public address for counted codes."`
	Since   string  `json:"since" format:"date" doc:"The first day."`
	Items   []Scans `json:"items"`
}

// ScanDays is the time that is asked about. Inputs embed it.
type ScanDays struct {
	Days int `query:"days" minimum:"1" maximum:"366" default:"30" doc:"So many days, today the last."`
}

// scansAtOnce and scanPause bound the uses of codes from one network: many
// phones share an address, and nobody follows thousands of codes.
const (
	scansAtOnce = 60
	scanPause   = 200 * time.Millisecond
)

func (s *Server) registerScans() {
	handle(s, http.MethodGet, "/scans", "list-scans", "How often the codes on slides were used", func(ctx context.Context, a playlists.Actor, in *struct{ ScanDays }) (ScanReport, error) {
		return s.scans(ctx, a, "", in.Days)
	})
	handle(s, http.MethodGet, "/slides/{id}/scans", "get-slide-scans", "How often the codes of a slide were used", func(ctx context.Context, a playlists.Actor, in *struct {
		ByID
		ScanDays
	}) (ScanReport, error) {
		if _, _, err := s.Slides.Get(ctx, a, in.ID); err != nil {
			return ScanReport{}, err
		}
		return s.scans(ctx, a, in.ID, in.Days)
	})
}

func (s *Server) scans(ctx context.Context, a playlists.Actor, media playlists.ID, days int) (ScanReport, error) {
	used, err := s.ShortLinks.Uses(ctx, a, media, days)
	if err != nil {
		return ScanReport{}, err
	}
	out := ScanReport{Offered: s.ShortLinks.Offered(), Since: s.ShortLinks.Since(days), Items: []Scans{}}
	for _, u := range used {
		item := Scans{MediaID: u.Media, Title: u.Title, State: u.State, Days: []ScansOfDay{}}
		for _, c := range u.Counts {
			item.Total += c.Scans
			item.Days = append(item.Days, ScansOfDay{c.Day, c.Language, c.Scans})
		}
		out.Items = append(out.Items, item)
	}
	return out, nil
}

// mountScans mounts what phones ask for: no call of the API, and no page of the
// console. Nothing about who asks is written down anywhere.
func (s *Server) mountScans() {
	limit := identity.NewLimiter(scansAtOnce, scanPause)
	s.mux.HandleFunc("GET "+shortlink.Path, func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Vary", "Accept-Language")
		if !limit.Allow(identity.Place(s.address(r)), s.now()) {
			h.Set("Retry-After", "10")
			writeNowhere(w, http.StatusTooManyRequests)
			return
		}
		page, err := s.ShortLinks.Follow(r.Context(), shortlink.Scan{
			Code:      strings.TrimPrefix(r.URL.Path, shortlink.Path),
			Accept:    r.Header.Get("Accept-Language"),
			Uncounted: r.Method != http.MethodGet || looksAhead(r.Header),
		})
		switch {
		case playlists.CodeOf(err) == playlists.NotFound:
			writeNowhere(w, http.StatusNotFound)
		case err != nil:
			s.log.ErrorContext(r.Context(), "a code was not followed", "error", err)
			writeNowhere(w, http.StatusServiceUnavailable)
		default:
			h.Set("Location", page)
			w.WriteHeader(http.StatusFound)
		}
	})
}
