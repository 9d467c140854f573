package alerts_test

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cotmoc/controller/internal/alerts"
	"cotmoc/controller/internal/sqlstore"
	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
)

// journal is what incidents have written down.
type journal struct {
	mu  sync.Mutex
	all []alerts.Event
}

func (j *journal) After(_ context.Context, cursor int64, limit int) ([]alerts.Event, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	var out []alerts.Event
	for _, e := range j.all {
		if e.Seq > cursor && len(out) < limit {
			out = append(out, e)
		}
	}
	return out, nil
}

// write adds an event about an incident; each incident is in its own cluster
// unless one is given.
func (j *journal) write(at time.Time, kind alerts.EventKind, incident string, change func(*alerts.Event)) {
	e := alerts.Event{
		At: at, Kind: kind, Incident: playliststest.ID(incident), Screen: playliststest.ID("screen"), Cluster: playliststest.ID("at" + incident), Unit: playliststest.ID("unit"),
		Rule: "black", Severity: alerts.Critical, ScreenName: "Quốc môn", ClusterName: "Cầu Treo",
	}
	if change != nil {
		change(&e)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	e.Seq = int64(len(j.all) + 1)
	j.all = append(j.all, e)
}

// line leads to servers of the test, by name.
type line struct {
	http string // where all of HTTP goes
	mail string // where all mail goes
}

type unsent struct{ error }

func (l line) Post(ctx context.Context, p alerts.Post) (*alerts.Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, p.Within)
	defer cancel()
	_, path, _ := strings.Cut(strings.TrimPrefix(p.URL, "https://"), "/")
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+l.http+"/"+path, strings.NewReader(string(p.Body)))
	if err != nil {
		return nil, unsent{err}
	}
	req.Header = p.Header.Clone()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
		if err != nil {
			err = unsent{err}
		}
		return conn, err
	}}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return &alerts.Answer{Status: resp.StatusCode, Header: resp.Header, Body: body}, err
}

func (l line) Dial(ctx context.Context, _ string, _ uint16, _ []uint16) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", l.mail)
	if err != nil {
		err = unsent{err}
	}
	return conn, err
}

func (line) Near(string) bool { return false }

func (line) Unsent(err error) bool {
	_, ok := errors.AsType[unsent](err)
	return ok
}

func (line) Why(error) alerts.Trouble { return alerts.Trouble{Reason: "alert_line"} }

type pulse struct{ broken atomic.Bool }

func (p *pulse) Alive(context.Context) error {
	if p.broken.Load() {
		return errors.New("the incidents stand still")
	}
	return nil
}

// mortal is a store whose controller can be killed: from then on it writes
// nothing.
type mortal struct {
	alerts.Store
	dead atomic.Bool
}

var errDead = errors.New("the controller was killed")

func (m *mortal) Hand(ctx context.Context, id int64) error {
	if m.dead.Load() {
		return errDead
	}
	return m.Store.Hand(ctx, id)
}

func (m *mortal) End(ctx context.Context, id int64, e alerts.Ending) error {
	if m.dead.Load() {
		return errDead
	}
	return m.Store.End(ctx, id, e)
}

func (m *mortal) Plan(ctx context.Context, p *alerts.Plan) error {
	if m.dead.Load() {
		return errDead
	}
	return m.Store.Plan(ctx, p)
}

// world is a database on which controllers live one after another.
type world struct {
	*sqlstoretest.World
	tb      testing.TB
	path    string
	raw     *sql.DB // past every store
	journal *journal
	pulse   *pulse
	change  func(*alerts.Config)
	admin   playlists.Actor
	life    *life
	release func() // lets slow servers answer
}

// life is one controller's.
type life struct {
	*alerts.Service
	store *mortal
	db    *sqlstore.DB
	stop  context.CancelFunc
	done  chan error
}

