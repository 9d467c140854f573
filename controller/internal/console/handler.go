package console

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"
)

const (
	indexFile = "index.html"
	// workerFile is the service worker: it has the whole console as its scope.
	workerFile = "sw.js"
	// noncePlaceholder stands in the built index.html wherever a style nonce
	// is needed; Vite writes it there (html.cspNonce).
	noncePlaceholder = "__CSP_NONCE__"
	nonceBytes       = 18
)

// Handler serves the console from files: hashed assets as immutable, every
// other path without an extension as the application's index page with a
// fresh nonce in its Content-Security-Policy. random is the source of nonces
// (crypto/rand.Reader in service). A Handler is safe for concurrent use.
type Handler struct {
	files  fs.FS
	index  []byte // nil: the console has not been built
	random io.Reader
}

// NewHandler reads the index page once. An absent index page is no error: the
// handler then explains how to build the console.
func NewHandler(files fs.FS, random io.Reader) (*Handler, error) {
	index, err := fs.ReadFile(files, indexFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("cannot read the console's %s: %w", indexFile, err)
	}
	return &Handler{files: files, index: index, random: random}, nil
}

// Built says whether the console is part of this binary.
func (h *Handler) Built() bool { return h.index != nil }

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "cannot "+r.Method+" a page of the console: use GET", http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	if name == "" || name == indexFile || path.Ext(name) == "" {
		h.serveIndex(w, r)
		return
	}
	h.serveFile(w, r, name)
}

func (h *Handler) serveIndex(w http.ResponseWriter, r *http.Request) {
	if h.index == nil {
		serveNotBuilt(w, r)
		return
	}
	raw := make([]byte, nonceBytes)
	if _, err := io.ReadFull(h.random, raw); err != nil {
		http.Error(w, "cannot make a nonce for this page: try again", http.StatusInternalServerError)
		return
	}
	nonce := base64.StdEncoding.EncodeToString(raw)
	header := w.Header()
	header.Set("Content-Security-Policy", policy(nonce))
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Cache-Control", "no-store") // the nonce is for one answer only
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "same-origin")
	header.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
	page := bytes.ReplaceAll(h.index, []byte(noncePlaceholder), []byte(nonce))
	http.ServeContent(w, r, indexFile, time.Time{}, bytes.NewReader(page))
}

// kindOf gives the type of a file. Not every system knows that of manifests.
func kindOf(name string) string {
	if path.Ext(name) == ".webmanifest" {
		return "application/manifest+json"
	}
	return mime.TypeByExtension(path.Ext(name))
}

// policy is the page's Content-Security-Policy. Scripts come from files only.
// Style elements need the nonce: Mantine writes its variables and responsive
// rules into them. Style *attributes* in markup stay forbidden; what the
// console sets through the DOM's style objects is not subject to the policy.
func policy(nonce string) string {
	return strings.Join([]string{
		"default-src 'none'",
		"script-src 'self'",
		"style-src 'self' 'nonce-" + nonce + "'",
		"img-src 'self' blob: data:", // icons of the component library are data: images
		"media-src 'self' blob:",
		"font-src 'self'",
		"connect-src 'self'",
		"manifest-src 'self'",
		"base-uri 'none'",
		"form-action 'self'",
		"frame-ancestors 'none'",
	}, "; ")
}

func (h *Handler) serveFile(w http.ResponseWriter, r *http.Request, name string) {
	body, encoding, err := h.read(name, r.Header.Get("Accept-Encoding"))
	if err != nil {
		http.Error(w, "cannot find "+name+" in the console", http.StatusNotFound)
		return
	}
	header := w.Header()
	if kind := kindOf(name); kind != "" {
		header.Set("Content-Type", kind)
	}
	if name == workerFile {
		// It may fetch what the pages are made of, and nothing else.
		header.Set("Content-Security-Policy", "default-src 'none'; connect-src 'self'")
	}
	if encoding != "" {
		header.Set("Content-Encoding", encoding)
	}
	header.Set("Vary", "Accept-Encoding")
	header.Set("X-Content-Type-Options", "nosniff")
	if strings.HasPrefix(name, "assets/") { // names carry a hash of the content
		header.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		header.Set("Cache-Control", "no-cache")
	}
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(body))
}

// read returns the file, compressed when the build left a .gz beside it and
// the browser accepts that.
func (h *Handler) read(name, accepted string) (body []byte, encoding string, err error) {
	if strings.Contains(accepted, "gzip") {
		if body, err = fs.ReadFile(h.files, name+".gz"); err == nil {
			return body, "gzip", nil
		}
	}
	body, err = fs.ReadFile(h.files, name)
	return body, "", err
}
