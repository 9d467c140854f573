package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"cotmoc/controller/e2e/stage"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

type takedownOptions struct{ screens, agents, rounds int }

// takedownResult is the line of JSON. Times are of all rounds together, from
// the moment the order is given.
type takedownResult struct {
	Screens       int     `json:"screens"`         // simulated ones and agents
	P50MS         float64 `json:"p50_ms"`          // a screen has the order and has verified it
	P99MS         float64 `json:"p99_ms"`          //
	AnsweredMS    float64 `json:"answered_ms"`     // stored, in the slowest round
	DeliveredMS   float64 `json:"delivered_ms"`    // the last screen has the bytes, likewise
	VerifyP99MS   float64 `json:"verify_p99_ms"`   // of the above: what verifying takes one screen
	ReportedP99MS float64 `json:"reported_p99_ms"` // the controller knows that a screen obeys
	Agents        int     `json:"agents"`
	AgentMaxMS    float64 `json:"agent_max_ms"` // it knows so of the slowest real agent
	Rounds        int     `json:"rounds"`
}

// obedient is a simulated screen: it holds the charter and what it has
// accepted, as an agent does.
type obedient struct {
	mu      sync.Mutex
	charter *programme.HeldCharter
	held    programme.Held
	seen    map[playlists.ID]bool
}

// verify reads a set of orders and gives those that are new.
func (o *obedient) verify(screen playlists.ID, envelope []byte) (*programme.AcceptedOrders, []playlists.ID, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	a, err := programme.VerifyOrders(envelope, programme.Trust{Screen: screen, Charter: o.charter, Now: time.Now(), HeldOrders: o.held})
	if err != nil {
		return nil, nil, err
	}
	o.held = programme.Held{Epoch: a.Epoch, Counter: a.Counter, Payload: a.Payload}
	var fresh []playlists.ID
	for _, order := range a.Obeyed {
		if !o.seen[order.ID] {
			o.seen[order.ID] = true
			fresh = append(fresh, order.ID)
		}
	}
	return a, fresh, nil
}

// arrival is a set as it has come to a screen.
type arrival struct {
	client  mqtt.Client
	payload []byte
	at      time.Time
}

// obeyed is one takedown on its way to the crowd.
type obeyed struct {
	mu      sync.Mutex
	arrived []*arrival // by screen, the newest
	left    int
	all     chan struct{}
}

// takedowns is the one that arrivals belong to.
type takedowns struct {
	mu      sync.Mutex
	current *obeyed
}

func (d *takedowns) begin(screens int) *obeyed {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.current = &obeyed{arrived: make([]*arrival, screens), left: screens, all: make(chan struct{})}
	return d.current
}

func (d *takedowns) arrive(i int, a arrival) {
	d.mu.Lock()
	w := d.current
	d.mu.Unlock()
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.arrived[i] == nil {
		if w.left--; w.left == 0 {
			close(w.all)
		}
	} else {
		a.at = w.arrived[i].at // once more
	}
	w.arrived[i] = &a
}

// judged is what a screen made of a set.
type judged struct {
	took time.Duration
	err  error
}

// verifyAll has each screen verify what it got and report. A thousand screens
// have a thousand processors and this machine has a few: they verify one after
// another once all have arrived, each takes the time that it takes alone, and
// that time is added to its arrival.
func (w *obeyed) verifyAll(order playlists.ID, crowd []*obedient, devices []device) []judged {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := make([]judged, len(w.arrived))
	for i, a := range w.arrived {
		begin := time.Now()
		accepted, fresh, err := crowd[i].verify(devices[i].id, a.payload)
		out[i] = judged{took: time.Since(begin), err: err}
		if err == nil && !slices.Contains(fresh, order) {
			out[i].err = fmt.Errorf("the set of screen %s is without the order", devices[i].id)
		}
		if out[i].err == nil {
			obey(a.client, devices[i].id, accepted, max(0, coalesce-time.Since(a.at)))
		}
	}
	return out
}

