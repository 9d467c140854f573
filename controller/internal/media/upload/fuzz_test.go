package upload_test

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"cotmoc/controller/internal/media/mediatest"
	"cotmoc/playlists"
)

// FuzzRequest lets somebody begin an upload, or go on with one, with any
// headers: it is refused with a reason or done, never our fault, and what is
// kept of the file's name is clean.
func FuzzRequest(f *testing.F) {
	name := func(s string) string { return "filename " + base64.StdEncoding.EncodeToString([]byte(s)) }
	f.Add("POST", "", "3", name("Cầu Treo.jpg"), "", "")
	f.Add("POST", "", "3", name("\x00\u202egnp.exe")+",title AAAA,unit", "", "")
	f.Add("POST", "", "-1", "filename", "0", "application/offset+octet-stream")
	f.Add("POST", "", "99999999999999999999", "filename %%%", "", "")
	f.Add("PATCH", "aaaaaaaaaaaaaaaa", "", "", "0", "application/offset+octet-stream")
	f.Add("HEAD", "../../etc/passwd", "", "", "", "")
	f.Add("DELETE", "x.info", "", "", "", "")
	dir := f.TempDir()
	h, closing, err := open(context.Background(), dir, limits())
	if err != nil {
		f.Fatal(err)
	}
	mediatest.People(f, filepath.Join(dir, "cotmoc.db"))
	f.Cleanup(func() {
		if err := closing(); err != nil {
			f.Error(err)
		}
	})
	ask := func(method, path string, header ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, base, strings.NewReader("abc"))
		r.URL.Path += path
		r.Header = http.Header{"Tus-Resumable": {"1.0.0"}, "Person": {mediatest.An}}
		for i := 0; i+1 < len(header); i += 2 {
			if header[i+1] != "" {
				r.Header.Set(header[i], header[i+1])
			}
		}
		w := httptest.NewRecorder()
		h.http.ServeHTTP(w, r)
		return w
	}
	f.Fuzz(func(t *testing.T, method, path, length, metadata, offset, mime string) {
		switch method {
		case http.MethodPost, http.MethodPatch, http.MethodHead, http.MethodDelete, http.MethodGet:
		default:
			method = http.MethodPost
		}
		w := ask(method, path, "Upload-Length", length, "Upload-Metadata", metadata, "Upload-Offset", offset, "Content-Type", mime)
		if w.Code >= http.StatusInternalServerError {
			t.Fatalf("%s: %d %s", method, w.Code, w.Body)
		}
		if method != http.MethodPost || w.Code != http.StatusCreated {
			return
		}
		id := strings.TrimPrefix(w.Header().Get("Location"), "http://example.com"+base)
		u, err := h.store.Upload(t.Context(), playlists.ID(id))
		if err != nil {
			t.Fatalf("%q was made, and then: %v", w.Header().Get("Location"), err)
		}
		if playlists.Clean(u.FileName) != u.FileName {
			t.Errorf("the name %q is kept", u.FileName)
		}
		if w := ask(http.MethodDelete, id); w.Code != http.StatusNoContent && u.FinishedAt.IsZero() {
			t.Fatalf("cannot cancel: %d %s", w.Code, w.Body)
		}
	})
}
