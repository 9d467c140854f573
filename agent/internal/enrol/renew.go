package enrol

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"

	"cotmoc/agent/internal/state"
	"cotmoc/playlists/wire"
)

const (
	// lookEvery is how often it is asked whether the certificate is due.
	lookEvery = time.Hour
	// tryAgain is after an attempt failed, and while there is no session: that
	// may be because the certificate has ended.
	tryAgain    = 5 * time.Minute
	renewalTime = time.Minute
)

// Certificate gives the certificate that the screen shows now, for
// tls.Config.GetClientCertificate: a renewed one counts from the next
// connection on.
func (e *Enroller) Certificate(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
	en := e.Enrolled()
	if en == nil {
		return &tls.Certificate{}, nil
	}
	return &tls.Certificate{Certificate: [][]byte{en.Identity.Certificate}, PrivateKey: en.Key}, nil
}

// Renewal says over which connection the certificate is renewed.
type Renewal struct {
	Controller string      // https://host:port
	TLS        *tls.Config // pinned, with Certificate
	Connected  func() bool // whether the session stands

	look, again time.Duration // tests shorten them
}

// KeepCertificate renews the certificate until ctx ends: when a third of its
// life is left, and when it may have ended without the clock knowing.
func (e *Enroller) KeepCertificate(ctx context.Context, r Renewal) error {
	if r.look == 0 {
		r.look, r.again = lookEvery, tryAgain
	}
	transport := &http.Transport{TLSClientConfig: r.TLS, DisableKeepAlives: true, TLSHandshakeTimeout: 20 * time.Second}
	client := &http.Client{Transport: transport, Timeout: renewalTime, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	wait := r.again // the session has time to stand
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait*9/10 + rand.N(wait/5)):
		}
		connected := r.Connected()
		if wait = r.look; !connected {
			wait = r.again
		}
		if connected && !e.due() {
			continue
		}
		if err := e.renew(ctx, client, r.Controller); err != nil {
			wait = r.again
			if ctx.Err() == nil {
				e.o.Log.Warn("certificate not renewed", "error", err)
			}
		}
	}
}

// due tells whether a third of the certificate's life is left, or its end
// cannot be told.
func (e *Enroller) due() bool {
	at, clock := e.o.Now()
	cert, err := x509.ParseCertificate(e.Enrolled().Identity.Certificate)
	if err != nil || clock == wire.ClockLost {
		return true
	}
	return at.After(cert.NotAfter.Add(-cert.NotAfter.Sub(cert.NotBefore) / 3))
}

// renew asks once. The controller gives the present certificate when it finds
// that young.
func (e *Enroller) renew(ctx context.Context, client *http.Client, controller string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(controller, "/")+wire.PathCertificate, nil)
	if err != nil {
		return fmt.Errorf("cannot ask for a certificate: %w", err)
	}
	resp, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("cannot reach the controller: %w", err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, wire.MaxPairingBody))
	if err != nil {
		return fmt.Errorf("cannot read the controller's answer: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("cannot get a certificate: the controller answered %d: %.200s", resp.StatusCode, answer)
	}
	var given wire.Renewal
	if err := decode(answer, &given); err != nil {
		return err
	}
	return e.take(given.Certificate)
}

// take keeps the next certificate, when it is better than the present one.
func (e *Enroller) take(der []byte) error {
	present := e.Enrolled()
	if bytes.Equal(der, present.Identity.Certificate) {
		return nil
	}
	next := *present
	next.Identity.Certificate = der
	if err := next.check(); err != nil {
		return err
	}
	was, err := x509.ParseCertificate(present.Identity.Certificate)
	if err != nil {
		return fmt.Errorf("cannot read the present certificate: %w", err)
	}
	will, err := x509.ParseCertificate(der)
	if err != nil {
		return fmt.Errorf("cannot read the next certificate: %w", err)
	}
	if !will.NotAfter.After(was.NotAfter) {
		return errors.New("cannot take the certificate: it ends no later than the present one")
	}
	data, err := json.Marshal(&next)
	if err != nil {
		return fmt.Errorf("cannot encode the identity: %w", err)
	}
	if err := e.o.Store.SetDocument(state.Identity, data); err != nil {
		// It is asked for again after a restart.
		e.o.Log.Error("cannot keep the renewed certificate", "error", err)
	}
	e.mu.Lock()
	e.enrolled = &next
	e.mu.Unlock()
	e.o.Log.Info("certificate renewed", "until", will.NotAfter)
	return nil
}
