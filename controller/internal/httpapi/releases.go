package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"cotmoc/controller/internal/releases"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

const releasesPath = prefix + "/releases"

// buildTime is how long a program may take to come.
const buildTime = 15 * time.Minute

// AgentRelease is a version of the agent that its holders have signed.
type AgentRelease struct {
	ID        playlists.Digest  `json:"id" doc:"SHA-256 of what is signed."`
	Version   programme.Version `json:"version"`
	Floor     programme.Version `json:"floor" doc:"Once it has shown its picture, a screen takes none before this."`
	From      programme.Version `json:"from" doc:"The least version that it follows; empty for any."`
	Notes     string            `json:"notes"`
	IssuedAt  time.Time         `json:"issued_at"`
	ExpiresAt time.Time         `json:"expires_at"`
	AddedAt   time.Time         `json:"added_at"`
	AddedBy   string            `json:"added_by"`
	Stands    bool              `json:"stands" doc:"Enough of those have signed it whom the charter in force names."`
	Builds    []AgentBuild      `json:"builds"`
}

// AgentBuild is the program of a release for one platform.
type AgentBuild struct {
	OS     string           `json:"os"`
	Arch   string           `json:"arch"`
	SHA256 playlists.Digest `json:"sha256"`
	Size   int64            `json:"size"`
	Here   bool             `json:"here" doc:"Its bytes are here."`
}

// ClusterVersions says which versions run in a cluster.
type ClusterVersions struct {
	ID      playlists.ID    `json:"id"`
	Name    string          `json:"name"`
	Screens []ScreenVersion `json:"screens"`
}

// ScreenVersion is what a screen runs.
type ScreenVersion struct {
	ID      playlists.ID `json:"id"`
	Name    string       `json:"name"`
	Online  bool         `json:"online"`
	Version string       `json:"version" doc:"As it said last; empty when it never did."`
	State   string       `json:"state" doc:"Of its update: idle, fetching, waiting, trial, confirmed, rolled_back, refused; empty when it never said."`
	Reason  string       `json:"reason"`
}

// ReleaseOverview is the page of versions.
type ReleaseOverview struct {
	Releases  []AgentRelease    `json:"releases"`
	Plan      *ReleasePlan      `json:"plan,omitempty" doc:"That is open; absent when none is."`
	Past      []ReleasePlan     `json:"past"`
	Clusters  []ClusterVersions `json:"clusters"`
	Threshold int               `json:"threshold" doc:"How many holders sign a release; 0 when the charter names nobody."`
	Signers   int               `json:"signers"`
	MayStart  bool              `json:"may_start"`
}

func (s *Server) registerReleases() {
	handle(s, http.MethodGet, "/releases", "list-releases", "Releases of the agent, the plan that brings one to screens, and what runs where",
		func(ctx context.Context, a playlists.Actor, _ *none) (ReleaseOverview, error) {
			o, err := s.Releases.List(ctx, a)
			if err != nil {
				return ReleaseOverview{}, err
			}
			out := ReleaseOverview{
				Releases: each(o.Releases, releaseShape), Past: each(o.Past, planShape), Threshold: o.Threshold, Signers: o.Signers, MayStart: o.MayStart,
				Clusters: each(o.Clusters, func(c releases.Cluster) ClusterVersions {
					return ClusterVersions{c.ID, c.Name, each(c.Screens, func(v releases.Version) ScreenVersion {
						return ScreenVersion{v.Screen, v.Name, v.Online, v.Runs, v.State, v.Reason}
					})}
				}),
			}
			if o.Open != nil {
				p := planShape(*o.Open)
				out.Plan = &p
			}
			return out, nil
		})
	handle(s, http.MethodPost, "/releases", "add-release", "Take in a release that its holders have signed; its programs follow",
		func(ctx context.Context, a playlists.Actor, in *struct {
			Body struct {
				Envelope []byte `json:"envelope" doc:"The file that controller release sign has written."`
			}
		}) (AgentRelease, error) {
			r, err := s.Releases.Add(ctx, a, in.Body.Envelope)
			if err != nil {
				return AgentRelease{}, err
			}
			return releaseShape(releases.Listed{Release: *r, Stands: true, Lacks: r.Builds}), nil
		})
	s.mountBuilds()
}

// mountBuilds mounts the way in for programs, outside huma since they are
// large.
func (s *Server) mountBuilds() {
	op := operation(http.MethodPut, "/releases/{id}/builds/{sha256}", "put-release-build", "Store the bytes of a program that a release names")
	text := &huma.Schema{Type: huma.TypeString}
	op.Parameters = []*huma.Param{{Name: "id", In: "path", Required: true, Schema: text}, {Name: "sha256", In: "path", Required: true, Schema: text}}
	op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/octet-stream": {}}}
	op.Responses = map[string]*huma.Response{
		"204":     {Description: "They are here."},
		"default": {Description: "What went wrong", Content: map[string]*huma.MediaType{problemType: {Schema: &huma.Schema{Ref: "#/components/schemas/Problem"}}}},
	}
	s.api.OpenAPI().AddOperation(&op)
	s.mux.HandleFunc("PUT "+releasesPath+"/{id}/builds/{sha256}", func(w http.ResponseWriter, r *http.Request) {
		// A recorder without deadlines, as in tests, is no fault.
		_ = http.NewResponseController(w).SetReadDeadline(s.now().Add(buildTime))
		if err := s.Releases.AddBuild(r.Context(), actor(r.Context()), playlists.Digest(r.PathValue("id")), playlists.Digest(r.PathValue("sha256")), r.Body); err != nil {
			s.writeError(w, r, err)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
}

func releaseShape(r releases.Listed) AgentRelease {
	lacks := map[playlists.Digest]bool{}
	for _, b := range r.Lacks {
		lacks[b.Digest] = true
	}
	return AgentRelease{
		ID: r.Payload, Version: r.Version, Floor: r.Floor, From: r.From, Notes: r.Notes, IssuedAt: time.UnixMilli(r.IssuedAt).UTC(), ExpiresAt: time.UnixMilli(r.ExpiresAt).UTC(),
		AddedAt: r.At, AddedBy: r.ByName, Stands: r.Stands,
		Builds: each(r.Builds, func(b programme.Build) AgentBuild {
			return AgentBuild{b.OS, b.Arch, b.Digest, b.Size, !lacks[b.Digest]}
		}),
	}
}
