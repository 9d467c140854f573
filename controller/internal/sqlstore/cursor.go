package sqlstore

import (
	"encoding/base64"
	"strings"

	"cotmoc/playlists"
)

// cursor gives the place after a row in a list, as its keys in order. People
// treat it as opaque.
func cursor(keys ...string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strings.Join(keys, "\x00")))
}

// keys gives the n keys of a cursor, empty ones for the beginning.
func keys(cursor string, n int) ([]string, error) {
	if cursor == "" {
		return make([]string, n), nil
	}
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	parts := strings.Split(string(b), "\x00")
	if err != nil || len(parts) != n {
		return nil, playlists.Errorf(playlists.Invalid, "cursor_malformed", nil, "cannot go on in the list from %.40q: give next_cursor of the page before", cursor)
	}
	return parts, nil
}

// pattern gives what finds folded text anywhere in a folded column. The
// wildcards of LIKE in it match any one character.
func pattern(text string) string {
	return "%" + strings.ReplaceAll(playlists.Fold(text), "%", "_") + "%"
}
