package apiclient

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"
)

// answerTime is how long a controller may take before it begins to answer with
// bytes; how long they take is for the caller's context.
const answerTime = time.Minute

// Options are how a client reaches a controller that it does not trust.
type Options struct {
	CA    *x509.CertPool // nil: the system's
	Token string         // "": by session
}

// NewWary makes a client that follows no redirect and says no secret over a
// line that others can read.
func NewWary(base string, o Options) (*Client, error) {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.User != nil || u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("cannot use %.200q as a controller's address: write it as https://name", base)
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
		return nil, fmt.Errorf("cannot use %.200q: what is said there can be read on the way; write it as https://name", base)
	}
	c, err := New(base)
	if err != nil {
		return nil, err
	}
	c.token = o.Token
	c.http.Transport = &http.Transport{
		Proxy: http.ProxyFromEnvironment, TLSClientConfig: &tls.Config{RootCAs: o.CA, MinVersion: tls.VersionTLS12},
		ResponseHeaderTimeout: answerTime, TLSHandshakeTimeout: 10 * time.Second, ForceAttemptHTTP2: true,
	}
	c.http.CheckRedirect = func(*http.Request, []*http.Request) error {
		return errors.New("it leads elsewhere; give its own address")
	}
	return c, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// identify says who is asking, when that is not for the session to say.
func (c *Client) identify(req *http.Request) {
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
}

// Open begins to read bytes below /api/v1.
func (c *Client) Open(ctx context.Context, path string) (io.ReadCloser, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+"/api/v1"+path, nil)
	if err != nil {
		return nil, err
	}
	c.identify(req)
	patient := *c.http
	patient.Timeout = 0
	resp, err := patient.Do(req)
	if err != nil {
		return nil, fmt.Errorf("cannot reach the controller: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		_ = resp.Body.Close() // nothing in it is wanted
		return nil, fmt.Errorf("cannot read %s: %s", path, resp.Status)
	}
	return resp.Body, nil
}
