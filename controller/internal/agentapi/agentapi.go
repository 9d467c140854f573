// Package agentapi is the HTTPS listener for agents: pairing, which needs no
// certificate, the bytes of objects, which a screen gets when a programme
// signed for it names them, and the pictures of its glass that it sends.
package agentapi

import (
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"time"

	"cotmoc/controller/internal/ca"
	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// Pairings lets screen PCs pair.
type Pairings interface {
	OpenPairing(ctx context.Context, address string, req wire.PairingRequest) (wire.Pairing, error)
	PollPairing(ctx context.Context, id playlists.ID, proof []byte, host string) (wire.PairingState, error)
}

// Admission says whether a screen's certificate is still good.
type Admission interface {
	Admits(screen playlists.ID) bool
	// Holds tells whether a certificate is for the key of the PC that its screen
	// has now.
	Holds(screen playlists.ID, certificate *x509.Certificate) bool
}

// Grants says which objects a screen may have: those that a programme signed
// for it names, itself or through an object it names.
type Grants interface {
	Grants(ctx context.Context, screen playlists.ID, object playlists.Digest) (bool, error)
}

// Certificates judges and renews the certificates of screens.
type Certificates interface {
	// Ended tells whether a certificate is past its end; the listener has
	// verified everything else.
	Ended(c *x509.Certificate) bool
	Renew(ctx context.Context, screen playlists.ID, deviceKey []byte) (der []byte, err error)
}

// Objects gives the bytes.
type Objects interface {
	Open(ctx context.Context, d playlists.Digest) (r io.ReadSeekCloser, size int64, err error)
}

// Captures takes pictures of the glass.
type Captures interface {
	Take(ctx context.Context, screen playlists.ID, of wire.Capture, picture []byte) error
}

// Options are what a Handler needs.
type Options struct {
	Pairings  Pairings
	Admission Admission
	// Certificates knows the certificates that the listener lets in.
	Certificates Certificates
	Grants       Grants
	Objects      Objects
	Captures     Captures
	// Reached is told, at each request of a trusted screen, from which address
	// it came; by several goroutines.
	Reached func(screen playlists.ID, address string)
	MQTT    http.Handler // MQTT over WebSocket, for certificates that were verified
	Limits  Limits
	Log     *slog.Logger
}

// Bounds of one answer. A slow line is no fault: the time to write is renewed
// as long as the reader takes something.
const (
	smallAnswer  = 30 * time.Second
	writeStall   = time.Minute
	writeRenewal = 256 << 10 // bytes
)

// handler answers agents.
type handler struct {
	o       Options
	callers callers
}

// New makes the handler of the agents' listener. The TLS configuration of the
// listener must verify the client certificates that are given, all but their
// end.
func New(o Options) http.Handler {
	h := &handler{o: o, callers: callers{limits: o.Limits, each: map[string]*caller{}}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+wire.PathPairings, h.open)
	mux.HandleFunc("GET "+wire.PathPairings+"/{pairing}", h.poll)
	mux.HandleFunc("GET "+wire.PathObjects+"{digest}", h.object) // HEAD too
	mux.HandleFunc("GET "+wire.PathMQTT, h.mqtt)
	mux.HandleFunc("POST "+wire.PathCertificate, h.renew)
	mux.HandleFunc("POST "+wire.PathCaptures, h.capture)
	answers := h.limited(mux)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		// A recorder without deadlines, as in tests, is no fault.
		control := http.NewResponseController(w)
		_ = control.SetReadDeadline(time.Now().Add(smallAnswer))
		_ = control.SetWriteDeadline(time.Now().Add(smallAnswer))
		answers.ServeHTTP(w, r)
	})
}

func (h *handler) open(w http.ResponseWriter, r *http.Request) {
	req, err := readPairing(http.MaxBytesReader(w, r.Body, wire.MaxPairingBody))
	if err != nil {
		h.refuse(w, r, err)
		return
	}
	pairing, err := h.o.Pairings.OpenPairing(r.Context(), address(r), req)
	if err != nil {
		h.refuse(w, r, err)
		return
	}
	h.answer(w, http.StatusCreated, pairing)
}