func newWorld(tb testing.TB, change func(*alerts.Config)) *world {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "test.db")
	raw, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { raw.Close() })
	w := &world{World: sqlstoretest.At(tb, path), tb: tb, path: path, raw: raw, journal: &journal{}, pulse: &pulse{}, change: change}
	w.admin = w.Person("root", "unit", playlists.Administrator)
	w.live()
	tb.Cleanup(func() { w.end(false) })
	return w
}

// live starts a controller.
func (w *world) live() {
	w.tb.Helper()
	db, err := sqlstore.Open(context.Background(), w.path)
	if err != nil {
		w.tb.Fatal(err)
	}
	l := &life{store: &mortal{Store: db.Alerts()}, db: db, done: make(chan error, 1)}
	cfg := alerts.Config{
		Store: l.store, Journal: w.journal, Pulse: w.pulse, Audit: w.Audit, Seal: make([]byte, 32), Site: "https://man-hinh.example", Host: "man-hinh.example",
		Now: w.Clock.Now, Random: rand.Reader, Log: slog.New(slog.DiscardHandler),
	}
	w.change(&cfg)
	if l.Service, err = alerts.New(cfg); err != nil {
		w.tb.Fatal(err)
	}
	var ctx context.Context
	ctx, l.stop = context.WithCancel(context.Background())
	go func() { l.done <- l.Run(ctx) }()
	w.life = l
}

// end ends the controller; killed, it does not even note what it has done.
func (w *world) end(killed bool) {
	w.tb.Helper()
	l := w.life
	l.store.dead.Store(killed)
	l.stop()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for ended := false; !ended; {
		select {
		case err := <-l.done:
			if ended = true; err != nil {
				w.tb.Error(err)
			}
		case <-ticker.C:
			if w.release != nil && !killed {
				w.release() // it waits for its answers
			}
		}
	}
	if err := l.db.Close(); err != nil {
		w.tb.Error(err)
	}
}

// add makes a channel.
func (w *world) add(c alerts.Channel, x alerts.Secrets) *alerts.Channel {
	w.tb.Helper()
	if c.Unit == "" {
		c.Unit = playliststest.ID("unit")
	}
	if c.Language == "" {
		c.Language = "vi"
	}
	if c.Least == "" {
		c.Least = alerts.Info
	}
	c.Name, c.Enabled = "Kênh "+string(c.Kind), true
	out, err := w.life.AddChannel(context.Background(), w.admin, c, x)
	if err != nil {
		w.tb.Fatal(err)
	}
	return out
}

// row is a delivery as the table has it.
type row struct {
	incident, target, kind, state, reason string
	doubts                                int
}

// rows reads the table past the store.
func (w *world) rows() (out []row) {
	w.tb.Helper()
	all, err := w.raw.QueryContext(context.Background(), `select incident_id, target, coalesce(json_extract(content, '$.event.kind'), key), state, coalesce(json_extract(nullif(trouble, ''), '$.reason'), ''), doubts from alert_deliveries order by id`)
	if err != nil {
		w.tb.Fatal(err)
	}
	defer all.Close()
	for all.Next() {
		var r row
		if err := all.Scan(&r.incident, &r.target, &r.kind, &r.state, &r.reason, &r.doubts); err != nil {
			w.tb.Fatal(err)
		}
		out = append(out, r)
	}
	if err := all.Err(); err != nil {
		w.tb.Fatal(err)
	}
	return out
}

// await lets time go on until the table is as it should be.
func (w *world) await(what string, step time.Duration, holds func([]row) bool) {
	w.tb.Helper()
	deadline := time.Now().Add(60 * time.Second)
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for range ticker.C {
		rows := w.rows()
		if holds(rows) {
			return
		}
		if time.Now().After(deadline) {
			open := []row{}
			for _, r := range rows {
				if r.state != "sent" {
					open = append(open, r)
				}
			}
			w.tb.Fatalf("waiting for %s: of %d rows %+v", what, len(rows), open)
		}
		w.Clock.Add(step)
		w.life.Wake()
	}
}
