package mqttlink

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"cotmoc/controller/internal/proof"
	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// Bounds of what waits to be handed over. What does not fit is dropped: a
// report comes again within seconds, plays until they are acknowledged.
const (
	maxWaitingScreens  = 20_000
	maxWaitingStatuses = 4   // of one screen, the newest are kept
	maxWaitingBatches  = 512 // of plays
	batchesAtOnce      = 128 // of plays, stored together
	maxWaitingAsks     = 4096
	maxWaitingResults  = 128 // of commands; each may carry a log
)

// How often a screen is answered with a beacon, which costs a signature, and
// how often it is heard of commands, which costs a write.
const (
	asksPerSecond    = 1
	asksAtOnce       = 5
	resultsPerSecond = 2
	resultsAtOnce    = 70 // all that an agent remembers, at its start
)

// inbox stands between the network and the features: putting never blocks.
type inbox struct {
	to  Inbox
	now func() time.Time
	log *slog.Logger

	complaints rate.Sometimes
	dropped    atomic.Int64

	mu      sync.Mutex
	waiting map[playlists.ID]*spoken
	wake    chan struct{}
	plays   chan message

	asks     chan message
	asked    paces // of runAsks alone
	results  chan message
	resulted paces // under mu
}

// message is a payload as it arrived.
type message struct {
	screen  playlists.ID
	payload []byte
	at      time.Time
	kept    bool
}

// spoken is what one screen has said and nobody has heard yet.
type spoken struct {
	statuses  []message
	reported  *message // the newest
	facts     *message // likewise
	telemetry *message // likewise
	peer      *message // likewise
}

func newInbox(to Inbox, now func() time.Time, log *slog.Logger) *inbox {
	return &inbox{
		to: to, now: now, log: log, complaints: rate.Sometimes{Interval: 10 * time.Second},
		waiting: map[playlists.ID]*spoken{}, wake: make(chan struct{}, 1), plays: make(chan message, maxWaitingBatches),
		asks: make(chan message, maxWaitingAsks), asked: paces{perSecond: asksPerSecond, atOnce: asksAtOnce},
		results: make(chan message, maxWaitingResults), resulted: paces{perSecond: resultsPerSecond, atOnce: resultsAtOnce},
	}
}

func (b *inbox) put(topic string, payload []byte, kept bool) {
	screen, leaf, ok := wire.ParseTopic(topic)
	if !ok || len(payload) == 0 { // an empty payload is the clearing of a retained one
		return
	}
	m := message{screen: screen, payload: payload, at: b.now(), kept: kept}
	switch leaf {
	case wire.UpEvent:
		select {
		case b.plays <- m:
		default:
			b.drop(screen, leaf)
		}
	case wire.UpStatus, wire.UpReported, wire.UpTelemetry, wire.UpPeer, wire.UpFacts:
		b.keep(m, leaf)
	case wire.UpBeacon:
		if kept {
			return // nobody waits for the answer any more
		}
		select {
		case b.asks <- m:
		default:
			b.drop(screen, leaf)
		}
	case wire.UpResult:
		if kept {
			return // no screen retains one
		}
		b.mu.Lock()
		seldom := b.resulted.allow(m) // here, so that nobody fills what is for all
		b.mu.Unlock()
		if !seldom {
			b.drop(screen, leaf)
			return
		}
		select {
		case b.results <- m:
		default:
			b.drop(screen, leaf)
		}
	}
}

