package player

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/gorilla/websocket"

	"cotmoc/agent/internal/playout"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// Bounds of a page's socket.
const (
	maxPages   = 16
	maxMessage = 4 << 10 // bytes
	maxRate    = 50      // messages a second, over a few seconds
	writeWait  = 5 * time.Second
	pongWait   = 30 * time.Second
	pingEvery  = 10 * time.Second
)

// directive is what the agent tells a page.
type directive struct {
	Type  string      `json:"type"`            // hello, view, sync, reload, pin
	Build string      `json:"build,omitempty"` // hello: the page that belongs to this agent
	Now   float64     `json:"now,omitempty"`   // effective Unix milliseconds
	T0    float64     `json:"t0,omitempty"`    // sync: as the page sent it
	View  *viewOnPage `json:"view,omitempty"`
	PIN   *PINAnswer  `json:"pin,omitempty"`
}

// PINAnswer is what a person who has entered a PIN is told.
type PINAnswer struct {
	Right bool `json:"right"`
	Left  int  `json:"left"`   // tries that are left
	WaitS int  `json:"wait_s"` // seconds until the next try, 0 for none
}

type viewOnPage struct {
	Seq   uint64         `json:"seq"`
	Code  string         `json:"code"`
	Slate *pictureOnPage `json:"slate"`
	Slots []slotOnPage   `json:"slots"`
	Hurry bool           `json:"hurry"`
	// Bulletin is the text of a slot of that kind.
	Bulletin *bulletinOnPage `json:"bulletin"`
	// Pages are what a visitor may open by touch.
	Pages []pageOnPage `json:"pages"`
}

type pageOnPage struct {
	Key string `json:"key"`
	URL string `json:"url"`
}

type bulletinOnPage struct {
	Level programme.BulletinLevel  `json:"level"`
	Text  []programme.BulletinText `json:"text"`
}

type pictureOnPage struct {
	URL   string `json:"url"`
	Video bool   `json:"video"`
}

type slotOnPage struct {
	Key     string         `json:"key"`
	Kind    playout.Kind   `json:"kind"`
	Picture *pictureOnPage `json:"picture"`
	Start   float64        `json:"start"` // effective Unix milliseconds, 0 none
	End     float64        `json:"end"`
	From    float64        `json:"from"`
	FadeMS  int64          `json:"fade_ms"` // 0 cuts
	Touched bool           `json:"touched"` // a visitor has opened it
}

// confirmation is what a page tells the agent.
type confirmation struct {
	Type string       `json:"type"` // sync, shown, failed, hidden, pin, pad, touch
	T0   float64      `json:"t0"`   // sync: the page's own clock
	Key  string       `json:"key"`  // shown, failed: the slot; touch: the page, "" for all, "away" to leave
	As   playout.Kind `json:"as"`   // shown: what is painted in the slot
	Why  string       `json:"why"`  // failed
	PIN  string       `json:"pin"`  // pin: as entered
	Open bool         `json:"open"` // pad: it lies over the picture
}

func millis(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return float64(t.UnixMicro()) / 1000
}

func onPage(p playout.Picture) *pictureOnPage {
	if p.Rendition == "" {
		return nil
	}
	return &pictureOnPage{URL: "/objects/" + string(p.Rendition), Video: p.Video()}
}

func describe(v playout.View) *viewOnPage {
	out := &viewOnPage{Seq: v.Seq, Code: v.Code, Hurry: v.Hurry, Slots: []slotOnPage{}, Pages: []pageOnPage{}}
	for _, pg := range v.Pages {
		out.Pages = append(out.Pages, pageOnPage{Key: pg.Key, URL: onPage(pg.Picture).URL})
	}
	if v.Slate != nil {
		out.Slate = onPage(*v.Slate)
	}
	if b := v.Bulletin; b != nil {
		out.Bulletin = &bulletinOnPage{Level: b.Level, Text: b.Text}
	}
	for _, s := range v.Slots {
		sp := slotOnPage{Key: s.Key, Kind: s.Kind, Picture: onPage(s.Picture), Start: millis(s.Start), End: millis(s.End), From: millis(s.From), Touched: s.Touched}
		if s.Transition == playlists.Fade {
			sp.FadeMS = playlists.FadeDuration.Milliseconds()
		}
		out.Slots = append(out.Slots, sp)
	}
	return out
}

