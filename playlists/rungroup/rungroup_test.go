package rungroup

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func untilAsked(ctx context.Context) error { <-ctx.Done(); return nil }

func TestRun(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for _, c := range []struct {
		name  string
		parts map[string]func(context.Context) error
		after time.Duration // when the caller stops it; 0 never
		want  string        // part of the error, "" for none
		is    error
	}{
		{name: "the caller stops it", parts: map[string]func(context.Context) error{"a": untilAsked, "b": untilAsked}, after: time.Minute},
		{name: "a failure ends all and is named", parts: map[string]func(context.Context) error{"a": untilAsked, "b": func(context.Context) error { return broken }}, want: "b: broken", is: broken},
		{name: "a quiet end ends all", parts: map[string]func(context.Context) error{"a": untilAsked, "b": func(context.Context) error { return nil }}},
		{name: "a panic is a failure", parts: map[string]func(context.Context) error{"a": untilAsked, "b": func(context.Context) error { panic("oh") }}, want: "b: panic: oh"},
		{name: "one that hangs is named", parts: map[string]func(context.Context) error{
			"a":    untilAsked,
			"deaf": func(context.Context) error { time.Sleep(time.Hour); return nil },
		}, after: time.Second, want: "cannot stop deaf within 5s"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				g := New(slog.New(slog.DiscardHandler), 5*time.Second)
				for name, run := range c.parts {
					g.Add(name, run)
				}
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if c.after > 0 {
					time.AfterFunc(c.after, cancel)
				}
				err := g.Run(ctx)
				if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
					t.Fatalf("Run gave %v, want %q", err, c.want)
				}
				if c.is != nil && !errors.Is(err, c.is) {
					t.Fatalf("%v does not wrap %v", err, c.is)
				}
				time.Sleep(2 * time.Hour) // the deaf part ends inside the bubble
			})
		})
	}
}
