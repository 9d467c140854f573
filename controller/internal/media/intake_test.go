package media

import (
	"testing"

	"cotmoc/controller/internal/media/probe"
	"cotmoc/playlists"
)

// What is sent as a picture and is a film is refused, but for the pictures
// that move: the web calls them images.
func TestAsDeclared(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		declared, found string
		kind            playlists.Kind
		refused         bool
	}{
		{"image/jpeg", "image/png", playlists.Image, false},
		{"", "video/mp4", playlists.Video, false},
		{"application/octet-stream", "video/mp4", playlists.Video, false},
		{"image/jpeg", "video/mp4", playlists.Video, true},
		{"video/mp4", "image/jpeg", playlists.Image, true},
		{"image/gif", "image/gif", playlists.Video, false},
		{"video/mp4", "image/gif", playlists.Video, false},
		{"image/avif", "image/avif", playlists.Video, false},
	} {
		err := asDeclared(c.declared, &probe.Facts{Kind: c.kind, MIME: c.found})
		if (playlists.ReasonOf(err) == "type_differs") != c.refused {
			t.Errorf("%s that is %s: %v", c.declared, c.found, err)
		}
	}
}
