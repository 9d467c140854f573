//go:build !clocktest

package app

import "cotmoc/agent/internal/trust"

// clockSource is the machine's own clock, always.
func clockSource() trust.Source { return trust.System() }
