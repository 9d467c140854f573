package httpapi

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"cotmoc/controller/internal/audit"
	"cotmoc/controller/internal/identity"
	"cotmoc/playlists"
)

// AuditEntry is an act as the audit log keeps it.
type AuditEntry struct {
	Seq     int64             `json:"seq"`
	At      time.Time         `json:"at"`
	Actor   Named             `json:"actor" doc:"Who did it, by today's name; empty for the system."`
	Kind    playlists.ActKind `json:"kind" doc:"Two words with a dot between, such as decision.review."`
	Subject playlists.ID      `json:"subject" doc:"What it was done to."`
	Detail  map[string]any    `json:"detail" doc:"Its name is what the subject was called then."`
	Hash    playlists.Digest  `json:"hash"`
}

func (s *Server) registerAudit() {
	handle(s, http.MethodGet, "/audit", "list-audit", "What people did, the newest first", func(ctx context.Context, a playlists.Actor, in *struct {
		From   time.Time `query:"from" doc:"Done at or after."`
		Until  time.Time `query:"until" doc:"Done before."`
		Kind   string    `query:"kind" maxLength:"60" pattern:"^[a-z_.]*$" doc:"A kind, or the first word of several."`
		Person string    `query:"person" maxLength:"20"`
		Cursor string    `query:"cursor" maxLength:"1000" doc:"next_cursor of the page before."`
		Limit  int       `query:"limit" minimum:"1" maximum:"200" default:"50"`
	}) (List[AuditEntry], error) {
		p, err := s.Audit.List(ctx, a, audit.Filter{Kind: in.Kind, Person: playlists.ID(in.Person), From: in.From, Until: in.Until, Cursor: in.Cursor, Limit: in.Limit})
		if err != nil {
			return List[AuditEntry]{}, err
		}
		_, people, err := s.Identity.Directory(ctx)
		if err != nil {
			return List[AuditEntry]{}, err
		}
		people[identity.Operator().ID] = identity.Operator().Name
		return List[AuditEntry]{NextCursor: p.Next, Total: p.Total, Items: each(p.Entries, func(k audit.Kept) AuditEntry {
			e := AuditEntry{Seq: k.Seq, At: time.UnixMilli(k.At).UTC(), Actor: Named{k.Actor, people[k.Actor]}, Kind: k.Kind, Subject: k.Subject, Hash: k.Hash}
			if json.Unmarshal(k.Detail, &e.Detail) != nil || e.Detail == nil {
				e.Detail = map[string]any{} // tampered with: verifying says so, reading goes on
			}
			return e
		})}, nil
	})
	handle(s, http.MethodGet, "/audit/people", "list-audit-people", "Those who did something that the log keeps", func(ctx context.Context, a playlists.Actor, _ *none) (List[Named], error) {
		ids, err := s.Audit.People(ctx, a)
		if err != nil {
			return List[Named]{}, err
		}
		_, people, err := s.Identity.Directory(ctx)
		if err != nil {
			return List[Named]{}, err
		}
		people[identity.Operator().ID] = identity.Operator().Name
		return List[Named]{Total: len(ids), Items: each(ids, func(id playlists.ID) Named { return Named{id, people[id]} })}, nil
	})
	s.mountAuditExport()
}

// mountAuditExport mounts the export, which is no JSON document and may be
// long.
func (s *Server) mountAuditExport() {
	op := operation(http.MethodGet, "/audit/export", "export-audit", "The whole audit log with its signed head")
	op.Responses = map[string]*huma.Response{
		"200":     {Description: "One entry a line, then a signed envelope; firmware-notes/audit.md says how it is checked.", Content: map[string]*huma.MediaType{exportType: {}}},
		"default": {Description: "What went wrong", Content: map[string]*huma.MediaType{problemType: {Schema: &huma.Schema{Ref: "#/components/schemas/Problem"}}}},
	}
	s.api.OpenAPI().AddOperation(&op)
	s.mux.HandleFunc("GET "+prefix+"/audit/export", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Sec-Fetch-Site") == "cross-site" { // it is written down, so it is no mere reading
			s.writeError(w, r, foreignOrigin())
			return
		}
		a := actor(r.Context())
		begun := false
		err := s.Audit.Export(r.Context(), a, func() io.Writer {
			begun = true
			w.Header().Set("Content-Type", exportType)
			w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="cotmoc-audit-%s.jsonl"`, s.now().UTC().Format("20060102-150405")))
			return w
		})
		switch {
		case err == nil:
		case begun: // without its last line, the signed head, nobody takes it for whole
			s.log.Warn("export of the audit log broke off", "error", err)
			panic(http.ErrAbortHandler)
		default:
			s.writeError(w, r, err)
		}
	})
}

const exportType = "application/jsonl"
