package screencheck

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"cotmoc/agent/internal/devtools"
	"cotmoc/playlists/wire"
)

const (
	// captureSide is the longer side of a capture in pixels.
	captureSide = 480
	quality     = 60
	captureTime = 3 * time.Second
	callTime    = 2 * time.Second
	maxTargets  = 64
)

// errNoBrowser says that there is nothing to look at.
var errNoBrowser = errors.New("cannot see the browser: it is not there")

// Browser is the kiosk's browser as its pipe shows it: its pages, and what they
// have drawn. It is safe for concurrent use.
type Browser struct {
	url     string        // of the player page
	changed chan struct{} // a message: pages came, went or moved
	turn    chan struct{} // one capture at a time

	mu      sync.Mutex
	conn    *devtools.Conn // nil while there is none
	pages   []page         // oldest first
	frames  map[string]chan []byte
	arrived time.Time // of the browser
}

// page is one page target.
type page struct {
	id      string
	url     string
	session string
	since   time.Time // monotonic, since when it is at this address
}

// NewBrowser makes a witness of the browser that shows the player page.
func NewBrowser(url string) *Browser {
	return &Browser{url: url, changed: make(chan struct{}, 1), turn: make(chan struct{}, 1), frames: map[string]chan []byte{}}
}

// Talk follows one browser until ctx ends. It is the kiosk's.
func (b *Browser) Talk(ctx context.Context, conn *devtools.Conn) {
	var reading sync.WaitGroup
	reading.Go(func() { _ = conn.Run(b.heard) }) // it ends as the browser does
	b.mu.Lock()
	b.conn, b.pages, b.arrived = conn, nil, time.Now()
	b.mu.Unlock()
	call, cancel := context.WithTimeout(ctx, 30*time.Second)
	_ = conn.Call(call, "", "Target.setDiscoverTargets", map[string]bool{"discover": true}, nil) // without it there are no pages, which is seen
	cancel()
	<-ctx.Done()
	b.mu.Lock()
	b.conn, b.pages = nil, nil
	b.mu.Unlock()
	reading.Wait()
}

type targetInfo struct {
	TargetInfo struct {
		ID   string `json:"targetId"`
		Type string `json:"type"`
		URL  string `json:"url"`
	} `json:"targetInfo"`
	TargetID  string `json:"targetId"`
	SessionID string `json:"sessionId"`
}

type frame struct {
	Data      []byte `json:"data"`
	SessionID int64  `json:"sessionId"`
}

func (b *Browser) heard(e devtools.Event) {
	switch e.Method {
	case "Page.screencastFrame":
		var f frame
		if json.Unmarshal(e.Params, &f) != nil {
			return
		}
		b.mu.Lock()
		to := b.frames[e.Session]
		b.mu.Unlock()
		if to != nil {
			select {
			case to <- f.Data:
			default: // one is enough
			}
		}
	case "Target.targetCreated", "Target.targetInfoChanged", "Target.targetDestroyed", "Target.detachedFromTarget":
		var t targetInfo
		if json.Unmarshal(e.Params, &t) == nil {
			b.target(e.Method, &t)
		}
	}
}

func (b *Browser) target(method string, t *targetInfo) {
	b.mu.Lock()
	defer b.mu.Unlock()
	id := t.TargetInfo.ID
	if id == "" {
		id = t.TargetID
	}
	i := slices.IndexFunc(b.pages, func(p page) bool { return p.id == id })
	switch {
	case method == "Target.detachedFromTarget":
		for k := range b.pages {
			if b.pages[k].session == t.SessionID {
				b.pages[k].session = ""
			}
		}
		return
	case method == "Target.targetDestroyed":
		if i < 0 {
			return
		}
		b.pages = slices.Delete(b.pages, i, i+1)
	case t.TargetInfo.Type != "page":
		return
	case i < 0:
		if len(b.pages) >= maxTargets {
			return
		}
		b.pages = append(b.pages, page{id: id, url: t.TargetInfo.URL, since: time.Now()})
	case b.pages[i].url == t.TargetInfo.URL:
		return
	default:
		b.pages[i].url, b.pages[i].since = t.TargetInfo.URL, time.Now()
	}
	select {
	case b.changed <- struct{}{}:
	default: // it is known already
	}
}

