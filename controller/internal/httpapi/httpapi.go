// Package httpapi is the controller's HTTP face for people and scripts: the
// API under /api/v1 with its OpenAPI document, who is asking, and the one map
// from errors to answers. One file a resource.
package httpapi

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/prometheus/client_golang/prometheus"

	"cotmoc/controller/internal/alerts"
	"cotmoc/controller/internal/approval"
	"cotmoc/controller/internal/assist"
	"cotmoc/controller/internal/audit"
	"cotmoc/controller/internal/captures"
	"cotmoc/controller/internal/charter"
	"cotmoc/controller/internal/checks"
	"cotmoc/controller/internal/fleet"
	"cotmoc/controller/internal/identity"
	"cotmoc/controller/internal/incidents"
	"cotmoc/controller/internal/inventory"
	"cotmoc/controller/internal/library"
	"cotmoc/controller/internal/media"
	"cotmoc/controller/internal/media/upload"
	"cotmoc/controller/internal/orders"
	"cotmoc/controller/internal/planning"
	"cotmoc/controller/internal/profiles"
	"cotmoc/controller/internal/proof"
	"cotmoc/controller/internal/publish"
	"cotmoc/controller/internal/releases"
	"cotmoc/controller/internal/restored"
	"cotmoc/controller/internal/roster"
	"cotmoc/controller/internal/settings"
	"cotmoc/controller/internal/shifts"
	"cotmoc/controller/internal/shortlink"
	"cotmoc/controller/internal/siteplan"
	"cotmoc/controller/internal/slides"
	"cotmoc/controller/internal/sources"
	"cotmoc/controller/internal/themes"
	"cotmoc/controller/internal/watch"
	"cotmoc/playlists"
)

// Config is what a Server is made of. A resource whose service is nil can
// still be described, not called.
type Config struct {
	Log      *slog.Logger
	Now      func() time.Time
	Random   io.Reader
	Version  string
	Secure   bool // people reach the console over TLS: cookies say so
	Proxied  bool // a proxy on this machine passes on what people ask, and says for whom
	Metrics  *prometheus.Registry
	Ready    map[string]func(context.Context) error // what must answer before we are ready
	Console  http.Handler                           // everything outside /api
	Sessions scs.CtxStore
	Services
}

// Services are the features behind the resources.
type Services struct {
	Identity *identity.Service
	Media    *media.Service
	Uploads  *upload.Desk
	Fleet    *fleet.Service
	Board    *watch.Board
	Captures *captures.Service

	SitePlans *siteplan.Service

	Proof    *proof.Service
	Approval *approval.Service
	Charter  *charter.Service
	Planning *planning.Service
	Publish  *publish.Service
	Audit    *audit.Service
	Orders   *orders.Service
	Restored *restored.Service
	Rosters  *roster.Service
	Sources  *sources.Service
	Checks   *checks.Service
	Slides   *slides.Service
	Settings *settings.Service

	Inventory *inventory.Service

	ShortLinks *shortlink.Service
	Themes     *themes.Service
	Library    *library.Service
	Profiles   *profiles.Service
	Incidents  *incidents.Service
	Releases   *releases.Service
	Alerts     *alerts.Service
	Shifts     *shifts.Service
	Assist     *assist.Service
}

// Server answers requests. It is safe for concurrent use.
type Server struct {
	Services
	log      *slog.Logger
	now      func() time.Time
	random   io.Reader
	proxied  bool
	sessions *scs.SessionManager
	mux      *http.ServeMux
	api      huma.API
	document []byte
	handler  http.Handler
}

