//go:build race

package e2e

// raced tells that the race detector watches, so that it watches the programs
// of the stories, too.
const raced = true
