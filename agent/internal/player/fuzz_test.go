package player

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"testing"
	"time"

	"cotmoc/agent/internal/playout"
	"cotmoc/agent/internal/playout/playouttest"
	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// FuzzConfirmation lets a page say anything. Whatever it is, the screen reports
// what the controller takes, and claims to show nothing but what it holds.
func FuzzConfirmation(f *testing.F) {
	// "KEY" stands for the key of the slot that shows.
	f.Add([]byte(`{"type":"sync","t0":1e300}`))
	f.Add([]byte(`{"type":"shown","key":"KEY","as":"item"}`))
	f.Add([]byte(`{"type":"shown","key":"KEY","as":"slate"}`))
	f.Add([]byte(`{"type":"failed","key":"KEY","why":"ệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệ"}`))
	f.Add([]byte(`{"type":"hidden"}`))
	f.Add([]byte(`{"type":"pin","pin":"123456"}`))
	f.Add([]byte(`[]`))
	picture := []byte("a picture")
	f.Fuzz(func(t *testing.T, said []byte) {
		desk := playouttest.NewDesk()
		desk.Hold(playouttest.Programme(t, 1, nil, nil, playouttest.Entry{Word: "loop", Parts: []playouttest.Part{{Word: "a", Bytes: picture, Duration: time.Hour}}}))
		p := playout.New(desk.Options())
		s, err := New(Options{Playout: p, Ready: desk, Status: func() any { return p.Status() }, PIN: func(string) PINAnswer { return PINAnswer{} }, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		slot, err := json.Marshal(p.View().Slots[0].Key)
		if err != nil {
			t.Fatal(err)
		}
		syncs := make(chan float64, 1)
		for _, data := range [][]byte{said, bytes.ReplaceAll(said, []byte(`"KEY"`), slot), said} {
			_ = s.take(1, data, syncs, make(chan PINAnswer, 1)) // refusing is right
		}
		st := p.Status()
		data, err := wire.Encode(&wire.Reported{Showing: st.Showing, Problems: st.Problems, Clock: wire.Clock{State: wire.ClockTrusted}})
		if err != nil {
			t.Fatal(err)
		}
		if err := wire.Decode(data, &wire.Reported{}); err != nil {
			t.Errorf("the controller would refuse the report: %v", err)
		}
		if r := st.Showing.Rendition; r != "" && r != playlists.DigestOf(picture) {
			t.Errorf("%s is said to show", r)
		}
		select {
		case t0 := <-syncs:
			if _, err := json.Marshal(directive{Type: "sync", T0: t0}); err != nil {
				t.Errorf("cannot answer the page: %v", err)
			}
		default:
		}
	})
}
