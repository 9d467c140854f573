// Package approve is the independent client: a page that a person's own binary
// serves to their own browser, where they look at what they sign.
//
// The controller may be in the hands of somebody else. So nothing that it says
// is believed: the statement is read here, every rendition that it names is
// fetched and hashed here and once more in the page that shows it, all that is
// signed is shown, and what is signed is computed from what was shown.
package approve

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// Controller is the API below /api/v1, whose answers are bounded in size.
type Controller interface {
	Get(ctx context.Context, path string, out any) error
	Post(ctx context.Context, path string, in, out any) error
	Open(ctx context.Context, path string) (io.ReadCloser, error)
}

// Config is what a Client works with; all but Key, Enrol and Password is required.
type Config struct {
	Controller Controller
	Address    string             // of the controller, for the person to read
	Port       string             // of the page, under the name localhost
	Folder     string             // holds renditions while they are looked at
	Key        ed25519.PrivateKey // nil: a passkey signs
	Enrol      bool               // the page begins with offering a new key
	Password   string             // with Enrol: the controller asks for it once more
	Now        func() time.Time
	Log        *slog.Logger
}

// Person is who signs. It is asked for once: whatever is prepared later is for
// this very person.
type Person struct {
	ID    playlists.ID `json:"id"`
	Name  string       `json:"name"`
	Login string       `json:"login"`
}

// Client is one person at their page. It is safe for concurrent use.
type Client struct {
	cfg        Config
	me         Person
	token      string // the page's secret path
	credential string // of the key file, "" without one

	mu    sync.Mutex
	item  *item  // what is looked at now
	nonce []byte // of the enrolment that was begun
}

const tokenBytes = 32

// New asks the controller who the person is.
func New(ctx context.Context, cfg Config) (*Client, error) {
	c := &Client{cfg: cfg}
	var err error
	if c.token, err = secret(); err != nil {
		return nil, err
	}
	if cfg.Key != nil {
		public, ok := cfg.Key.Public().(ed25519.PublicKey)
		if !ok {
			return nil, errors.New("cannot sign with this key file: it is no Ed25519 key")
		}
		k, err := programme.FileCredential(public)
		if err != nil {
			return nil, err
		}
		c.credential = k.ID
	}
	if err := cfg.Controller.Get(ctx, "/me", &c.me); err != nil {
		return nil, err
	}
	if err := c.me.ID.Validate(); err != nil {
		return nil, fmt.Errorf("cannot go on: the controller does not say who you are: %w", err)
	}
	if plain(c.me.Name) != nil || c.me.Name == "" {
		return nil, errors.New("cannot go on: the name that the controller has for you holds characters that cannot be seen")
	}
	return c, nil
}

func secret() (string, error) {
	b := make([]byte, tokenBytes)
	if _, err := io.ReadFull(rand.Reader, b); err != nil {
		return "", fmt.Errorf("cannot make a secret: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(b), nil
}

// Person gives who signs.
func (c *Client) Person() Person { return c.me }

// Page gives the address that the person opens. Whoever has it can use the
// page, on this machine alone.
func (c *Client) Page() string { return c.origin() + "/" + c.token + "/" }

func (c *Client) origin() string { return "http://localhost:" + c.cfg.Port }

// Close forgets what was looked at.
func (c *Client) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.drop()
}

// drop removes what is looked at; the caller holds the lock.
func (c *Client) drop() error {
	if c.item == nil {
		return nil
	}
	folder := c.item.folder
	c.item = nil
	if err := os.RemoveAll(folder); err != nil {
		return fmt.Errorf("cannot remove what was looked at: %w", err)
	}
	return nil
}
