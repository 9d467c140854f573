package main

import (
	"crypto/tls"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"cotmoc/controller/e2e/stage"
	"cotmoc/controller/internal/apiclient"
	"cotmoc/controller/internal/ca"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

type publishOptions struct{ screens, rounds int }

// publishResult is the line of JSON. The ratio is the median of the rounds'
// ratios, each of two measurements one right after the other, of which every
// other round has the reference first; each time is the median of its own.
type publishResult struct {
	Screens     int     `json:"screens"`
	DeliveredMS float64 `json:"delivered_ms"` // announced → the last screen has it
	RawMS       float64 `json:"raw_ms"`       // the same bytes by the bare broker
	Ratio       float64 `json:"ratio"`
	AckedP99MS  float64 `json:"acked_p99_ms"` // pressed → the controller knows of the screen
	PressedMS   float64 `json:"pressed_ms"`   // pressed → answered: compiled, verified, signed, stored
	Bytes       int     `json:"bytes"`        // of one programme
	Rounds      int     `json:"rounds"`
}

// coalesce is how long a real agent gathers changes before it reports.
const coalesce = 250 * time.Millisecond

// stored is how long the controller may take to store what it has heard.
const stored = 1500 * time.Millisecond

// wave is one publication on its way to the crowd.
type wave struct {
	mu        sync.Mutex
	delivered []time.Time // by screen, zero until then
	payloads  [][]byte
	left      int
	all       chan struct{}
}

func newWave(screens int) *wave {
	return &wave{delivered: make([]time.Time, screens), payloads: make([][]byte, screens), left: screens, all: make(chan struct{})}
}

func (w *wave) arrive(i int, payload []byte) {
	at := time.Now()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.payloads[i] != nil {
		return
	}
	w.delivered[i], w.payloads[i] = at, payload
	if w.left--; w.left == 0 {
		close(w.all)
	}
}

// last waits for all screens and gives when the last one had it.
func (w *wave) last(t stage.T) time.Time {
	t.Helper()
	select {
	case <-w.all:
	case <-time.After(2 * time.Minute):
		t.Fatalf("%d screens have not got their programme in two minutes", w.left)
	}
	return slices.MaxFunc(w.delivered, time.Time.Compare)
}

// current is the wave that arrivals belong to.
type current struct {
	mu sync.Mutex
	w  *wave
}

func (c *current) begin(screens int) *wave {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.w = newWave(screens)
	return c.w
}

func (c *current) arrive(i int, payload []byte) {
	c.mu.Lock()
	w := c.w
	c.mu.Unlock()
	if w != nil {
		w.arrive(i, payload)
	}
}

func measurePublish(t stage.T, programs stage.Programs, o publishOptions) publishResult {
	t.Helper()
	s := stage.New(t, programs)
	media := s.Approved("anh.png", "Ảnh", stage.Photo(t, 1))
	s.Slate(media)
	playlist := s.Playlist("Danh sách", media)
	s.Schedule("Cả ngày", playlist, 1)
	s.Controller.Stop()
	devices := enrol(t, s, o.screens)
	s.Controller.Start()
	s.AwaitReady()

	var ours, raw current
	connectAll(t, s.Broker, devices, func(i int, c mqtt.Client, m mqtt.Message) {
		ours.arrive(i, m.Payload())
		acknowledge(c, devices[i].id, m.Payload())
	})
	bare := startRawBroker(t, filepath.Join(s.Data, "keys"))
	connectAll(t, bare, devices, func(i int, _ mqtt.Client, m mqtt.Message) { raw.arrive(i, m.Payload()) })
	publisher := dialAsController(t, bare, filepath.Join(s.Data, "keys"))

	var rounds []publishResult
	var payloads [][]byte // of the last round: as many bytes as those of this one
	for round := range o.rounds + warmUp {
		touch(t, s, playlist, media, round)
		reference := 0.0
		if rawFirst := round%2 == 1; rawFirst {
			reference = publishRaw(t, publisher, devices, payloads, raw.begin(o.screens))
			pause(t, coalesce) // as much as the other way round
		}
		var r publishResult
		r, payloads = publishOnce(t, s, ours.begin(o.screens))
		if reference == 0 {
			reference = publishRaw(t, publisher, devices, payloads, raw.begin(o.screens))
		}
		if round < warmUp {
			continue // connections, caches and heaps
		}
		r.RawMS, r.Ratio = reference, r.DeliveredMS/reference
		rounds = append(rounds, r)
		t.Logf("round %d: %+v", round-warmUp+1, r)
	}
	middle := func(figure func(*publishResult) float64) float64 {
		all := make([]float64, len(rounds))
		for i := range rounds {
			all[i] = figure(&rounds[i])
		}
		return share(all, 50)
	}
	return publishResult{
		Screens: o.screens, Rounds: o.rounds, Bytes: len(payloads[0]),
		DeliveredMS: middle(func(r *publishResult) float64 { return r.DeliveredMS }),
		RawMS:       middle(func(r *publishResult) float64 { return r.RawMS }),
		Ratio:       middle(func(r *publishResult) float64 { return r.Ratio }),
		AckedP99MS:  middle(func(r *publishResult) float64 { return r.AckedP99MS }),
		PressedMS:   middle(func(r *publishResult) float64 { return r.PressedMS }),
	}
}

// warmUp is how many rounds do not count.
const warmUp = 2

// touch changes the playlist, so that every screen's programme changes.
func touch(t stage.T, s *stage.Stage, playlist string, media *apiclient.Media, round int) {
	t.Helper()
	var p struct {
		Version int `json:"version"`
	}
	if err := s.Editor.Get(t.Context(), "/playlists/"+playlist, &p); err != nil {
		t.Fatalf("%v", err)
	}
	items := []stage.Object{{"media_id": media.ID, "duration_ms": 5000 + round*1000, "transition": "cut"}}
	if err := s.Editor.Put(t.Context(), "/playlists/"+playlist, stage.Object{"base_version": p.Version, "title": "Danh sách", "items": items}, nil); err != nil {
		t.Fatalf("%v", err)
	}
}

// publishOnce presses the button and follows the publication to the last
// acknowledgement.
func publishOnce(t stage.T, s *stage.Stage, w *wave) (publishResult, [][]byte) {
	t.Helper()
	pressed := time.Now()
	id := s.Publish()
	answered := time.Now()
	last := w.last(t)
	acked := awaitAcked(t, s, id, len(w.payloads))
	return publishResult{
		PressedMS:   ms(answered.Sub(pressed)),
		DeliveredMS: ms(last.Sub(announcedAt(t, s))),
		AckedP99MS:  ms(acked[len(acked)*99/100].Sub(pressed)),
	}, w.payloads
}

// announcedAt reads from the controller's log when it had stored the newest
// publication and began to announce it.
func announcedAt(t stage.T, s *stage.Stage) time.Time {
	t.Helper()
	lines := strings.Split(s.Controller.Log(), "\n")
	for _, line := range slices.Backward(lines) {
		if !strings.Contains(line, `msg="programmes published"`) {
			continue
		}
		stamp, _, _ := strings.Cut(strings.TrimPrefix(line, "time="), " ")
		at, err := time.Parse("2006-01-02T15:04:05.000Z07:00", stamp)
		if err != nil {
			t.Fatalf("cannot read the controller's log: %v", err)
		}
		return at
	}
	t.Fatalf("cannot find the publication in the controller's log")
	return time.Time{}
}

// awaitAcked gives when the controller heard of each screen that it has the
// programme, in order.
func awaitAcked(t stage.T, s *stage.Stage, publication string, screens int) []time.Time {
	t.Helper()
	var acked []time.Time
	pause(t, stored) // asking costs the machine that is measured
	stage.Await(t, time.Minute, "all acknowledgements", func() bool {
		var p struct {
			Screens []struct {
				Stage string    `json:"stage"`
				At    time.Time `json:"at"`
			} `json:"screens"`
		}
		if err := s.Editor.Get(t.Context(), "/publications/"+publication, &p); err != nil {
			t.Fatalf("%v", err)
		}
		acked = acked[:0]
		for _, sc := range p.Screens {
			if sc.Stage != "desired" {
				acked = append(acked, sc.At)
			}
		}
		return len(acked) == screens
	})
	slices.SortFunc(acked, time.Time.Compare)
	return acked
}

// acknowledge reports as a real agent does that has all bytes already and
// shows the programme. It reads the programme only then: each real screen has
// a processor of its own, here they would keep the next ones waiting.
func acknowledge(c mqtt.Client, screen playlists.ID, envelope []byte) {
	time.AfterFunc(coalesce, func() {
		var e programme.Envelope
		var p programme.Programme
		if json.Unmarshal(envelope, &e) != nil || json.Unmarshal(e.Payload, &p) != nil {
			return // it is missed among the acknowledged
		}
		ref := &wire.ProgrammeRef{Epoch: p.Epoch, Counter: p.Counter}
		now := time.Now().UnixMilli()
		report, err := wire.Encode(wire.Reported{
			At: now, Boot: "bench", Session: 1, Seq: uint64(now), Version: "bench", Received: ref, Playing: ref, Shown: ref,
			Showing: wire.Showing{Kind: wire.ShowSlate, Since: now, LastFrame: now}, Clock: wire.Clock{State: wire.ClockTrusted, Floor: now},
			Disk: wire.Disk{Free: 1 << 30, Total: 1 << 31}, Profile: string(playlists.Landscape1080), Problems: []wire.Problem{},
		})
		if err == nil {
			c.Publish(wire.Topic(screen, wire.UpReported), 1, true, report)
		}
	})
}

// dialAsController connects with the controller's own certificate.
func dialAsController(t stage.T, address, keys string) mqtt.Client {
	t.Helper()
	authority, err := ca.Open(keys, []byte(stage.KeyPassphrase), time.Now)
	if err != nil {
		t.Fatalf("%v", err)
	}
	certificate, err := tls.LoadX509KeyPair(filepath.Join(keys, "controller.crt"), filepath.Join(keys, "controller.key"))
	if err != nil {
		t.Fatalf("%v", err)
	}
	c, err := dial(address, "controller", &tls.Config{RootCAs: authority.Pool(), MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{certificate}})
	if err != nil {
		t.Fatalf("%v", err)
	}
	t.Cleanup(func() { c.Disconnect(0) })
	return c
}

// publishRaw has the bare broker fan out the same bytes to the same screens.
func publishRaw(t stage.T, publisher mqtt.Client, devices []device, payloads [][]byte, w *wave) float64 {
	t.Helper()
	begin := time.Now()
	for i, d := range devices {
		publisher.Publish(wire.Topic(d.id, wire.DownProgramme), 1, true, payloads[i])
	}
	return ms(w.last(t).Sub(begin))
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
