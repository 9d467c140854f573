package httpapi

import (
	"context"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"cotmoc/playlists"
)

// prefix is where the API begins.
const prefix = "/api/v1"

// answer is a body as huma takes it.
type answer[T any] struct{ Body T }

// nothing is the answer of a call that has none.
type nothing struct{}

// none is the input of a call that takes none.
type none struct{}

// ByID is the input of a call about one thing. Inputs embed it, and huma reads
// embedded types only when they are exported.
type ByID struct {
	ID playlists.ID `path:"id" pattern:"^[a-z2-7]{16}$" doc:"16 lower-case letters and digits."`
}

// handle registers a call for logged-in people: method and path without
// prefix, an id for scripts and a summary. The right to do it is checked by
// the feature that fn calls.
func handle[I, O any](s *Server, method, path, id, summary string, fn func(context.Context, playlists.Actor, *I) (O, error)) {
	register(s, operation(method, path, id, summary), func(ctx context.Context, in *I) (O, error) {
		a := actor(ctx)
		if a.ID == "" {
			var zero O
			return zero, playlists.Errorf(playlists.Unauthenticated, "login_required", nil, "cannot do this without logging in: log in and try again")
		}
		return fn(ctx, a, in)
	})
}

func operation(method, path, id, summary string) huma.Operation {
	tag, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return huma.Operation{Method: method, Path: prefix + path, OperationID: id, Summary: summary, Tags: []string{tag}, MaxBodyBytes: mostOf(prefix + path)}
}

// register joins huma's way of calling with ours and documents problems.
func register[I, O any](s *Server, op huma.Operation, fn func(context.Context, *I) (O, error)) {
	var empty O
	_, silent := any(empty).(nothing)
	op.DefaultStatus = http.StatusOK
	if silent {
		op.DefaultStatus = http.StatusNoContent
	}
	s.documentProblems(&op)
	if silent {
		huma.Register(s.api, op, func(ctx context.Context, in *I) (*struct{}, error) {
			if _, err := fn(ctx, in); err != nil {
				return nil, s.problemOf(ctx, err)
			}
			return nil, nil
		})
		return
	}
	huma.Register(s.api, op, func(ctx context.Context, in *I) (*answer[O], error) {
		out, err := fn(ctx, in)
		if err != nil {
			return nil, s.problemOf(ctx, err)
		}
		return &answer[O]{Body: out}, nil
	})
}

// documentProblems says in the document how a call fails.
func (s *Server) documentProblems(op *huma.Operation) {
	problem := s.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Problem](), true, "Problem")
	op.Responses = map[string]*huma.Response{
		"default": {Description: "What went wrong", Content: map[string]*huma.MediaType{problemType: {Schema: problem}}},
	}
}

// problems maps the errors of a call that answers with more than a body.
func (s *Server) problems(ctx context.Context, fn func() (*session, error)) (*session, error) {
	out, err := fn()
	if err != nil {
		return nil, s.problemOf(ctx, err)
	}
	return out, nil
}

// bySession gives the actor of a session. Some things are not for tokens: one
// that leaked must not be able to renew itself or lock its owner out.
func bySession(ctx context.Context) (playlists.Actor, error) {
	a := actor(ctx)
	if a.ID == "" {
		return a, playlists.Errorf(playlists.Unauthenticated, "login_required", nil, "cannot do this without logging in: log in and try again")
	}
	if byToken(ctx) {
		return a, sessionRequired()
	}
	return a, nil
}

func byToken(ctx context.Context) bool {
	token, _ := ctx.Value(tokenKey).(bool)
	return token
}

func sessionRequired() error {
	return playlists.Errorf(playlists.Forbidden, "session_required", nil, "cannot do this with a token: log in to the console")
}
