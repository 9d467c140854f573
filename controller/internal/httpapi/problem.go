package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"cotmoc/playlists"
)

// Problem is every error's body: RFC 9457 with our code, reason and params.
type Problem struct {
	Type   string         `json:"type" doc:"Always about:blank; the reason tells more."`
	Title  string         `json:"title" doc:"The status in words."`
	Status int            `json:"status"`
	Detail string         `json:"detail" doc:"A sentence that begins with \"cannot\" and says what to do."`
	Code   playlists.Code `json:"code" enum:"invalid,not_found,conflict,forbidden,unauthenticated,too_large,rate_limited,unavailable,internal"`
	Reason string         `json:"reason" doc:"What exactly, in snake_case; stable, for translation."`
	Params map[string]any `json:"params" doc:"The values in the sentence."`
}

// Error implements error.
func (p *Problem) Error() string { return p.Detail }

// GetStatus implements huma.StatusError.
func (p *Problem) GetStatus() int { return p.Status }

const problemType = "application/problem+json"

// ContentType implements huma.ContentTypeFilter.
func (p *Problem) ContentType(string) string { return problemType }

// statusOf is the one map from codes to statuses.
func statusOf(c playlists.Code) int {
	switch c {
	case playlists.Invalid:
		return http.StatusUnprocessableEntity
	case playlists.NotFound:
		return http.StatusNotFound
	case playlists.Conflict:
		return http.StatusConflict
	case playlists.Forbidden:
		return http.StatusForbidden
	case playlists.Unauthenticated:
		return http.StatusUnauthorized
	case playlists.TooLarge:
		return http.StatusRequestEntityTooLarge
	case playlists.RateLimited:
		return http.StatusTooManyRequests
	case playlists.Unavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// problemOf is the one mapper from errors to answers. What is not a
// playlists.Error is our fault: it is logged and its text stays inside.
func (s *Server) problemOf(ctx context.Context, err error) *Problem {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	e, ok := errors.AsType[*playlists.Error](err)
	if !ok {
		e = playlists.Errorf(playlists.Internal, "internal", nil, "cannot do this: something went wrong on the server; try again, and tell an administrator when it stays so")
	}
	if statusOf(e.Code) >= http.StatusInternalServerError && ctx.Err() == nil {
		s.log.ErrorContext(ctx, "request failed", "request", requestID(ctx), "error", err)
	}
	params := map[string]any(e.Params)
	if params == nil {
		params = map[string]any{}
	}
	status := statusOf(e.Code)
	return &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: e.Message, Code: e.Code, Reason: e.Reason, Params: params}
}

// WriteError answers a request outside huma (uploads, live updates) with the
// same problem document.
func (s *Server) writeError(w http.ResponseWriter, r *http.Request, err error) {
	p := s.problemOf(r.Context(), err)
	w.Header().Set("Content-Type", problemType)
	w.WriteHeader(p.Status)
	if r.Method != http.MethodHead {
		_ = json.NewEncoder(w).Encode(p) // the reader may be gone
	}
}

// ours turns the errors that huma makes itself, about input it could not
// read, into problems.
func ours(ctx huma.Context, _ string, v any) (any, error) {
	m, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	p := &Problem{Type: "about:blank", Title: http.StatusText(m.Status), Status: m.Status, Code: playlists.Invalid, Reason: "input_malformed", Params: map[string]any{}}
	switch m.Status {
	case http.StatusRequestEntityTooLarge:
		p.Code, p.Reason, p.Params["max"] = playlists.TooLarge, "body_too_large", ctx.Operation().MaxBodyBytes
	case http.StatusInternalServerError:
		p.Code, p.Reason = playlists.Internal, "internal"
	}
	sentence := strings.ToLower(m.Detail)
	if len(m.Errors) > 0 && m.Errors[0] != nil {
		first := m.Errors[0]
		field := strings.TrimPrefix(first.Location, "body.")
		p.Reason, p.Params["field"], p.Params["problem"] = "field_invalid", field, first.Message
		sentence = field + ": " + first.Message
	}
	p.Detail = "cannot read the request: " + sentence + "; see /api/openapi.json"
	return p, nil
}