// own tells whether an address is the player page's.
func (b *Browser) own(url string) bool {
	url, _, _ = strings.Cut(url, "#")
	return url == b.url
}

// look gives the player's page, nil when there is none, and all others.
func (b *Browser) look() (player *page, foreign []page, arrived time.Time, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.conn == nil {
		return nil, nil, time.Time{}, errNoBrowser
	}
	for _, p := range b.pages {
		if player == nil && b.own(p.url) {
			player = &p
		} else {
			foreign = append(foreign, p)
		}
	}
	return player, foreign, b.arrived, nil
}

// old tells whether a page that is not the player's is there for longer than
// pages are that only pass by.
func (p *page) old() bool {
	age := time.Since(p.since)
	return age >= blankTime || age >= pageTime && p.url != "" && p.url != "about:blank"
}

// attach gives a session with a page.
func (b *Browser) attach(ctx context.Context, id string) (*devtools.Conn, string, error) {
	b.mu.Lock()
	conn, session := b.conn, ""
	for _, p := range b.pages {
		if p.id == id {
			session = p.session
		}
	}
	b.mu.Unlock()
	if conn == nil {
		return nil, "", errNoBrowser
	}
	if session != "" {
		return conn, session, nil
	}
	var got struct {
		SessionID string `json:"sessionId"`
	}
	if err := conn.Call(ctx, "", "Target.attachToTarget", map[string]any{"targetId": id, "flatten": true}, &got); err != nil {
		return nil, "", err
	}
	if err := conn.Call(ctx, got.SessionID, "Page.enable", nil, nil); err != nil {
		return nil, "", err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := range b.pages {
		if b.pages[i].id == id {
			b.pages[i].session = got.SessionID
		}
	}
	return conn, got.SessionID, nil
}

// capture gives what a page has drawn last, as a small JPEG. It asks the
// compositor for a frame and touches neither the page's size nor its time.
func (b *Browser) capture(ctx context.Context, id string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, captureTime)
	defer cancel()
	select {
	case b.turn <- struct{}{}:
		defer func() { <-b.turn }()
	case <-ctx.Done():
		return nil, fmt.Errorf("cannot see the page: %w", ctx.Err())
	}
	conn, session, err := b.attach(ctx, id)
	if err != nil {
		return nil, err
	}
	got := make(chan []byte, 1)
	b.mu.Lock()
	b.frames[session] = got
	b.mu.Unlock()
	defer func() {
		b.mu.Lock()
		delete(b.frames, session)
		b.mu.Unlock()
	}()
	if err := conn.Call(ctx, session, "Page.startScreencast", map[string]any{"format": "jpeg", "quality": quality, "maxWidth": captureSide, "maxHeight": captureSide, "everyNthFrame": 1, "maxFramesInFlight": 1}, nil); err != nil {
		return nil, err
	}
	var frame []byte
	select {
	case frame = <-got:
	case <-ctx.Done():
		err = fmt.Errorf("cannot see the page: it has drawn nothing for %s", captureTime)
	}
	stop, cancelStop := context.WithTimeout(context.WithoutCancel(ctx), callTime)
	defer cancelStop()
	err = errors.Join(err, conn.Call(stop, session, "Page.stopScreencast", nil, nil))
	if err == nil && len(frame) > wire.MaxCapture {
		err = fmt.Errorf("cannot use a capture of %d bytes", len(frame))
	}
	if err != nil {
		return nil, err
	}
	return frame, nil
}

// end closes a page.
func (b *Browser) end(ctx context.Context, id string) error {
	return b.browserCall(ctx, "Target.closeTarget", map[string]string{"targetId": id})
}

// front brings a page before the others.
func (b *Browser) front(ctx context.Context, id string) error {
	return b.browserCall(ctx, "Target.activateTarget", map[string]string{"targetId": id})
}

// back leads a page to the player.
func (b *Browser) back(ctx context.Context, id string) error {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	conn, session, err := b.attach(ctx, id)
	if err != nil {
		return err
	}
	return conn.Call(ctx, session, "Page.navigate", map[string]string{"url": b.url}, nil)
}

func (b *Browser) browserCall(ctx context.Context, method string, params any) error {
	b.mu.Lock()
	conn := b.conn
	b.mu.Unlock()
	if conn == nil {
		return errNoBrowser
	}
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	return conn.Call(ctx, "", method, params, nil)
}
