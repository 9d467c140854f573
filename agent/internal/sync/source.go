package sync

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// Time that a source may take. A stream that gives nothing for stallTime is
// given up, however long it has run.
const (
	dialTime    = 15 * time.Second
	headerTime  = 30 * time.Second
	stallTime   = 30 * time.Second
	objectTime  = 2 * time.Minute
	idleTime    = 90 * time.Second
	idleStreams = documentStreams
)

// errRestart says that a partial file is no use to this source.
var errRestart = errors.New("the object cannot be gone on with from here")

// Controller fetches from the controller's agent listener.
type Controller struct {
	base   string
	client *http.Client
	stall  time.Duration
}

// NewController makes a source. base is https://host:port.
func NewController(base string, config *tls.Config) *Controller {
	return &Controller{
		base:  strings.TrimSuffix(base, "/"),
		stall: stallTime,
		client: &http.Client{
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			Transport: &http.Transport{
				DialContext:           (&net.Dialer{Timeout: dialTime}).DialContext,
				TLSClientConfig:       config,
				TLSHandshakeTimeout:   dialTime,
				ResponseHeaderTimeout: headerTime,
				IdleConnTimeout:       idleTime,
				MaxIdleConnsPerHost:   idleStreams,
				DisableCompression:    true,
				ReadBufferSize:        32 << 10,
			},
		},
	}
}

// Close drops idle connections.
func (c *Controller) Close() { c.client.CloseIdleConnections() }

// Object implements Source.
func (c *Controller) Object(ctx context.Context, d playlists.Digest) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, objectTime)
	defer cancel()
	resp, err := c.get(ctx, d, 0)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("cannot fetch object %s: the controller answered %s", d, resp.Status)
	}
	b, err := io.ReadAll(io.LimitReader(resp.Body, programme.MaxObject+1))
	if err != nil {
		return nil, fmt.Errorf("cannot fetch object %s: %w", d, err)
	}
	if len(b) > programme.MaxObject {
		return nil, fmt.Errorf("cannot fetch object %s: more than %d bytes", d, programme.MaxObject)
	}
	return b, nil
}

// Range implements Source.
func (c *Controller) Range(ctx context.Context, d playlists.Digest, offset, size int64) (io.ReadCloser, error) {
	ctx, cancel := context.WithCancel(ctx)
	resp, err := c.get(ctx, d, offset)
	if err != nil {
		cancel()
		return nil, err
	}
	body := &patient{body: resp.Body, cancel: cancel, stall: c.stall}
	body.timer = time.AfterFunc(c.stall, body.giveUp)
	if err := checkRange(resp, offset, size); err != nil {
		return nil, errors.Join(fmt.Errorf("cannot fetch object %s: %w", d, err), body.Close())
	}
	return body, nil
}

func (c *Controller) get(ctx context.Context, d playlists.Digest, offset int64) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+wire.PathObjects+string(d), nil)
	if err != nil {
		return nil, err
	}
	if offset > 0 {
		req.Header.Set("Range", "bytes="+strconv.FormatInt(offset, 10)+"-")
	}
	resp, err := c.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("cannot reach the controller: %w", err)
	}
	if resp.StatusCode == http.StatusNotFound {
		return nil, errors.Join(errAbsent, resp.Body.Close())
	}
	return resp, nil
}

// checkRange holds an answer against what was asked for and is known.
func checkRange(resp *http.Response, offset, size int64) error {
	switch resp.StatusCode {
	case http.StatusOK:
		if offset > 0 {
			return fmt.Errorf("the controller ignores ranges: %w", errRestart)
		}
		if resp.ContentLength >= 0 && resp.ContentLength != size {
			return fmt.Errorf("it has %d bytes where %d were signed: %w", resp.ContentLength, size, errAbsent)
		}
		return nil
	case http.StatusPartialContent:
		first, total, ok := parseContentRange(resp.Header.Get("Content-Range"))
		switch {
		case !ok || first != offset:
			return fmt.Errorf("the controller sent the range %.60q for byte %d: %w", resp.Header.Get("Content-Range"), offset, errRestart)
		case total != size:
			return fmt.Errorf("it has %d bytes where %d were signed: %w", total, size, errAbsent)
		}
		return nil
	case http.StatusRequestedRangeNotSatisfiable:
		return fmt.Errorf("the controller has no byte %d: %w", offset, errRestart)
	}
	return fmt.Errorf("the controller answered %s", resp.Status)
}

// parseContentRange reads "bytes first-last/total".
func parseContentRange(s string) (first, total int64, ok bool) {
	rest, ok := strings.CutPrefix(s, "bytes ")
	if !ok {
		return 0, 0, false
	}
	span, all, ok := strings.Cut(rest, "/")
	if !ok {
		return 0, 0, false
	}
	from, to, ok := strings.Cut(span, "-")
	if !ok {
		return 0, 0, false
	}
	first, err1 := strconv.ParseInt(from, 10, 64)
	last, err2 := strconv.ParseInt(to, 10, 64)
	total, err3 := strconv.ParseInt(all, 10, 64)
	if err1 != nil || err2 != nil || err3 != nil || first < 0 || last < first || last >= total {
		return 0, 0, false
	}
	return first, total, true
}

// patient is a body that is given up when nothing comes for a while.
type patient struct {
	body   io.ReadCloser
	cancel context.CancelFunc
	timer  *time.Timer
	stall  time.Duration
}

func (p *patient) giveUp() { p.cancel() }

// Read implements io.Reader.
func (p *patient) Read(b []byte) (int, error) {
	n, err := p.body.Read(b)
	p.timer.Reset(p.stall)
	return n, err
}

// Close implements io.Closer.
func (p *patient) Close() error {
	p.timer.Stop()
	p.cancel()
	return p.body.Close()
}
