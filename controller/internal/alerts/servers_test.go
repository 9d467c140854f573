package alerts_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	mathrand "math/rand/v2"
	"mime"
	"net"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"cotmoc/controller/internal/alerts"
)

const mailHost = "thu.example"

// received is what reached somebody: by target, incident and kind.
type received struct {
	mu      sync.Mutex
	got     map[string][]string // names of messages, as often as they were taken
	lost    map[string]int      // how often the answer was lost
	faults  map[string]int      // by kind
	spent   map[string]int      // faults by message
	rng     *mathrand.Rand
	options []string      // faults that may happen
	hold    chan struct{} // what is slow waits here
}

func newReceived(seed uint64, options ...string) *received {
	return &received{got: map[string][]string{}, lost: map[string]int{}, faults: map[string]int{}, spent: map[string]int{}, rng: mathrand.New(mathrand.NewPCG(seed, 1)), options: options, hold: make(chan struct{})}
}

// fault chooses what happens to a message, or to a connection; at most two
// things to each message, and twenty to connections.
func (r *received) fault(what string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var fit []string
	for _, o := range r.options {
		if stage, _, _ := strings.Cut(o, ":"); (what == "connection") == (stage == "connect") {
			fit = append(fit, o)
		}
	}
	if len(fit) == 0 || r.rng.IntN(2) == 0 || r.spent[what] >= 2 && what != "connection" || r.spent[what] >= 20 {
		return ""
	}
	r.spent[what]++
	f := fit[r.rng.IntN(len(fit))]
	r.faults[f]++
	return f
}

func (r *received) take(key, id string, lost bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.got[key] = append(r.got[key], id)
	if lost {
		r.lost[key]++
	}
}

// release lets what is slow go on.
func (r *received) release() {
	r.mu.Lock()
	defer r.mu.Unlock()
	close(r.hold)
	r.hold = make(chan struct{})
}

func (r *received) slow() {
	r.mu.Lock()
	hold := r.hold
	r.mu.Unlock()
	<-hold
}

// keyOf names what a text is about.
func keyOf(target, text string) string {
	kind := "opened"
	if strings.Contains(text, "ĐÃ HẾT") {
		kind = "closed"
	}
	_, incident, _ := strings.Cut(text, "/screens/incidents/")
	return target + "|" + incident[:min(16, len(incident))] + "|" + kind
}

// postOffice is a real mail server with faults.
type postOffice struct {
	*received
	address string
	roots   *x509.CertPool
	tb      testing.TB
}

const mailPassword = "mật khẩu thư"

func newPostOffice(tb testing.TB, r *received, implicit bool) *postOffice {
	tb.Helper()
	cert, roots := certificate(tb)
	p := &postOffice{received: r, roots: roots, tb: tb}
	server := smtp.NewServer(p)
	server.Domain, server.TLSConfig = mailHost, &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	server.ErrorLog = silent{}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	p.address = listener.Addr().String()
	if implicit {
		listener = tls.NewListener(listener, server.TLSConfig)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(listener) // until it is closed
	}()
	tb.Cleanup(func() {
		r.release()
		server.Close()
		<-done
	})
	return p
}

type silent struct{}

func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}

func (p *postOffice) NewSession(c *smtp.Conn) (smtp.Session, error) {
	if p.fault("connection") == "connect:drop" {
		c.Conn().Close()
		return nil, errors.New("dropped")
	}
	return &visit{office: p, conn: c}, nil
}

// visit is one connection.
type visit struct {
	office  *postOffice
	conn    *smtp.Conn
	known   bool
	targets []string
}

func (v *visit) AuthMechanisms() []string { return []string{sasl.Plain} }

func (v *visit) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if _, secured := v.conn.TLSConnectionState(); !secured || user != "canh.bao" || password != mailPassword {
			return smtp.ErrAuthFailed
		}
		v.known = true
		return nil
	}), nil
}

func (v *visit) Mail(string, *smtp.MailOptions) error {
	if !v.known {
		return smtp.ErrAuthRequired
	}
	return nil
}

func (v *visit) Rcpt(to string, _ *smtp.RcptOptions) error {
	if to == "nobody@example.vn" {
		return &smtp.SMTPError{Code: 550, Message: "no such user"}
	}
	v.targets = append(v.targets, to)
	return nil
}

