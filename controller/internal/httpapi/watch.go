package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/gorilla/websocket"

	"cotmoc/controller/internal/watch"
	"cotmoc/playlists"
)

// How a live connection is kept. Changes are gathered for a moment, so that a
// thousand screens that change at once are few messages.
const (
	liveGather   = 200 * time.Millisecond
	livePing     = 20 * time.Second
	liveSilence  = 50 * time.Second // without a pong the reader is gone
	liveWrite    = 10 * time.Second // a reader that takes nothing for so long is dropped
	liveIdentity = 30 * time.Second // how often it is asked whether the person may still watch
	liveMaxRead  = 1024             // bytes: nothing is expected
)

// Watch is every screen that the person may watch.
type Watch struct {
	Now     time.Time    `json:"now"`
	Screens []watch.View `json:"screens"`
}

// liveSnapshot begins a live connection, liveScreen and liveGone follow.
type (
	liveSnapshot struct {
		Type    string       `json:"type"`
		Now     time.Time    `json:"now"`
		Screens []watch.View `json:"screens"`
	}
	liveScreen struct {
		Type   string     `json:"type"`
		Screen watch.View `json:"screen"`
	}
	liveGone struct {
		Type string       `json:"type"`
		ID   playlists.ID `json:"id"`
	}
	// liveNow is said with each ping, which pages are not told of: a page knows
	// by it that a line on which nothing changes stands.
	liveNow struct {
		Type string    `json:"type"`
		Now  time.Time `json:"now"`
	}
	// liveIncidents says that incidents or maintenance windows have changed; who
	// shows them asks anew.
	liveIncidents struct {
		Type string `json:"type"`
	}
)

func (s *Server) registerWatch() {
	handle(s, http.MethodGet, "/watch", "watch", "What every screen does; /watch/live follows it over a WebSocket", func(_ context.Context, a playlists.Actor, _ *none) (Watch, error) {
		if a.Reach(playlists.Watch).None() {
			return Watch{}, a.Require(playlists.Watch, playlists.Scope{})
		}
		return Watch{Now: s.now().UTC(), Screens: list(s.Board.Snapshot(a))}, nil
	})
	// Its origin is checked by the upgrader: browsers send the cookie with a
	// WebSocket of any site.
	upgrader := &websocket.Upgrader{HandshakeTimeout: liveWrite, ReadBufferSize: 1024, WriteBufferSize: 16 << 10, EnableCompression: true}
	s.mux.HandleFunc("GET "+prefix+"/watch/live", func(w http.ResponseWriter, r *http.Request) {
		sub, err := s.Board.Subscribe(actor(r.Context()))
		if err != nil {
			s.writeError(w, r, err)
			return
		}
		defer sub.Close()
		conn, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return // the upgrader has answered
		}
		defer func() { _ = conn.Close() }() // whatever it says, it is over
		s.live(r, conn, sub)
	})
}

// live sends what changes until the reader is gone or may watch no longer.
func (s *Server) live(r *http.Request, conn *websocket.Conn, sub *watch.Subscription) {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	conn.SetReadLimit(liveMaxRead)
	_ = conn.SetReadDeadline(time.Now().Add(liveSilence))
	conn.SetPongHandler(func(string) error { return conn.SetReadDeadline(time.Now().Add(liveSilence)) })
	go func() { // ends with the connection
		defer cancel()
		for {
			if _, _, err := conn.NextReader(); err != nil {
				return
			}
		}
	}()
	updates := make(chan watch.Update)
	go func() { // ends with the context
		defer close(updates)
		for {
			u, err := sub.Next(ctx)
			if err != nil {
				return
			}
			select {
			case updates <- u:
			case <-ctx.Done():
				return
			}
			select {
			case <-time.After(liveGather):
			case <-ctx.Done():
				return
			}
		}
	}()
	changed := s.incidentsChanged()
	ping, identity := time.NewTicker(livePing), time.NewTicker(liveIdentity)
	defer ping.Stop()
	defer identity.Stop()
	for {
		select {
		case u, ok := <-updates:
			if !ok || s.send(conn, u) != nil {
				return
			}
		case <-changed:
			changed = s.incidentsChanged()
			if writeLive(conn, liveIncidents{Type: "incidents"}) != nil {
				return
			}
		case <-ping.C:
			if conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(liveWrite)) != nil || s.tick(conn) != nil {
				return
			}
		case <-identity.C:
			if !s.mayStill(ctx, r) {
				bye := websocket.FormatCloseMessage(websocket.ClosePolicyViolation, "login_required")
				_ = conn.WriteControl(websocket.CloseMessage, bye, time.Now().Add(liveWrite))
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

// mayStill tells whether the person is still logged in with the same grants.
// When they changed the reader connects again under the new ones.
func (s *Server) mayStill(ctx context.Context, r *http.Request) bool {
	_, p, err := s.person(ctx, r)
	if err != nil || p.ID == "" {
		return false
	}
	before, now := actor(r.Context()), p.Actor()
	if len(before.Grants) != len(now.Grants) {
		return false
	}
	for i := range before.Grants {
		if before.Grants[i] != now.Grants[i] {
			return false
		}
	}
	return true
}

func (s *Server) tick(conn *websocket.Conn) error {
	return writeLive(conn, liveNow{Type: "now", Now: s.now().UTC()})
}

func writeLive(conn *websocket.Conn, v any) error {
	if err := conn.SetWriteDeadline(time.Now().Add(liveWrite)); err != nil {
		return err
	}
	return conn.WriteJSON(v)
}

// incidentsChanged gives what ends when an incident has changed; never when
// there are none.
func (s *Server) incidentsChanged() <-chan struct{} {
	if s.Incidents == nil {
		return nil
	}
	return s.Incidents.Changed()
}

func (s *Server) send(conn *websocket.Conn, u watch.Update) error {
	write := func(v any) error { return writeLive(conn, v) }
	if u.Snapshot {
		return write(liveSnapshot{Type: "snapshot", Now: s.now().UTC(), Screens: list(u.Screens)})
	}
	for _, v := range u.Screens {
		if err := write(liveScreen{Type: "screen", Screen: v}); err != nil {
			return err
		}
	}
	for _, id := range u.Gone {
		if err := write(liveGone{Type: "gone", ID: id}); err != nil {
			return err
		}
	}
	return nil
}
