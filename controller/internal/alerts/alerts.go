// Package alerts tells people outside the console about incidents: by mail,
// webhook, Telegram and Zalo, each thing once for each of them as far as the
// way there allows, and says when the controller itself falls silent.
package alerts

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"cotmoc/controller/internal/sealing"
	"cotmoc/playlists"
)

// Post is a message that goes out over HTTP.
type Post struct {
	URL    string
	Header http.Header
	Body   []byte
	Within time.Duration
}

// Answer is what came back; the body is cut short where it is long.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Outside is the way to other machines, past those that must not be reached.
type Outside interface {
	// Post sends. An error that is Unsent tells that surely nothing arrived.
	Post(ctx context.Context, p Post) (*Answer, error)
	// Dial connects to a mail server.
	Dial(ctx context.Context, host string, port uint16, ports []uint16) (net.Conn, error)
	// Near tells of an address that whoever runs the machine has allowed.
	Near(host string) bool
	// Unsent tells that an error came before anything was sent.
	Unsent(err error) bool
	// Why puts an error of reaching somebody into the console's words.
	Why(err error) Trouble
}

// Pulse tells whether what must live does: the database and what makes
// incidents.
type Pulse interface {
	Alive(ctx context.Context) error
}

// Config is what a Service needs.
type Config struct {
	Store   Store
	Journal Journal
	Outside Outside
	Pulse   Pulse
	Audit   Audit
	Seal    []byte // key for secrets
	Site    string // where people open the console: https://host
	Host    string // names our messages
	Now     func() time.Time
	Random  io.Reader
	Log     *slog.Logger
	Roots   MailRoots

	// Bases of services, for tests; "" is the real one.
	TelegramBase  string
	ZaloBase      string
	ZaloLoginBase string
	// Grace is how long messages on their way have when the controller is
	// ended; 0 is 8 s.
	Grace time.Duration
}

// Audit writes down what the system itself finds out.
type Audit interface {
	Record(ctx context.Context, a playlists.Act) error
}

// Where the services are.
const (
	telegramBase  = "https://api.telegram.org"
	zaloBase      = "https://openapi.zalo.me"
	zaloLoginBase = "https://oauth.zaloapp.com"
)

// The loop's pace.
const (
	poll      = 2 * time.Second // of the journal, when nobody wakes us
	readAtOne = 200             // entries of the journal
	atOnce    = 8               // messages on their way
	keepFor   = 90 * 24 * time.Hour
	graceTime = 8 * time.Second
)

// Service sends alerts. It is safe for concurrent use.
type Service struct {
	cfg    Config
	sealer *sealing.Sealer
	zone   *time.Location
	wake   chan struct{}
	tokens keyed // one renewal of a channel's tokens at a time

	mu        sync.Mutex
	busy      map[string]bool // targets that a message is on its way to
	turned    time.Time       // when the loop last came round, or was made
	forgotten time.Time
	lost      map[playlists.ID]string // the day on which a channel's loss was last told
	tested    map[playlists.ID]time.Time
	ping      Ping
}

// New makes a Service.
func New(cfg Config) (*Service, error) {
	sealer, err := sealing.New(cfg.Seal, cfg.Random)
	if err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation(playlists.DefaultTimeZone)
	if err != nil {
		return nil, fmt.Errorf("cannot load the time zone of Vietnam: %w", err)
	}
	for _, base := range []struct {
		at   *string
		real string
	}{{&cfg.TelegramBase, telegramBase}, {&cfg.ZaloBase, zaloBase}, {&cfg.ZaloLoginBase, zaloLoginBase}} {
		if *base.at == "" {
			*base.at = base.real
		}
	}
	if cfg.Grace == 0 {
		cfg.Grace = graceTime
	}
	return &Service{
		cfg: cfg, sealer: sealer, zone: zone, wake: make(chan struct{}, 1), busy: map[string]bool{},
		lost: map[playlists.ID]string{}, tested: map[playlists.ID]time.Time{}, turned: time.Now(),
	}, nil
}

// Wake has the journal read at once. It never blocks.
func (s *Service) Wake() {
	select {
	case s.wake <- struct{}{}:
	default: // it will be
	}
}

// Run reads the journal and sends until the context ends. Messages that are on
// their way then are given a moment to hear their answer.
func (s *Service) Run(ctx context.Context) error {
	if err := s.cfg.Store.Recover(ctx); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	sending, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	var way sync.WaitGroup
	way.Go(func() { s.watchDeadMan(ctx) })
	for ctx.Err() == nil {
		wait := poll
		next, err := s.turn(ctx, sending, &way)
		switch {
		case err != nil && ctx.Err() == nil:
			s.cfg.Log.ErrorContext(ctx, "alerts failed", "error", err)
		case err == nil:
			s.mu.Lock()
			s.turned = time.Now()
			s.mu.Unlock()
			if !next.IsZero() {
				wait = min(wait, max(next.Sub(s.cfg.Now()), 10*time.Millisecond))
			}
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-s.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
	end := time.AfterFunc(s.cfg.Grace, cancel)
	way.Wait()
	end.Stop()
	return nil
}

// turn reads the journal to its end, begins what is due and tells when there is
// something to do again.
func (s *Service) turn(ctx, sending context.Context, way *sync.WaitGroup) (time.Time, error) {
	for {
		more, err := s.plan(ctx)
		if err != nil {
			return time.Time{}, err
		}
		if !more {
			break
		}
	}
	if now := s.cfg.Now(); now.Sub(s.forgotten) > time.Hour {
		if err := s.cfg.Store.Forget(ctx, now.Add(-keepFor)); err != nil {
			return time.Time{}, err
		}
		s.forgotten = now
	}
	return s.begin(ctx, sending, way)
}

// keyed locks by id.
type keyed struct {
	mu   sync.Mutex
	held map[playlists.ID]*sync.Mutex
}

func (k *keyed) lock(id playlists.ID) (unlock func()) {
	k.mu.Lock()
	if k.held == nil {
		k.held = map[playlists.ID]*sync.Mutex{}
	}
	m := k.held[id]
	if m == nil {
		m = &sync.Mutex{}
		k.held[id] = m
	}
	k.mu.Unlock()
	m.Lock()
	return m.Unlock
}
