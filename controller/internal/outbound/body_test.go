package outbound

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
)

// TestAnEndThatIsNone: what ends in good form when its time is over is a part,
// not the whole.
func TestAnEndThatIsNone(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		within time.Duration
		want   error
	}{
		"in time":             {time.Hour, nil},
		"as its time is over": {-time.Second, context.DeadlineExceeded},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), c.within)
		b := &body{from: io.NopCloser(strings.NewReader("<p><p>")), left: 100, ended: ctx.Err, cancel: cancel}
		if got, err := io.ReadAll(b); string(got) != "<p><p>" || !errors.Is(err, c.want) {
			t.Errorf("%s: read %q, %v", name, got, err)
		}
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	}
}
