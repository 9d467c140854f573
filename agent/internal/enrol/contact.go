package enrol

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"cotmoc/agent/internal/trust"
	"cotmoc/playlists/wire"
)

const requestTime = 15 * time.Second

// contact is one connection to a controller that is not yet known. ca is the
// SHA-256 of the CA it showed.
type contact struct {
	client *http.Client
	ca     [32]byte
}

// contact prepares a connection under the CA with the given hash, or any.
func (e *Enroller) contact(pin *[32]byte) *contact {
	c := &contact{}
	c.client = &http.Client{
		Timeout:       requestTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DisableKeepAlives:   true,
			TLSHandshakeTimeout: requestTime,
			TLSClientConfig: &tls.Config{
				MinVersion: tls.VersionTLS13,
				// The chain is verified below against the CA it ends in.
				InsecureSkipVerify: true,
				VerifyConnection: func(s tls.ConnectionState) error {
					n := len(s.PeerCertificates)
					if n < 2 {
						return errors.New("cannot pair: the server does not show its CA; is this the agents' port of a controller?")
					}
					ca := s.PeerCertificates[n-1]
					sum := sha256.Sum256(ca.Raw)
					if pin != nil && sum != *pin {
						return fmt.Errorf("cannot trust the server, it shows sha256:%x: %w", sum, errOtherCA)
					}
					at, state := e.o.Now()
					if err := trust.VerifyServer(s, ca, at, state); err != nil {
						return err
					}
					c.ca = sum
					return nil
				},
			},
		},
	}
	return c
}

func (c *contact) close() { c.client.CloseIdleConnections() }

// do makes one request and reads a bounded answer.
func (c *contact) do(ctx context.Context, method, url string, body []byte, proof string) (int, []byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body))
	if err != nil {
		return 0, nil, fmt.Errorf("cannot reach the controller: %w", err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if proof != "" {
		req.Header.Set(wire.ProofHeader, proof)
	}
	resp, err := c.client.Do(req)
	if err != nil {
		return 0, nil, fmt.Errorf("cannot reach the controller: %w", err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, wire.MaxPairingAnswer+1))
	if err != nil {
		return 0, nil, fmt.Errorf("cannot read the controller's answer: %w", err)
	}
	if len(answer) > wire.MaxPairingAnswer {
		return 0, nil, fmt.Errorf("cannot read the controller's answer: more than %d bytes", wire.MaxPairingAnswer)
	}
	return resp.StatusCode, answer, nil
}
