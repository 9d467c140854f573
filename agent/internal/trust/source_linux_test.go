package trust

import (
	"errors"
	"testing"

	"golang.org/x/sys/unix"
)

// A clock is held by a time server only when the kernel says so in every way.
func TestSynced(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		state  int
		status int32
		err    error
		want   bool
	}{
		{unix.TIME_OK, unix.STA_PLL, nil, true},
		{unix.TIME_OK, unix.STA_PLL | unix.STA_UNSYNC, nil, false},
		{unix.TIME_ERROR, unix.STA_PLL, nil, false},
		{unix.TIME_OK, unix.STA_PLL, errors.New("not permitted"), false},
	} {
		if got := synced(c.state, c.status, c.err); got != c.want {
			t.Errorf("state %d, status %#x, %v: %t", c.state, c.status, c.err, got)
		}
	}
}
