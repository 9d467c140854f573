package runbooks_test

import (
	"io/fs"
	"path"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"cotmoc/firmware-notes/runbooks"
)

// TestEveryRunbookInEveryLanguage holds each to being the same in all
// languages: as many steps, warned of as much, and short enough to be read on a
// phone in the rain.
func TestEveryRunbookInEveryLanguage(t *testing.T) {
	t.Parallel()
	names, err := fs.Glob(runbooks.Files(), "*.vi.md")
	if err != nil || len(names) < 20 {
		t.Fatalf("%d runbooks, %v", len(names), err)
	}
	for _, file := range names {
		name := strings.TrimSuffix(path.Base(file), ".vi.md")
		kinds := ""
		for _, language := range runbooks.Languages() {
			b, ok := runbooks.Read(name, language)
			if !ok || b.Title == "" {
				t.Errorf("%s is not there in %s, or has no title", name, language)
				continue
			}
			got, steps := "", 0
			for _, part := range b.Blocks {
				got += part.Kind + " "
				if part.Kind == "step" {
					steps++
				}
				if len([]rune(part.Text)) > 220 || strings.Count(part.Text, "**")%2 != 0 || strings.ContainsAny(part.Text, "<>`[]") || part.Text != norm.NFC.String(part.Text) {
					t.Errorf("%s in %s cannot say: %s", name, language, part.Text)
				}
			}
			if steps < 3 || steps > 7 {
				t.Errorf("%s in %s has %d steps", name, language, steps)
			}
			if kinds == "" {
				kinds = got
			}
			if got != kinds {
				t.Errorf("%s in %s is %s, in Vietnamese %s", name, language, got, kinds)
			}
		}
	}
	if _, ok := runbooks.Read("../runbooks", "vi"); ok {
		t.Error("read what is no runbook")
	}
}
