package app_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"cotmoc/controller/internal/media/mediatest"
	"cotmoc/playlists"
)

// A picture that is a page at its end comes back as a picture and nothing
// else, and what came in is never given back.
func TestUploadedBytesAreOnlyEverPictures(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	person(t, data, "an", playlists.Editor)
	root, _ := start(t, data)
	c, token := editor(t, root, "an")
	const page = "<!DOCTYPE html><script>alert(1)</script>"
	id := upload(t, c, "page.html.jpg", "", append(mediatest.JPEG(t, mediatest.Picture(320, 240)), page...))
	m, err := c.AwaitRenditions(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	at := root + "/api/v1/media/" + string(id)
	addresses := []string{at + "/poster", at + "/thumbnail", at + "/source-preview", root + m.Renditions[0].URL}
	for _, url := range addresses {
		resp, b := fetch(t, url, token, "Accept", "text/html")
		if resp.StatusCode != http.StatusOK || bytes.Contains(b, []byte("<script")) {
			t.Errorf("%s: %d, the page within: %v", url, resp.StatusCode, bytes.Contains(b, []byte("<script")))
		}
		for name, want := range map[string]string{
			"Content-Type": "image/jpeg", "X-Content-Type-Options": "nosniff", "Content-Disposition": "attachment",
			"Cross-Origin-Resource-Policy": "same-origin", "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
			"X-Frame-Options": "DENY",
		} {
			if got := resp.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", url, name, got, want)
			}
		}
	}
	if _, err := c.Upload(t.Context(), "a.jpg", "", int64(len(page)), strings.NewReader(page)); err == nil {
		t.Error("a page was taken in as a picture")
	}
	svg := `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`
	if _, err := c.Upload(t.Context(), "a.svg", "", int64(len(svg)), strings.NewReader(svg)); err == nil {
		t.Error("a drawing with a script was taken in")
	}
}
