package stage

import (
	"context"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"time"
)

// Await waits until a condition holds, and fails when it does not in time.
func Await(t T, bound time.Duration, what string, holds func() bool) {
	t.Helper()
	limit := time.NewTimer(bound)
	defer limit.Stop()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-limit.C:
			t.Fatalf("waited %s in vain for %s", bound, what)
		case <-t.Context().Done():
			t.Fatalf("%v", context.Cause(t.Context()))
		case <-tick.C:
		}
	}
}

// FreePort gives a port that was free a moment ago.
func FreePort(t T) string {
	t.Helper()
	for {
		// None of those that the system gives to connections meanwhile.
		port := strconv.Itoa(12_000 + rand.N(20_000))
		l, err := net.Listen("tcp", "127.0.0.1:"+port)
		if err == nil {
			defer l.Close()
			return port
		}
		if t.Context().Err() != nil {
			t.Fatalf("%v", err)
		}
	}
}

// maxFetch bounds what Fetch reads.
const maxFetch = 32 << 20

// Fetch reads an address; nil when it does not answer with 200 in a few
// seconds.
func Fetch(ctx context.Context, url string) []byte {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxFetch))
	if err != nil || resp.StatusCode != http.StatusOK {
		return nil
	}
	return body
}
