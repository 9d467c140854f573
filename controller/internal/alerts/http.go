package alerts

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"cotmoc/playlists"
)

// postTime is how long a receiver has.
const postTime = 30 * time.Second

// hook is what a webhook receives.
type hook struct {
	ID      string    `json:"id"` // the same at every attempt
	Kind    string    `json:"kind"`
	At      time.Time `json:"at"`
	Text    string    `json:"text"`
	Link    string    `json:"link"`
	Subject string    `json:"subject"`
	Content
}

// Sign gives the signature of a webhook's message: HMAC-SHA256 over the time
// and the body, with a dot between.
func Sign(key, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(timestamp + "."))
	mac.Write(body)
	return "v1=" + hex.EncodeToString(mac.Sum(nil))
}

func (s *Service) sendWebhook(ctx context.Context, c *Channel, secrets Secrets, m Message, handing func() error) *fault {
	kind := "test"
	switch x := m.Delivery.Content; {
	case x.Event != nil:
		kind = "incident." + string(x.Event.Kind)
	case x.Digest != nil:
		kind = "digest"
	case x.Lost != nil:
		kind = "channel_lost"
	}
	body, err := json.Marshal(hook{ID: m.ID, Kind: kind, At: m.At.UTC(), Text: m.Text, Link: m.Link, Subject: m.Subject, Content: m.Delivery.Content})
	if err != nil {
		return s.faultOf(err)
	}
	stamp := strconv.FormatInt(s.cfg.Now().Unix(), 10)
	header := http.Header{}
	header.Set("Content-Type", "application/json")
	header.Set("Idempotency-Key", m.ID)
	header.Set("Cotmoc-Timestamp", stamp)
	header.Set("Cotmoc-Signature", Sign(secrets.Key, stamp, body))
	if err := handing(); err != nil {
		return s.faultOf(err)
	}
	a, err := s.cfg.Outside.Post(ctx, Post{URL: c.Settings.URL, Header: header, Body: body, Within: postTime})
	if err != nil {
		return s.lineFault(err)
	}
	return s.statusFault(a)
}

// statusFault judges an answer by its status; nil is a yes.
func (s *Service) statusFault(a *Answer) *fault {
	if a.Status >= 200 && a.Status < 300 {
		return nil
	}
	f := &fault{Trouble: Trouble{Reason: "alert_http_refused", Params: playlists.Params{"status": a.Status}}, after: s.retryAfter(a.Header.Get("Retry-After"))}
	switch {
	case a.Status == http.StatusTooManyRequests || a.Status == http.StatusRequestTimeout || a.Status == http.StatusTooEarly:
	case a.Status >= 500:
		f.doubt = a.Status != http.StatusServiceUnavailable // it may have failed after it took it
	default:
		f.refused = true
	}
	return f
}

// retryAfter reads how long a receiver asks us to wait.
func (s *Service) retryAfter(v string) time.Duration {
	if n, err := strconv.Atoi(strings.TrimSpace(v)); err == nil && n > 0 {
		return min(time.Duration(n)*time.Second, mostAsked)
	}
	if at, err := http.ParseTime(v); err == nil {
		return max(0, min(at.Sub(s.cfg.Now()), mostAsked))
	}
	return 0
}

// text is a message for people of a service that does not know repeats.
func (m Message) text() string {
	if m.Again {
		return m.Text + "\n" + wordsIn(m.Language).again
	}
	return m.Text
}

func (s *Service) sendTelegram(ctx context.Context, secrets Secrets, m Message, handing func() error) *fault {
	body, err := json.Marshal(map[string]any{"chat_id": m.target(), "text": m.text(), "link_preview_options": map[string]any{"is_disabled": true}})
	if err != nil {
		return s.faultOf(err)
	}
	if err := handing(); err != nil {
		return s.faultOf(err)
	}
	a, err := s.cfg.Outside.Post(ctx, Post{
		URL: s.cfg.TelegramBase + "/bot" + url.PathEscape(secrets.Token) + "/sendMessage", Header: http.Header{"Content-Type": {"application/json"}}, Body: body, Within: postTime,
	})
	if err != nil {
		return s.lineFault(err)
	}
	var said struct {
		OK          bool   `json:"ok"`
		Description string `json:"description"`
		Parameters  struct {
			RetryAfter int `json:"retry_after"`
		} `json:"parameters"`
	}
	if err := json.Unmarshal(a.Body, &said); err == nil && said.OK && a.Status == http.StatusOK {
		return nil
	}
	f := s.statusFault(a)
	if f == nil { // a yes that is none: nobody knows what this was
		return &fault{Trouble: Trouble{Reason: "alert_answer_odd"}, doubt: true}
	}
	f.after = max(f.after, min(time.Duration(said.Parameters.RetryAfter)*time.Second, mostAsked))
	if said.Description != "" {
		f.Trouble = Trouble{Reason: "alert_service_refused", Params: playlists.Params{"code": a.Status, "said": cut(said.Description)}}
	}
	return f
}
