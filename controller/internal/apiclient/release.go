package apiclient

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

// Release is what the API says of a release that was taken in.
type Release struct {
	ID      string `json:"id"`
	Version string `json:"version"`
	Builds  []struct {
		OS     string `json:"os"`
		Arch   string `json:"arch"`
		SHA256 string `json:"sha256"`
		Size   int64  `json:"size"`
	} `json:"builds"`
}

// buildTime is how long a program may take on its way.
const buildTime = 15 * time.Minute

// AddRelease hands a signed release in, and then its programs: digest finds the
// file of each, and "" leaves one out.
func (c *Client) AddRelease(ctx context.Context, envelope []byte, file func(sha256 string) string) (*Release, error) {
	var r Release
	if err := c.Post(ctx, "/releases", map[string][]byte{"envelope": envelope}, &r); err != nil {
		return nil, err
	}
	for _, b := range r.Builds {
		path := file(b.SHA256)
		if path == "" {
			continue
		}
		if err := c.putBuild(ctx, "/releases/"+r.ID+"/builds/"+b.SHA256, path); err != nil {
			return nil, err
		}
	}
	return &r, nil
}

func (c *Client) putBuild(ctx context.Context, path, file string) error {
	f, err := os.Open(file)
	if err != nil {
		return fmt.Errorf("cannot read the program: %w", err)
	}
	defer f.Close() // it is only read
	ctx, cancel := context.WithTimeout(ctx, buildTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPut, c.base+"/api/v1"+path, io.NopCloser(f))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/octet-stream")
	c.identify(req)
	return c.do(req, nil)
}