// readPairing reads a pairing request strictly.
func readPairing(body io.Reader) (wire.PairingRequest, error) {
	var req wire.PairingRequest
	dec := json.NewDecoder(body)
	dec.DisallowUnknownFields()
	if err := dec.Decode(&req); err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return req, playlists.Errorf(playlists.TooLarge, "body_too_large", playlists.Params{"max": wire.MaxPairingBody}, "cannot read the pairing request: it has more than %d bytes", wire.MaxPairingBody)
		}
		return req, playlists.Errorf(playlists.Invalid, "body_malformed", nil, "cannot read the pairing request: %w", err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return req, playlists.Errorf(playlists.Invalid, "body_malformed", nil, "cannot read the pairing request: bytes follow it")
	}
	return req, nil
}

func (h *handler) poll(w http.ResponseWriter, r *http.Request) {
	id := playlists.ID(r.PathValue("pairing"))
	if err := id.Validate(); err != nil {
		h.refuse(w, r, err)
		return
	}
	proof, err := base64.StdEncoding.DecodeString(r.Header.Get(wire.ProofHeader))
	if err != nil {
		h.refuse(w, r, playlists.Errorf(playlists.Invalid, "proof_malformed", nil, "cannot read the header %s: it is not base64", wire.ProofHeader))
		return
	}
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = r.Host
	}
	state, err := h.o.Pairings.PollPairing(r.Context(), id, proof, host)
	if err != nil {
		h.refuse(w, r, err)
		return
	}
	h.answer(w, http.StatusOK, state)
}

// object gives an object's bytes. What a screen may not have is as absent to
// it as what is not there.
func (h *handler) object(w http.ResponseWriter, r *http.Request) {
	screen, err := h.screen(r)
	if err != nil {
		h.refuse(w, r, err)
		return
	}
	digest := playlists.Digest(r.PathValue("digest"))
	if err := digest.Validate(); err != nil {
		h.refuse(w, r, err)
		return
	}
	granted, err := h.o.Grants.Grants(r.Context(), screen, digest)
	if err == nil && !granted {
		err = noObject(digest)
	}
	if err != nil {
		h.refuse(w, r, err)
		return
	}
	content, _, err := h.o.Objects.Open(r.Context(), digest)
	if err != nil {
		if playlists.CodeOf(err) == playlists.NotFound {
			h.o.Log.ErrorContext(r.Context(), "object of a programme is missing", "object", digest, "screen", screen)
		}
		h.refuse(w, r, err)
		return
	}
	defer func() { _ = content.Close() }() // it was only read
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("ETag", strconv.Quote(string(digest)))
	w.Header().Set("Cache-Control", "private, max-age=31536000, immutable")
	certificate := r.TLS.PeerCertificates[0]
	trusted := func() bool { return h.o.Admission.Holds(screen, certificate) }
	http.ServeContent(&patient{ResponseWriter: w, control: http.NewResponseController(w), trusted: trusted}, r, "", time.Time{}, content)
}

// screen gives who calls, by the certificate of the connection, which must
// not have ended.
func (h *handler) screen(r *http.Request) (playlists.ID, error) {
	screen, certificate, err := h.holder(r)
	if err == nil && h.o.Certificates.Ended(certificate) {
		err = playlists.Errorf(playlists.Forbidden, "certificate_ended", nil, "cannot answer this to a certificate that has ended: ask for the next one at %s", wire.PathCertificate)
	}
	return screen, err
}

