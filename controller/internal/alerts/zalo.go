package alerts

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"cotmoc/playlists"
)

// The API of Zalo's official accounts was written after its documentation. It
// could not be tried against the real service, and the console says so.

// Zalo's words for a token that is not good any more.
const (
	zaloBadToken    = -216
	zaloBadTokenOld = -124
)

// soon is how long before its end a token is renewed.
const soon = 5 * time.Minute

func (s *Service) sendZalo(ctx context.Context, c *Channel, secrets Secrets, m Message, handing func() error) *fault {
	if secrets.AccessToken == "" || secrets.AccessUntil != 0 && s.cfg.Now().Add(soon).UnixMilli() > secrets.AccessUntil {
		var f *fault
		if secrets, f = s.renewZalo(ctx, c, secrets.AccessToken); f != nil {
			return f
		}
	}
	if err := handing(); err != nil {
		return s.faultOf(err)
	}
	f, stale := s.postZalo(ctx, secrets, m)
	if !stale {
		return f
	}
	// It said no to the token, so that nothing was sent.
	if secrets, f = s.renewZalo(ctx, c, secrets.AccessToken); f != nil {
		return f
	}
	f, stale = s.postZalo(ctx, secrets, m)
	if stale {
		f.refused = true
	}
	return f
}

func (s *Service) postZalo(ctx context.Context, secrets Secrets, m Message) (f *fault, stale bool) {
	body, err := json.Marshal(map[string]any{"recipient": map[string]any{"user_id": m.target()}, "message": map[string]any{"text": m.text()}})
	if err != nil {
		return s.faultOf(err), false
	}
	a, err := s.cfg.Outside.Post(ctx, Post{
		URL: s.cfg.ZaloBase + "/v3.0/oa/message/cs", Header: http.Header{"Content-Type": {"application/json"}, "access_token": {secrets.AccessToken}}, Body: body, Within: postTime,
	})
	if err != nil {
		return s.lineFault(err), false
	}
	var said struct {
		Error   *int   `json:"error"`
		Message string `json:"message"`
	}
	if f = s.statusFault(a); f != nil {
		return f, false
	}
	if err := json.Unmarshal(a.Body, &said); err != nil || said.Error == nil {
		return &fault{Trouble: Trouble{Reason: "alert_answer_odd"}, doubt: true}, false
	}
	if *said.Error == 0 {
		return nil, false
	}
	f = &fault{Trouble: Trouble{Reason: "alert_service_refused", Params: playlists.Params{"code": *said.Error, "said": cut(said.Message)}}, refused: true}
	return f, *said.Error == zaloBadToken || *said.Error == zaloBadTokenOld
}

// renewZalo gets new tokens for those that were used. The refresh token is good
// once: the new one is stored before anything else, and an answer that is lost
// on its way leaves the channel for a person to open again.
func (s *Service) renewZalo(ctx context.Context, c *Channel, used string) (Secrets, *fault) {
	defer s.tokens.lock(c.ID)()
	now, err := s.cfg.Store.Channel(ctx, c.ID)
	if err != nil {
		return Secrets{}, s.faultOf(err)
	}
	secrets, err := s.secretsOf(now)
	if err != nil {
		return Secrets{}, s.faultOf(err)
	}
	if secrets.AccessToken != "" && secrets.AccessToken != used {
		return secrets, nil // somebody else has renewed them
	}
	form := url.Values{"refresh_token": {secrets.RefreshToken}, "app_id": {now.Settings.AppID}, "grant_type": {"refresh_token"}}
	a, err := s.cfg.Outside.Post(ctx, Post{
		URL: s.cfg.ZaloLoginBase + "/v4/oa/access_token", Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "secret_key": {secrets.AppSecret}}, Body: []byte(form.Encode()), Within: postTime,
	})
	if err != nil {
		f := s.lineFault(err)
		f.doubt = false // of the message: it was not sent
		return Secrets{}, f
	}
	var said struct {
		AccessToken  string   `json:"access_token"`
		RefreshToken string   `json:"refresh_token"`
		ExpiresIn    duration `json:"expires_in"`
		Error        int      `json:"error"`
		Description  string   `json:"error_description"`
	}
	if err := json.Unmarshal(a.Body, &said); err != nil || said.AccessToken == "" || said.RefreshToken == "" {
		return Secrets{}, &fault{Trouble: Trouble{Reason: "alert_zalo_login", Params: playlists.Params{"code": said.Error, "said": cut(said.Description)}}, refused: true, err: err}
	}
	secrets.AccessToken, secrets.RefreshToken = said.AccessToken, said.RefreshToken
	secrets.AccessUntil = s.cfg.Now().Add(time.Duration(said.ExpiresIn) * time.Second).UnixMilli()
	sealed, err := s.sealSecrets(c.ID, secrets)
	if err != nil {
		return Secrets{}, s.faultOf(err)
	}
	kept, err := s.cfg.Store.Reseal(context.WithoutCancel(ctx), c.ID, now.Sealed, sealed)
	if err == nil && !kept {
		err = errors.New("cannot keep the new tokens: somebody has changed the channel")
	}
	if err != nil {
		return Secrets{}, s.faultOf(err)
	}
	return secrets, nil
}

// duration is seconds, which Zalo writes in quotes.
type duration int64

// UnmarshalJSON implements json.Unmarshaler.
func (d *duration) UnmarshalJSON(b []byte) error {
	n, err := strconv.ParseInt(strings.TrimSpace(string(bytes.Trim(b, `"`))), 10, 32)
	*d = duration(n)
	return err
}
