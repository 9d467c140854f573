package httpapi

import "testing"

// Whatever the database says, bytes are given as what a browser cannot run.
func TestNoTypeThatRuns(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"image/jpeg": "image/jpeg", "video/mp4": "video/mp4",
		"text/html": "application/octet-stream", "image/svg+xml": "application/octet-stream", "application/xhtml+xml": "application/octet-stream",
		"application/pdf": "application/octet-stream", "": "application/octet-stream", "image/jpeg\r\nX: y": "application/octet-stream",
	} {
		if got := mediaType(given); got != want {
			t.Errorf("%q is given as %q, want %q", given, got, want)
		}
	}
}