func measureTakedown(t stage.T, programs stage.Programs, o takedownOptions) takedownResult {
	t.Helper()
	s := stage.New(t, programs)
	media := s.Approved("anh.png", "Ảnh", stage.Photo(t, 1))
	s.Controller.Stop()
	devices := enrol(t, s, o.screens)
	s.Controller.Start()
	s.AwaitReady()
	hand, charter := charterFor(t, s)
	for i := range o.agents {
		s.Screen(fmt.Sprintf("Máy thật %d", i+1))
	}

	var down takedowns
	crowd := make([]*obedient, o.screens)
	for i := range crowd {
		crowd[i] = &obedient{charter: charter, seen: map[playlists.ID]bool{}}
	}
	connectAll(t, s.Broker, devices, func(i int, c mqtt.Client, m mqtt.Message) {
		if !strings.HasSuffix(m.Topic(), wire.DownOrders) {
			return
		}
		down.arrive(i, arrival{c, m.Payload(), time.Now()})
	})

	r := takedownResult{Screens: o.screens + o.agents, Agents: o.agents, Rounds: o.rounds}
	var verified, took, reported []float64
	for round := range o.rounds + 1 {
		signed := signedTakedown(t, s, media.ID, hand)
		w := down.begin(o.screens)
		pressed := time.Now()
		signed.give(t, s)
		answered := time.Now()
		select {
		case <-w.all:
		case <-time.After(time.Minute):
			warnings(t, s)
			w.mu.Lock()
			left := w.left
			w.mu.Unlock()
			t.Fatalf("%d screens have not got the takedown in a minute", left)
		}
		verdicts := w.verifyAll(signed.id, crowd, devices)
		acked, agents := awaitObeyed(t, s, signed.id, o)
		delivered := pressed
		for _, a := range w.arrived {
			delivered = slices.MaxFunc([]time.Time{delivered, a.at}, time.Time.Compare)
		}
		t.Logf("round %d: answered after %.0f ms, the last screen has it after %.0f ms", round, ms(answered.Sub(pressed)), ms(delivered.Sub(pressed)))
		if round == 0 {
			continue // connections, caches and heaps warm up
		}
		r.AnsweredMS = max(r.AnsweredMS, ms(answered.Sub(pressed)))
		r.DeliveredMS = max(r.DeliveredMS, ms(delivered.Sub(pressed)))
		for i, v := range verdicts {
			if v.err != nil {
				t.Fatalf("a screen does not obey: %v", v.err)
			}
			verified, took = append(verified, ms(w.arrived[i].at.Sub(pressed)+v.took)), append(took, ms(v.took))
		}
		for _, at := range acked {
			reported = append(reported, ms(at.Sub(pressed)))
		}
		for _, at := range agents {
			r.AgentMaxMS = max(r.AgentMaxMS, ms(at.Sub(pressed)))
		}
	}
	warnings(t, s)
	r.P50MS, r.P99MS, r.ReportedP99MS = share(verified, 50), share(verified, 99), share(reported, 99)
	r.VerifyP99MS = share(took, 99)
	return r
}

// warnings shows what the controller complained of meanwhile: a figure that was
// measured over a lost connection is none.
func warnings(t stage.T, s *stage.Stage) {
	t.Helper()
	for line := range strings.Lines(s.Controller.Log()) {
		if strings.Contains(line, "level=WARN") || strings.Contains(line, "level=ERROR") {
			t.Logf("controller: %s", strings.TrimSpace(line))
		}
	}
}

// share gives the figure below which so many of a hundred lie.
func share(all []float64, percent int) float64 {
	slices.Sort(all)
	return all[min(len(all)*percent/100, len(all)-1)]
}

// charterFor has the stage's approver named in a first charter.
func charterFor(t stage.T, s *stage.Stage) (ed25519.PrivateKey, *programme.HeldCharter) {
	t.Helper()
	hand, root := newKey(t), newKey(t)
	credential, err := programme.FileCredential(hand.Public().(ed25519.PublicKey))
	if err != nil {
		t.Fatalf("%v", err)
	}
	var me struct {
		ID playlists.ID `json:"id"`
	}
	if err := s.Approver.Get(t.Context(), "/me", &me); err != nil {
		t.Fatalf("%v", err)
	}
	var state struct {
		ProgrammeKey []byte `json:"programme_key"`
	}
	if err := s.Admin.Get(t.Context(), "/charter", &state); err != nil {
		t.Fatalf("%v", err)
	}
	now := time.Now()
	payload, err := programme.Marshal(programme.Charter{
		Number: 1, Epoch: 1, IssuedAt: now.UnixMilli(), ExpiresAt: now.AddDate(1, 0, 0).UnixMilli(),
		Roots: []programme.Root{{Holder: "bench", Key: root.Public().(ed25519.PublicKey)}}, RootThreshold: 1,
		ProgrammeKeys: []programme.PublicKey{programme.NewPublicKey(state.ProgrammeKey)}, LiftThreshold: 2, MaxUnattendedDays: 60,
		People: []programme.Person{{
			ID: me.ID, Name: "Hoàng Đức Anh", May: []programme.Capacity{programme.MayApprove, programme.MayTakeDown}, Clusters: []string{playlists.Everywhere},
			ValidFrom: now.AddDate(-1, 0, 0).UnixMilli(), Standing: programme.Active, Credentials: []programme.Credential{credential},
		}},
	})
	if err != nil {
		t.Fatalf("%v", err)
	}
	envelope, err := programme.SignCharter(nil, payload, root)
	if err != nil {
		t.Fatalf("%v", err)
	}
	if err := s.Admin.Post(t.Context(), "/charter", stage.Object{"envelope": envelope}, nil); err != nil {
		t.Fatalf("%v", err)
	}
	held, err := programme.FirstCharter(envelope)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return hand, held
}