// holder gives who calls, by a certificate that may have ended.
func (h *handler) holder(r *http.Request) (playlists.ID, *x509.Certificate, error) {
	if r.TLS == nil || len(r.TLS.PeerCertificates) == 0 {
		return "", nil, playlists.Errorf(playlists.Unauthenticated, "certificate_missing", nil, "cannot answer this without a screen's certificate: pair first")
	}
	certificate := r.TLS.PeerCertificates[0]
	screen, ok := ca.ScreenOf(certificate)
	// Asked for each request: a connection may be older than a revocation.
	if !ok || !h.o.Admission.Holds(screen, certificate) {
		return "", nil, playlists.Errorf(playlists.Forbidden, "screen_revoked", nil, "cannot answer this to this certificate: it is no trusted screen's")
	}
	h.o.Reached(screen, address(r))
	return screen, certificate, nil
}

// mqtt hands a session over to the broker.
func (h *handler) mqtt(w http.ResponseWriter, r *http.Request) {
	if _, err := h.screen(r); err != nil {
		h.refuse(w, r, err)
		return
	}
	h.o.MQTT.ServeHTTP(w, r)
}

// renew gives a screen its next certificate. The handshake has proved that it
// holds the key.
func (h *handler) renew(w http.ResponseWriter, r *http.Request) {
	screen, certificate, err := h.holder(r)
	if err != nil {
		h.refuse(w, r, err)
		return
	}
	key, ok := certificate.PublicKey.(ed25519.PublicKey)
	if !ok {
		h.refuse(w, r, playlists.Errorf(playlists.Forbidden, "device_key_malformed", nil, "cannot renew a certificate of this kind of key: pair again"))
		return
	}
	der, err := h.o.Certificates.Renew(r.Context(), screen, key)
	if err != nil {
		h.refuse(w, r, err)
		return
	}
	h.answer(w, http.StatusOK, wire.Renewal{Certificate: der})
}

func noObject(d playlists.Digest) *playlists.Error {
	return playlists.Errorf(playlists.NotFound, "object_missing", playlists.Params{"digest": string(d)}, "cannot find the object %s for this screen", d)
}

// refusal is the body of an answer that is none.
type refusal struct {
	Code   playlists.Code `json:"code"`
	Reason string         `json:"reason"`
	Detail string         `json:"detail"`
}

func (h *handler) refuse(w http.ResponseWriter, r *http.Request, err error) {
	e, ok := errors.AsType[*playlists.Error](err)
	if !ok {
		if r.Context().Err() == nil {
			h.o.Log.ErrorContext(r.Context(), "agent request failed", "path", r.URL.Path, "error", err)
		}
		e = playlists.Errorf(playlists.Internal, "internal", nil, "cannot do this now: try again")
	}
	status := map[playlists.Code]int{
		playlists.Invalid: http.StatusBadRequest, playlists.NotFound: http.StatusNotFound, playlists.Conflict: http.StatusConflict,
		playlists.Forbidden: http.StatusForbidden, playlists.Unauthenticated: http.StatusUnauthorized, playlists.TooLarge: http.StatusRequestEntityTooLarge,
		playlists.RateLimited: http.StatusTooManyRequests, playlists.Unavailable: http.StatusServiceUnavailable,
	}[e.Code]
	switch {
	case e.Reason == "pairing_over":
		status = http.StatusGone // the agent begins another
	case status == 0:
		status = http.StatusInternalServerError
	}
	if status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "20")
	}
	h.answer(w, status, refusal{Code: e.Code, Reason: e.Reason, Detail: e.Message})
}

func (h *handler) answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the reader may be gone
}

func address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// patient renews the time to write while the reader takes what is written, so
// that a thin line may take hours and a dead one a minute. Who is revoked
// meanwhile gets nothing more.
type patient struct {
	http.ResponseWriter
	control *http.ResponseController
	trusted func() bool
	since   int
}

// Write implements io.Writer.
func (p *patient) Write(b []byte) (int, error) {
	if !p.trusted() {
		return 0, errors.New("the screen was revoked while it read")
	}
	if p.since == 0 || p.since > writeRenewal {
		p.since = 0
		_ = p.control.SetWriteDeadline(time.Now().Add(writeStall))
	}
	n, err := p.ResponseWriter.Write(b)
	p.since += n
	return n, err
}