func (v *visit) Data(r io.Reader) error {
	p := v.office
	head := make([]byte, 200)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	rest := io.MultiReader(strings.NewReader(string(head[:n])), r)
	id, _, _ := strings.Cut(string(head[:n])[strings.Index(string(head[:n]), "Message-ID: ")+12:], "\r\n")
	f := p.fault(id)
	if f == "data:within" {
		v.conn.Conn().Close()
		return errors.New("dropped")
	}
	m, err := mail.ReadMessage(rest)
	if err != nil {
		return err // the sender has gone, in the middle
	}
	text, err := io.ReadAll(m.Body)
	if err != nil {
		return err
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		return err
	}
	key := keyOf(v.targets[0], subject+strings.ReplaceAll(string(text), "=\r\n", ""))
	switch f {
	case "data:451":
		return &smtp.SMTPError{Code: 451, Message: "try again later"}
	case "data:lost":
		p.take(key, id, true)
		v.conn.Conn().Close()
		return errors.New("dropped")
	case "data:slow":
		p.slow()
	}
	p.take(key, id, false)
	return nil
}

func (v *visit) Reset()        { v.targets = nil }
func (v *visit) Logout() error { return nil }

func certificate(tb testing.TB) (tls.Certificate, *x509.CertPool) {
	tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{mailHost}, NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		tb.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		tb.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(cert)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}

const (
	hookKey  = "một khóa đủ dài để ký"
	botToken = "123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)

// services are a webhook and Telegram with faults.
type services struct {
	*received
	address string
	tb      testing.TB
	handle  map[string]http.HandlerFunc
	heard   func(target, text string)
}

func newServices(tb testing.TB, r *received) *services {
	tb.Helper()
	s := &services{received: r, tb: tb, handle: map[string]http.HandlerFunc{}}
	server := httptest.NewServer(s)
	s.address = server.Listener.Addr().String()
	tb.Cleanup(func() {
		r.release()
		server.Close()
	})
	return s
}

// ServeHTTP implements http.Handler.
func (s *services) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if h := s.handle[r.URL.Path]; h != nil {
		h(w, r)
		return
	}
	if s.fault("connection") == "connect:drop" {
		hangUp(w)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the sender has gone
	}
	var key, id string
	if r.URL.Path == "/bot"+botToken+"/sendMessage" {
		var m struct {
			Chat string `json:"chat_id"`
			Text string `json:"text"`
		}
		if err := json.Unmarshal(body, &m); err != nil {
			s.tb.Errorf("Telegram gets %s", body)
		}
		key, id = keyOf(m.Chat, m.Text), "telegram"
		if s.heard != nil {
			s.heard(m.Chat, m.Text)
		}
	} else {
		var m struct{ ID, Text string }
		if err := json.Unmarshal(body, &m); err != nil || m.ID != r.Header.Get("Idempotency-Key") || r.Header.Get("Cotmoc-Signature") != alerts.Sign(hookKey, r.Header.Get("Cotmoc-Timestamp"), body) {
			s.tb.Errorf("the webhook gets %s %v", body, r.Header)
		}
		key, id = keyOf("hook.example", m.Text), m.ID
	}
	switch f := s.fault(key); f {
	case "data:within":
		hangUp(w)
		return
	case "data:lost":
		s.take(key, id, true)
		hangUp(w)
		return
	case "data:500": // and took it nevertheless
		s.take(key, id, true)
		http.Error(w, "oops", http.StatusInternalServerError)
		return
	case "data:503":
		http.Error(w, "later", http.StatusServiceUnavailable)
		return
	case "data:429":
		w.Header().Set("Retry-After", "30")
		http.Error(w, `{"ok":false,"parameters":{"retry_after":30}}`, http.StatusTooManyRequests)
		return
	case "data:slow":
		s.slow()
	}
	s.take(key, id, false)
	_, _ = fmt.Fprint(w, `{"ok":true}`)
}

func hangUp(w http.ResponseWriter) {
	if conn, _, err := w.(http.Hijacker).Hijack(); err == nil {
		conn.Close()
	}
}
