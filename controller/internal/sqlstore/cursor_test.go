package sqlstore

import (
	"slices"
	"testing"

	"cotmoc/playlists"
)

// FuzzCursor gives any text as the place in a list: it is refused, or gives
// keys that make the same place again.
func FuzzCursor(f *testing.F) {
	f.Add("", 2)
	f.Add(cursor("1", "b"), 2)
	f.Add(cursor("Cầu Treo", "aaaaaaaaaaaaaaaa", ""), 3)
	f.Add("AAAA", 3)
	f.Add("%", 1)
	f.Fuzz(func(t *testing.T, text string, n int) {
		if n < 1 || n > 4 {
			return
		}
		got, err := keys(text, n)
		if err != nil {
			if playlists.CodeOf(err) != playlists.Invalid {
				t.Fatalf("an error that blames us: %v", err)
			}
			return
		}
		if len(got) != n {
			t.Fatalf("%q gives %d keys, want %d", text, len(got), n)
		}
		if again, err := keys(cursor(got...), n); err != nil || !slices.Equal(again, got) {
			t.Fatalf("%q becomes %q: %v", got, again, err)
		}
	})
}
