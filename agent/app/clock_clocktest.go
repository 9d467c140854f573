//go:build clocktest

package app

import (
	"os"
	"time"

	"cotmoc/agent/internal/trust"
)

// clockSource lets a story start the agent with another clock: a build with
// the tag clocktest reads COTMOC_AGENT_CLOCK, an RFC 3339 time that is true at
// the start, held by no time server.
func clockSource() trust.Source {
	at, err := time.Parse(time.RFC3339, os.Getenv("COTMOC_AGENT_CLOCK"))
	if err != nil {
		return trust.System()
	}
	began := time.Now()
	return func() trust.Reading {
		powered := time.Since(began)
		return trust.Reading{Wall: at.Add(powered), Mono: powered}
	}
}