// New registers every resource.
func New(cfg Config) (*Server, error) {
	s := &Server{Services: cfg.Services, log: cfg.Log, now: cfg.Now, random: cfg.Random, proxied: cfg.Proxied, sessions: newSessions(cfg.Sessions, cfg.Secure), mux: http.NewServeMux()}
	s.api = humago.New(s.mux, huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI:    "3.1.0",
			Info:       &huma.Info{Title: "cotmoc", Version: cfg.Version, Description: "Everything the console does is a call here. Log in with a session cookie, or send a personal token as \"Authorization: Bearer cmt_…\". Files are uploaded to /api/v1/uploads/ by the tus protocol, version 1.0."},
			Components: &huma.Components{Schemas: huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer), SecuritySchemes: securitySchemes(cfg.Secure)},
			Security:   []map[string][]string{{"session": {}}, {"token": {}}},
		},
		Formats:       map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat},
		DefaultFormat: "application/json",
		Transformers:  []huma.Transformer{ours},
	})
	s.registerResources()
	if err := s.mountUploads(); err != nil {
		return nil, err
	}
	if err := s.describe(); err != nil {
		return nil, err
	}
	s.mountPlain(cfg)
	s.handler = s.protect(cfg, s.mux)
	return s, nil
}

// registerResources lists the resources, one file each.
func (s *Server) registerResources() {
	s.registerSession()
	s.registerPasskeyLogin()
	s.registerSecurity()
	s.registerSessions()
	s.registerTokens()
	s.registerPeople()
	s.registerUnits()
	s.registerMedia()
	s.registerSubtitles()
	s.mountMediaBytes()
	s.registerUploads()
	s.registerFleet()
	s.registerSettings()
	s.registerRosters()
	s.registerDevices()
	s.registerTickets()
	s.registerWatch()
	s.registerCaptures()
	s.registerIncidents()
	s.registerMaintenance()
	s.registerRunbooks()
	s.registerSitePlans()
	s.registerRestored()
	s.registerPlays()
	s.registerApproval()
	s.registerDecisions()
	s.registerCharter()
	s.registerSigning()
	s.registerPlaylists()
	s.registerSchedule()
	s.registerPreview()
	s.registerPublish()
	s.registerAudit()
	s.registerOrders()
	s.registerSources()
	s.registerSearches()
	s.registerUpstream()
	s.registerFinds()
	s.registerChecks()
	s.registerSlides()
	s.registerSlidePreview()
	s.registerScans()
	s.registerThemes()
	s.registerFolders()
	s.registerLibrary()
	s.registerProfiles()
	s.registerSupplements()
	s.registerBrands()
	s.registerReleases()
	s.registerReleasePlans()
	s.registerAlerts()
	s.registerShifts()
	s.registerAssist()
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// OpenAPI gives the description of the API.
func (s *Server) OpenAPI() []byte { return s.document }

// describe writes the OpenAPI document once. No list in our answers is ever
// null, and none may be in what is sent.
func (s *Server) describe() error {
	for _, schema := range s.api.OpenAPI().Components.Schemas.Map() {
		listsAreNeverNull(schema)
	}
	var err error
	if s.document, err = json.MarshalIndent(s.api.OpenAPI(), "", "  "); err != nil {
		return fmt.Errorf("cannot describe the API: %w", err)
	}
	return nil
}

func listsAreNeverNull(s *huma.Schema) {
	if s == nil {
		return
	}
	if s.Type == huma.TypeArray {
		s.Nullable = false
	}
	listsAreNeverNull(s.Items)
	for _, p := range s.Properties {
		listsAreNeverNull(p)
	}
	if p, ok := s.AdditionalProperties.(*huma.Schema); ok {
		listsAreNeverNull(p)
	}
}

// mountPlain mounts what is no resource.
func (s *Server) mountPlain(cfg Config) {
	s.mux.HandleFunc("GET /api/openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/openapi+json")
		_, _ = w.Write(s.document) // the reader may be gone
	})
	s.mux.HandleFunc("/api/", func(w http.ResponseWriter, r *http.Request) {
		s.writeError(w, r, playlists.Errorf(playlists.NotFound, "no_such_call", playlists.Params{"method": r.Method}, "cannot find this call: see /api/openapi.json for those there are"))
	})
	s.mountHealth(cfg)
	s.mountScans()
	if cfg.Console != nil {
		s.mux.Handle("/", cfg.Console)
	}
}
