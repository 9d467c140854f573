package stage

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// pageBeat is how often a player page confirms what it shows.
const pageBeat = time.Second

// directive is what an agent tells its page, as far as we need it.
type directive struct {
	Type string `json:"type"`
	View *struct {
		Slots []struct {
			Key     string `json:"key"`
			Kind    string `json:"kind"`
			Picture *struct {
				URL string `json:"url"`
			} `json:"picture"`
		} `json:"slots"`
	} `json:"view"`
}

// Page stands in for a player page: it confirms what it is told to show, and
// joins again when the agent has let it go, as the real one does.
type Page struct {
	leave context.CancelFunc
	done  sync.WaitGroup
}

// rejoinEvery is how soon a page that was let go tries to join again.
const rejoinEvery = 500 * time.Millisecond

// OpenPage joins an agent as a player page.
func OpenPage(t T, address string) *Page {
	t.Helper()
	ctx, leave := context.WithCancel(t.Context())
	conn, err := dialPage(ctx, address)
	if err != nil {
		leave()
		t.Fatalf("cannot join the player: %v", err)
	}
	p := &Page{leave: leave}
	p.done.Go(func() { p.stay(ctx, conn, address) })
	t.Cleanup(p.Close)
	return p
}

// stay keeps the page joined until ctx ends.
func (p *Page) stay(ctx context.Context, conn *websocket.Conn, address string) {
	again := time.NewTicker(rejoinEvery)
	defer again.Stop()
	for {
		if conn != nil {
			follow(ctx, conn)
		}
		select {
		case <-ctx.Done():
			return
		case <-again.C:
		}
		var err error
		if conn, err = dialPage(ctx, address); err != nil {
			conn = nil // the agent does not answer yet
		}
	}
}

// follow confirms what one connection says until it or ctx ends.
func follow(ctx context.Context, conn *websocket.Conn) {
	told := make(chan directive)
	var read sync.WaitGroup
	read.Go(func() { // ends when the connection does
		defer close(told)
		for {
			var d directive
			if conn.ReadJSON(&d) != nil || d.Type == "reload" {
				return
			}
			told <- d
		}
	})
	hangUp := context.AfterFunc(ctx, func() { conn.Close() })
	confirm(conn, told)
	hangUp()
	conn.Close()
	read.Wait()
}

func confirm(conn *websocket.Conn, told <-chan directive) {
	tick := time.NewTicker(pageBeat)
	defer tick.Stop()
	var key, kind string
	for {
		select {
		case d, open := <-told:
			if !open {
				return
			}
			if d.View == nil || len(d.View.Slots) == 0 {
				continue
			}
			key, kind = d.View.Slots[0].Key, d.View.Slots[0].Kind
		case <-tick.C:
			if key == "" {
				continue
			}
		}
		// An error is the connection's end, which the reader sees.
		_ = conn.WriteJSON(map[string]any{"type": "sync", "t0": 1})
		_ = conn.WriteJSON(map[string]any{"type": "shown", "key": key, "as": kind})
	}
}

// Close has the page leave.
func (p *Page) Close() {
	p.leave()
	p.done.Wait()
}

func dialPage(ctx context.Context, address string) (*websocket.Conn, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	conn, resp, err := websocket.DefaultDialer.DialContext(ctx, "ws://"+u.Host+"/player", http.Header{"Origin": {"http://" + u.Host}})
	if resp != nil {
		resp.Body.Close()
	}
	return conn, err
}

// FirstPicture joins an agent that is just starting and gives the moment at
// which the page had all bytes of the first picture.
func FirstPicture(t T, address string) time.Time {
	t.Helper()
	var conn *websocket.Conn
	for conn == nil {
		var err error
		if conn, err = dialPage(t.Context(), address); err != nil {
			if t.Context().Err() != nil {
				t.Fatalf("%v", err)
			}
			time.Sleep(time.Millisecond) // finer than Await: it is measured
		}
	}
	defer conn.Close()
	if err := conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatalf("%v", err)
	}
	for {
		var d directive
		if err := conn.ReadJSON(&d); err != nil {
			t.Fatalf("the agent does not say what to show: %v", err)
		}
		if d.View == nil || len(d.View.Slots) == 0 || d.View.Slots[0].Picture == nil {
			continue
		}
		resp, err := http.Get(address[:len(address)-1] + d.View.Slots[0].Picture.URL)
		if err != nil {
			t.Fatalf("%v", err)
		}
		n, err := io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		if err == nil && resp.StatusCode == http.StatusNotFound {
			continue // the programme has just changed, and the page is told of it
		}
		if err != nil || resp.StatusCode != http.StatusOK || n == 0 {
			t.Fatalf("the agent does not give the picture it says to show: %s, %d bytes, %v", resp.Status, n, err)
		}
		return time.Now()
	}
}
