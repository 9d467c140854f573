package agentapi

import (
	"errors"
	"io"
	"net/http"
	"strconv"

	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// capture takes a picture of the glass of the screen that calls.
func (h *handler) capture(w http.ResponseWriter, r *http.Request) {
	screen, err := h.screen(r)
	if err != nil {
		h.refuse(w, r, err)
		return
	}
	of, err := readCapture(r)
	if err != nil {
		h.refuse(w, r, err)
		return
	}
	picture, err := io.ReadAll(http.MaxBytesReader(w, r.Body, wire.MaxCapture))
	if err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			err = playlists.Errorf(playlists.TooLarge, "body_too_large", playlists.Params{"max": wire.MaxCapture}, "cannot take a capture of more than %d bytes", wire.MaxCapture)
		} else {
			err = playlists.Errorf(playlists.Invalid, "body_malformed", nil, "cannot read the capture: %w", err)
		}
		h.refuse(w, r, err)
		return
	}
	if err := h.o.Captures.Take(r.Context(), screen, of, picture); err != nil {
		h.refuse(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// readCapture reads what a picture is of.
func readCapture(r *http.Request) (wire.Capture, error) {
	q := r.URL.Query()
	at, err := strconv.ParseInt(q.Get("at"), 10, 64)
	if err != nil {
		return wire.Capture{}, playlists.Errorf(playlists.Invalid, "payload_malformed", nil, "cannot take a capture that was made at %.40q: give Unix milliseconds", q.Get("at"))
	}
	of := wire.Capture{Witness: wire.Witness(q.Get("witness")), Finding: wire.Finding(q.Get("finding")), At: at, Wanted: playlists.ID(q.Get("wanted"))}
	return of, of.Validate()
}
