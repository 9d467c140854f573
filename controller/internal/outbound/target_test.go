package outbound

import (
	"errors"
	"testing"
)

// The real dialler looks once more at what the kernel is told, so that even a
// mistake before it leads nowhere inside.
func TestTheSystemsDialerJudgesToo(t *testing.T) {
	t.Parallel()
	c := New(Options{})
	for _, address := range []string{"127.0.0.1:80", "[::1]:443", "127.0.0.1:22", "169.254.169.254:80"} {
		if conn, err := c.o.Dial(t.Context(), "tcp", address); !errors.Is(err, ErrAddress) {
			t.Errorf("%s: %v, %v", address, conn, err)
		}
	}
	if err := c.checkTarget(t.Context(), "93.184.216.34:443"); err != nil {
		t.Error(err)
	}
	if err := c.checkTarget(t.Context(), "93.184.216.34:25"); !errors.Is(err, ErrAddress) {
		t.Errorf("a mail server: %v", err)
	}
}
