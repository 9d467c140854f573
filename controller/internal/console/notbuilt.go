package console

import "net/http"

// notBuilt is what a controller without a console says. It is plain text: no
// asset can be assumed to exist.
const notBuilt = `The console is not part of this binary: it has not been built.

Build it, then build the controller again:

    cd controller/internal/console/web
    npm ci
    npm run build

or run everything with:

    go run ./controller/up

The API is at /api/v1, its description at /api/openapi.json.
`

func serveNotBuilt(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusServiceUnavailable)
	if r.Method != http.MethodHead {
		_, _ = w.Write([]byte(notBuilt)) // the reader may be gone; nothing to do about it
	}
}