// socket joins a page to the playout until either ends.
func (s *Server) socket(w http.ResponseWriter, r *http.Request) {
	id, reload := s.pages.Add(1), make(chan struct{}, 1)
	s.mu.Lock()
	full := len(s.open) >= maxPages
	if !full {
		s.open[id] = reload
	}
	s.mu.Unlock()
	if full {
		http.Error(w, "cannot join another page: close one of those that show this screen", http.StatusServiceUnavailable)
		return
	}
	defer func() {
		s.mu.Lock()
		delete(s.open, id)
		delete(s.pads, id)
		s.mu.Unlock()
		s.o.Playout.Left(id)
	}()
	up := websocket.Upgrader{
		HandshakeTimeout: writeWait, ReadBufferSize: 1 << 10, WriteBufferSize: 4 << 10,
		CheckOrigin: func(*http.Request) bool { return true }, // guard has checked it
	}
	conn, err := up.Upgrade(w, r, nil)
	if err != nil {
		s.o.Log.Debug("page could not join", "error", err)
		return
	}
	ctx, cancel := context.WithCancel(r.Context())
	syncs, pins := make(chan float64, 8), make(chan PINAnswer, 1)
	written := make(chan struct{})
	go func() {
		defer close(written)
		defer cancel()
		if err := s.write(ctx, conn, syncs, pins, reload); err != nil {
			s.o.Log.Debug("page was lost", "page", id, "error", err)
		}
		if err := conn.Close(); err != nil {
			s.o.Log.Debug("page was closed already", "page", id, "error", err)
		}
	}()
	s.read(ctx, conn, id, syncs, pins)
	cancel()
	<-written
}

// read takes confirmations until the connection ends.
func (s *Server) read(ctx context.Context, conn *websocket.Conn, id uint64, syncs chan<- float64, pins chan<- PINAnswer) {
	conn.SetReadLimit(maxMessage)
	extend := func(string) error { return conn.SetReadDeadline(time.Now().Add(pongWait)) }
	conn.SetPongHandler(extend)
	budget, refilled := float64(maxRate*4), time.Now()
	for ctx.Err() == nil {
		if extend("") != nil {
			return
		}
		_, data, err := conn.ReadMessage()
		if err != nil {
			return
		}
		budget = min(budget+time.Since(refilled).Seconds()*maxRate, maxRate*4) - 1
		if refilled = time.Now(); budget < 0 {
			s.o.Log.Warn("page talks too much and is sent away", "page", id)
			return
		}
		if err := s.take(id, data, syncs, pins); err != nil {
			s.o.Log.Warn("page cannot be understood", "page", id, "error", err)
			return
		}
	}
}

// take acts on what a page says.
func (s *Server) take(id uint64, data []byte, syncs chan<- float64, pins chan<- PINAnswer) error {
	var c confirmation
	if err := json.Unmarshal(data, &c); err != nil {
		return err
	}
	switch c.Type {
	case "sync":
		select {
		case syncs <- c.T0:
		default: // it asks again
		}
	case "shown":
		s.o.Playout.Shown(id, c.Key, c.As)
	case "touch":
		s.o.Playout.Touched(c.Key)
	case "pin":
		select {
		case pins <- s.o.PIN(c.PIN):
		default: // the page does not wait for its answer
		}
	case "pad":
		s.padded(id, c.Open)
	case "failed":
		s.o.Playout.Failed(c.Key, c.Why)
	case "hidden":
		s.o.Playout.Left(id)
	}
	return nil
}

// write gives directives until ctx ends or the page does not take them.
func (s *Server) write(ctx context.Context, conn *websocket.Conn, syncs <-chan float64, pins <-chan PINAnswer, reload <-chan struct{}) error {
	send := func(d directive) error {
		d.Now = millis(s.o.Playout.Now())
		if err := conn.SetWriteDeadline(time.Now().Add(writeWait)); err != nil {
			return err
		}
		return conn.WriteJSON(d)
	}
	if err := send(directive{Type: "hello", Build: s.build}); err != nil {
		return err
	}
	ping := time.NewTicker(pingEvery)
	defer ping.Stop()
	var sent uint64
	for {
		changed := s.o.Playout.Changed()
		if v := s.o.Playout.View(); v.Seq != sent {
			if err := send(directive{Type: "view", View: describe(v)}); err != nil {
				return err
			}
			sent = v.Seq
		}
		var err error
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
		case t0 := <-syncs:
			err = send(directive{Type: "sync", T0: t0})
		case a := <-pins:
			err = send(directive{Type: "pin", PIN: &a})
		case <-reload:
			err = send(directive{Type: "reload"})
		case <-ping.C:
			err = conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeWait))
		}
		if err != nil {
			return err
		}
	}
}