func (b *inbox) keep(m message, leaf string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.waiting[m.screen]
	if s == nil {
		if len(b.waiting) == maxWaitingScreens {
			b.drop(m.screen, leaf)
			return
		}
		s = &spoken{}
		b.waiting[m.screen] = s
	}
	switch leaf {
	case wire.UpReported:
		s.reported = &m
	case wire.UpTelemetry:
		s.telemetry = &m
	case wire.UpPeer:
		s.peer = &m
	case wire.UpFacts:
		s.facts = &m
	default:
		if len(s.statuses) == maxWaitingStatuses {
			s.statuses = s.statuses[1:]
		}
		s.statuses = append(s.statuses, m)
	}
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

func (b *inbox) drop(screen playlists.ID, leaf string) {
	total := b.dropped.Add(1)
	b.complaints.Do(func() {
		b.log.Warn("messages dropped", "screen", screen, "leaf", leaf, "total", total)
	})
}

// run hands over until the context ends.
func (b *inbox) run(ctx context.Context, acknowledge func(playlists.ID, uint64)) error {
	var states sync.WaitGroup
	states.Go(func() { b.runStates(ctx) })
	states.Go(func() { b.runAsks(ctx) })
	states.Go(func() { b.runResults(ctx) })
	defer states.Wait()
	for {
		select {
		case <-ctx.Done():
			return nil
		case m := <-b.plays:
			b.store(ctx, m, acknowledge)
		}
	}
}

func (b *inbox) runStates(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-b.wake:
		}
		b.mu.Lock()
		all := b.waiting
		b.waiting = map[playlists.ID]*spoken{}
		b.mu.Unlock()
		for screen, s := range all {
			for _, m := range s.statuses {
				var status wire.Status
				if b.decode(m, &status) {
					b.to.Status(ctx, screen, status, m.at, m.kept)
				}
			}
			if s.reported != nil {
				report := new(wire.Reported)
				if b.decode(*s.reported, report) {
					b.to.Reported(ctx, screen, report, s.reported.at, s.reported.kept)
				}
			}
			if s.facts != nil && !s.facts.kept {
				facts := new(wire.Inventory)
				if b.decode(*s.facts, facts) {
					b.to.Facts(ctx, screen, facts, s.facts.at)
				}
			}
			if s.telemetry != nil && !s.telemetry.kept {
				var telemetry wire.Telemetry
				if b.decode(*s.telemetry, &telemetry) {
					b.to.Telemetry(ctx, screen, telemetry, s.telemetry.at)
				}
			}
			if s.peer != nil {
				peer := new(wire.Peer)
				if b.decode(*s.peer, peer) {
					b.to.Peer(ctx, screen, peer, s.peer.at)
				}
			}
		}
	}
}

func (b *inbox) runAsks(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case m := <-b.asks:
			var q wire.Question
			if !b.asked.allow(m) {
				b.drop(m.screen, wire.UpBeacon)
			} else if b.decode(m, &q) {
				b.to.Question(ctx, m.screen, q.Nonce)
			}
		}
	}
}

func (b *inbox) runResults(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case m := <-b.results:
			r := new(wire.Result)
			if b.decode(m, r) {
				b.to.Result(ctx, m.screen, r, m.at)
			}
		}
	}
}

// paces bound how often each screen says something.
type paces struct {
	perSecond rate.Limit
	atOnce    int
	of        map[playlists.ID]*rate.Limiter
}

// allow tells whether a screen has not said it too often.
func (p *paces) allow(m message) bool {
	l := p.of[m.screen]
	if l == nil {
		if p.of == nil || len(p.of) >= maxWaitingScreens {
			p.of = map[playlists.ID]*rate.Limiter{} // those that are revoked would stay for ever
		}
		l = rate.NewLimiter(p.perSecond, p.atOnce)
		p.of[m.screen] = l
	}
	return l.AllowN(m.at, 1)
}

// store takes the batches that wait beside the first one, so that they share a
// transaction, and acknowledges them when they are stored.
func (b *inbox) store(ctx context.Context, first message, acknowledge func(playlists.ID, uint64)) {
	var batches []proof.Batch
	add := func(m message) {
		batch := proof.Batch{Screen: m.screen, ReceivedAt: m.at}
		if b.decode(m, &batch.Event) {
			batches = append(batches, batch)
		}
	}
	add(first)
	for range min(len(b.plays), batchesAtOnce-1) {
		add(<-b.plays) // nobody else takes from it
	}
	if len(batches) == 0 {
		return
	}
	if err := b.to.Plays(ctx, batches); err != nil {
		b.complaints.Do(func() { b.log.Error("plays not stored", "batches", len(batches), "error", err) })
		return
	}
	for _, batch := range batches {
		acknowledge(batch.Screen, batch.Event.Batch)
	}
}

func (b *inbox) decode(m message, v interface{ Validate() error }) bool {
	err := wire.Decode(m.payload, v)
	if err != nil {
		b.complaints.Do(func() { b.log.Warn("payload refused", "screen", m.screen, "bytes", len(m.payload), "error", err) })
	}
	return err == nil
}