func newKey(t stage.T) ed25519.PrivateKey {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return key
}

// takedownOrder is a takedown that is signed and not given yet.
type takedownOrder struct {
	id    playlists.ID
	order []byte
	hand  *programme.HandSignature
}

func signedTakedown(t stage.T, s *stage.Stage, media playlists.ID, hand ed25519.PrivateKey) takedownOrder {
	t.Helper()
	var prepared struct {
		Order []byte `json:"order"`
		Says  struct {
			ID playlists.ID `json:"id"`
		} `json:"says"`
	}
	if err := s.Approver.Post(t.Context(), "/orders/prepare", stage.Object{"kind": "takedown", "media_id": media, "reason": "bench"}, &prepared); err != nil {
		t.Fatalf("%v", err)
	}
	signature, err := programme.SignByHand(programme.OrderType, prepared.Order, "", hand)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return takedownOrder{id: prepared.Says.ID, order: prepared.Order, hand: signature}
}

func (o takedownOrder) give(t stage.T, s *stage.Stage) {
	t.Helper()
	hands := []stage.Object{{"credential": o.hand.Credential, "sig": o.hand.Sig}}
	if err := s.Approver.Post(t.Context(), "/orders", stage.Object{"order": o.order, "hands": hands}, nil); err != nil {
		t.Fatalf("%v", err)
	}
}

// awaitObeyed gives when the controller heard that each screen obeys, of all
// and of the real agents.
func awaitObeyed(t stage.T, s *stage.Stage, order playlists.ID, o takedownOptions) (all, agents []time.Time) {
	t.Helper()
	pause(t, coalesce) // asking costs the machine that is measured
	stage.Await(t, time.Minute, "all receipts", func() bool {
		var list struct {
			Items []struct {
				ID       playlists.ID `json:"id"`
				Receipts []struct {
					Name  string    `json:"name"`
					State string    `json:"state"`
					At    time.Time `json:"at"`
				} `json:"receipts"`
			} `json:"items"`
		}
		if err := s.Approver.Get(t.Context(), "/orders", &list); err != nil {
			t.Fatalf("%v", err)
		}
		all, agents = all[:0], agents[:0]
		for _, item := range list.Items {
			if item.ID != order {
				continue
			}
			for _, r := range item.Receipts {
				if r.State != "obeyed" {
					continue
				}
				all = append(all, r.At)
				if strings.HasPrefix(r.Name, "Máy thật") {
					agents = append(agents, r.At)
				}
			}
		}
		return len(all) == o.screens+o.agents
	})
	return all, agents
}

// obey reports as an agent does that has latched what a set asks for.
func obey(c mqtt.Client, screen playlists.ID, a *programme.AcceptedOrders, after time.Duration) {
	var latched []wire.Latched
	for _, o := range a.Obeyed {
		latched = append(latched, wire.Latched{ID: o.ID, Kind: wire.LatchTakedown, Since: time.Now().UnixMilli()})
	}
	time.AfterFunc(after, func() {
		now := time.Now().UnixMilli()
		report, err := wire.Encode(wire.Reported{
			At: now, Boot: "bench", Session: 1, Seq: uint64(now), Version: "bench",
			Showing: wire.Showing{Kind: wire.ShowSlate, Since: now, LastFrame: now}, Clock: wire.Clock{State: wire.ClockTrusted, Floor: now},
			Disk: wire.Disk{Free: 1 << 30, Total: 1 << 31}, Profile: string(playlists.Landscape1080), Problems: []wire.Problem{},
			Trust: wire.Trusted{Starts: 1, Charter: a.Charter, Orders: &wire.ProgrammeRef{Epoch: a.Epoch, Counter: a.Counter}, Latched: latched},
		})
		if err == nil {
			c.Publish(wire.Topic(screen, wire.UpReported), 1, true, report)
		}
	})
}
