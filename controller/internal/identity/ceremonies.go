package identity

import (
	"encoding/hex"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"cotmoc/playlists"
)

const (
	ceremonyTime  = 5 * time.Minute
	ceremonyBytes = 16
	maxCeremonies = 10_000 // at once, so that a flood of logins cannot take all memory
)

// ceremony is what we said to an authenticator.
type ceremony struct {
	data    webauthn.SessionData
	person  playlists.ID // "" for a login
	purpose Purpose      // "" for a login
	label   string
	ends    time.Time
}

// ceremonies remembers what was said until the answer comes, each once. A
// restart forgets them: people begin anew. It is safe for concurrent use.
type ceremonies struct {
	random io.Reader

	mu  sync.Mutex
	all map[string]ceremony
}

func (c *ceremonies) open(one ceremony, now time.Time) (string, error) {
	raw := make([]byte, ceremonyBytes)
	if _, err := io.ReadFull(c.random, raw); err != nil {
		return "", fmt.Errorf("cannot name a ceremony: %w", err)
	}
	id := hex.EncodeToString(raw)
	one.ends = now.Add(ceremonyTime)
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.all) >= maxCeremonies {
		for old, o := range c.all {
			if !now.Before(o.ends) {
				delete(c.all, old)
			}
		}
		for old := range c.all { // any one, when none has ended
			if len(c.all) < maxCeremonies {
				break
			}
			delete(c.all, old)
		}
	}
	c.all[id] = one
	return id, nil
}

// close gives a ceremony that was begun and is not over, and ends it.
func (c *ceremonies) close(id string, now time.Time) (ceremony, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	one, ok := c.all[id]
	delete(c.all, id)
	return one, ok && now.Before(one.ends)
}
