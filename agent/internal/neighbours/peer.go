package neighbours

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image/jpeg"
	"io"
	"net/http"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// The paths between neighbours.
const (
	pathReport  = "/peer/v1/report"
	pathCapture = "/peer/v1/capture/"
	pathSafe    = "/peer/v1/safe"
)

// maxPIN is the most bytes that a PIN is sent in.
const maxPIN = 64

// maxSide is the most pixels of a side of a capture.
const maxSide = 2048

// peer is one neighbour; the exchange's lock guards it.
type peer struct {
	neighbour programme.Neighbour
	asked     bool          // somebody asks it
	gone      chan struct{} // closed when it leaves the roster

	report  *programme.PeerReport
	since   time.Time // mono: of the report, or when it was first looked for
	history programme.PeerHistory
	failed  int // times in a row that it gave no report
	lying   string
	good    string // address at which it answered last

	picture playlists.Digest
	jpeg    []byte
}

// once asks a peer for its report, and for its capture if that is another.
func (x *Exchange) once(ctx context.Context, p *peer) {
	x.mu.Lock()
	from := p.neighbour
	x.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, askWithin)
	defer cancel()
	envelope, err := x.get(ctx, from.Screen, pathReport, programme.MaxPeerReport)
	if err == nil {
		err = x.take(p, &from, envelope)
	}
	if err != nil {
		if ctx.Err() == nil || errors.Is(ctx.Err(), context.DeadlineExceeded) {
			x.fail(p, err)
		}
		return
	}
	if err := x.fetch(ctx, p); err != nil {
		x.o.Log.Debug("cannot fetch a neighbour's capture", "neighbour", from.Screen, "error", err)
	}
}

// take judges a report.
func (x *Exchange) take(p *peer, from *programme.Neighbour, envelope []byte) error {
	r, payload, err := programme.VerifyPeerReport(envelope, from)
	x.mu.Lock()
	defer x.mu.Unlock()
	if err == nil {
		err = p.history.Admit(r, payload)
	}
	if err != nil {
		return err
	}
	if p.report == nil || p.report.Seq != r.Seq || p.report.Boot != r.Boot {
		p.report, p.since = r, x.o.Mono()
	}
	p.failed = 0
	if p.lying == wrongKey { // the right one answers
		p.lying = ""
		x.o.Problems.Clear(about(from.Screen))
	}
	return nil
}

// wrongKey is what is said of an address at which another key answers.
const wrongKey = "wrong_key"

// lies tells which refusals no honest neighbour and no fault can cause: who
// answered has the neighbour's own key.
func lies(r programme.Refusal) bool {
	return r == programme.BadSignature || r == programme.OtherScreen || r == programme.RolledBack || r == programme.Forked
}

// fail notes that a peer gave no report that counts.
func (x *Exchange) fail(p *peer, err error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	p.failed++
	p.good = ""
	lie := ""
	if r := programme.RefusalOf(err); lies(r) {
		lie = string(r)
	} else if errors.Is(err, errOtherKey) {
		lie = wrongKey
	}
	if p.failed == 1 || lie != "" {
		x.o.Log.Warn("neighbour gives no report", "neighbour", p.neighbour.Screen, "error", err)
	}
	if lie == "" && p.lying == wrongKey { // the stranger has gone
		p.lying = ""
		x.o.Problems.Clear(about(p.neighbour.Screen))
	}
	// What it has signed against itself stays said until its key is another's.
	if lie != "" && (p.lying == "" || p.lying == wrongKey) {
		p.lying = lie
		x.o.Problems.Set(about(p.neighbour.Screen), "peer_lying", fmt.Sprintf("%s: %v", p.neighbour.Name, err))
	}
}

// fetch fetches the capture that the newest report names, if it is not held.
func (x *Exchange) fetch(ctx context.Context, p *peer) error {
	x.mu.Lock()
	c, screen, has := p.report.Capture, p.neighbour.Screen, p.picture
	x.mu.Unlock()
	if c == nil {
		return x.keep(p, "", nil)
	}
	if c.Digest == has {
		return nil
	}
	select {
	case x.fetching <- struct{}{}:
		defer func() { <-x.fetching }()
	case <-ctx.Done():
		return ctx.Err()
	}
	b, err := x.get(ctx, screen, pathCapture+string(c.Digest), c.Size)
	if err != nil {
		return err
	}
	if playlists.DigestOf(b) != c.Digest {
		return fmt.Errorf("cannot use the capture %s: its bytes hash to something else", c.Digest)
	}
	size, err := jpeg.DecodeConfig(bytes.NewReader(b))
	if err != nil || size.Width > maxSide || size.Height > maxSide {
		return fmt.Errorf("cannot use the capture %s: it is no picture of a usable size: %w", c.Digest, err)
	}
	return x.keep(p, c.Digest, b)
}

// keep holds a capture in place of the one before.
func (x *Exchange) keep(p *peer, name playlists.Digest, b []byte) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	select {
	case <-p.gone:
		return nil
	default:
	}
	x.held -= len(p.jpeg)
	p.picture, p.jpeg = "", nil
	if x.held+len(b) > maxCaptures {
		return errors.New("cannot keep another capture: those of the others fill the memory for them")
	}
	x.held += len(b)
	p.picture, p.jpeg = name, b
	return nil
}

// get reads an answer of at most most bytes.
func (x *Exchange) get(ctx context.Context, screen playlists.ID, path string, most int64) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://"+string(screen)+hostSuffix+path, nil)
	if err != nil {
		return nil, err
	}
	return x.do(req, most)
}

func (x *Exchange) do(req *http.Request, most int64) ([]byte, error) {
	resp, err := x.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(io.LimitReader(resp.Body, most+1))
	switch {
	case err != nil:
		return nil, err
	case resp.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("cannot read the answer of a neighbour: it says %s", resp.Status)
	case int64(len(b)) > most:
		return nil, fmt.Errorf("cannot read the answer of a neighbour: it has more than %d bytes", most)
	}
	return b, nil
}

// Safe asks a neighbour to go to its slate. The neighbour judges the PIN
// itself.
func (x *Exchange) Safe(ctx context.Context, screen playlists.ID, pin string) (Answer, error) {
	x.mu.Lock()
	known := x.peers[screen] != nil
	x.mu.Unlock()
	if !known {
		return Answer{}, unknown(screen)
	}
	if len(pin) > maxPIN {
		return Answer{}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, safeWithin)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://"+string(screen)+hostSuffix+pathSafe, bytes.NewReader([]byte(pin)))
	if err != nil {
		return Answer{}, err
	}
	b, err := x.do(req, 1<<10)
	if err != nil {
		return Answer{}, fmt.Errorf("cannot reach a neighbour: %w", err)
	}
	var a Answer
	if err := json.Unmarshal(b, &a); err != nil {
		return Answer{}, fmt.Errorf("cannot read the answer of a neighbour: %w", err)
	}
	return a, nil
}
