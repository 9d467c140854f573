package app_test

import (
	"testing"

	"cotmoc/controller/internal/incidents"
	"cotmoc/firmware-notes/runbooks"
)

// TestEveryRuleHasItsRunbook finds what to do about each rule, in every
// language.
func TestEveryRuleHasItsRunbook(t *testing.T) {
	t.Parallel()
	for _, s := range incidents.Specs() {
		for _, language := range runbooks.Languages() {
			if _, ok := runbooks.Read(string(s.Rule), language); !ok {
				t.Errorf("nobody says in %s what to do about %s", language, s.Rule)
			}
		}
	}
}
