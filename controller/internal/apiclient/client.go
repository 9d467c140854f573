// Package apiclient calls the controller's public API, as a script would: the
// demo, the stories and the benchmarks reach a controller through it alone.
package apiclient

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"time"

	"cotmoc/playlists"
)

// maxAnswer is the most bytes of a JSON answer.
const maxAnswer = 32 << 20

// Client is one person's way into a controller. It is safe for concurrent
// use once logged in.
type Client struct {
	base  string
	http  *http.Client
	token string // "": by session
}

// New makes a client for the console's address, such as
// http://127.0.0.1:8080.
func New(base string) (*Client, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	return &Client{base: strings.TrimSuffix(base, "/"), http: &http.Client{Jar: jar, Timeout: time.Minute}}, nil
}

// Base is the console's address.
func (c *Client) Base() string { return c.base }

// Login opens a session that the client keeps.
func (c *Client) Login(ctx context.Context, login, password string) error {
	return c.Post(ctx, "/session", map[string]string{"login": login, "password": password}, nil)
}

// Get reads a resource below /api/v1 into out.
func (c *Client) Get(ctx context.Context, path string, out any) error {
	return c.call(ctx, http.MethodGet, path, nil, out)
}

// Post sends in and reads the answer into out; either may be nil.
func (c *Client) Post(ctx context.Context, path string, in, out any) error {
	return c.call(ctx, http.MethodPost, path, in, out)
}

// Put replaces a resource.
func (c *Client) Put(ctx context.Context, path string, in, out any) error {
	return c.call(ctx, http.MethodPut, path, in, out)
}

// Patch changes a resource.
func (c *Client) Patch(ctx context.Context, path string, in, out any) error {
	return c.call(ctx, http.MethodPatch, path, in, out)
}

// Delete removes a resource.
func (c *Client) Delete(ctx context.Context, path string) error {
	return c.call(ctx, http.MethodDelete, path, nil, nil)
}

func (c *Client) call(ctx context.Context, method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return fmt.Errorf("cannot encode the request: %w", err)
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base+"/api/v1"+path, body)
	if err != nil {
		return err
	}
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	c.identify(req)
	return c.do(req, out)
}

// problem is an RFC 9457 answer as the API writes it.
type problem struct {
	Code   playlists.Code   `json:"code"`
	Reason string           `json:"reason"`
	Params playlists.Params `json:"params"`
	Detail string           `json:"detail"`
}

func (c *Client) do(req *http.Request, out any) error {
	resp, err := c.http.Do(req)
	if err != nil {
		return fmt.Errorf("cannot reach the controller: %w", err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("cannot read the answer to %s %s: %w", req.Method, req.URL.Path, err)
	}
	if resp.StatusCode >= 300 {
		var p problem
		if json.Unmarshal(b, &p) == nil && p.Detail != "" {
			return &playlists.Error{Code: p.Code, Reason: p.Reason, Params: p.Params, Message: fmt.Sprintf("%s %s: %s", req.Method, req.URL.Path, p.Detail)}
		}
		return fmt.Errorf("cannot %s %s: %s: %.200s", req.Method, req.URL.Path, resp.Status, b)
	}
	if out == nil || len(b) == 0 {
		return nil
	}
	if err := json.Unmarshal(b, out); err != nil {
		return fmt.Errorf("cannot understand the answer to %s %s: %w", req.Method, req.URL.Path, err)
	}
	return nil
}
