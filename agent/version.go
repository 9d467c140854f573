package main

import (
	"runtime/debug"
	"time"
)

// madeAfter is a date that no build of this source is before.
const madeAfter = "2026-11-24T00:00:00Z"

// release is the version of a release, three numbers, set when one is built:
// -ldflags "-X main.release=1.4.2".
var release = ""

// version is that of the release, or the module's, or the commit it was built
// from.
func version() string {
	if release != "" {
		return release
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return s.Value[:12]
		}
	}
	return info.Main.Version
}

// slack is for clocks of developers that are not those of screens.
const slack = 24 * time.Hour

// built is when the source was last changed, less a slack: no clock is before
// it.
func built() time.Time {
	at, err := time.Parse(time.RFC3339, madeAfter)
	if err != nil {
		return time.Time{}
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if made, err := time.Parse(time.RFC3339, s.Value); s.Key == "vcs.time" && err == nil && made.After(at) {
				at = made
			}
		}
	}
	return at.Add(-slack)
}
