package apiclient

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"cotmoc/playlists"
)

// UploadChunk is how many bytes one PATCH carries.
const UploadChunk = 8 << 20

// Upload sends a file by tus 1.0 and gives the media it became; for a
// duplicate, the one that is there already.
func (c *Client) Upload(ctx context.Context, name, title string, size int64, content io.Reader) (playlists.ID, error) {
	location, err := c.createUpload(ctx, name, title, size)
	if err != nil {
		return "", err
	}
	for offset := int64(0); offset < size; {
		n := min(UploadChunk, size-offset)
		req, err := http.NewRequestWithContext(ctx, http.MethodPatch, location, io.LimitReader(content, n))
		if err != nil {
			return "", err
		}
		req.ContentLength = n
		req.Header.Set("Tus-Resumable", "1.0.0")
		req.Header.Set("Upload-Offset", strconv.FormatInt(offset, 10))
		req.Header.Set("Content-Type", "application/offset+octet-stream")
		if err := c.do(req, nil); err != nil {
			return "", err
		}
		offset += n
	}
	u, err := url.Parse(location)
	if err != nil {
		return "", err
	}
	return c.uploadResult(ctx, u.Path)
}

func (c *Client) createUpload(ctx context.Context, name, title string, size int64) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+"/api/v1/uploads/", nil)
	if err != nil {
		return "", err
	}
	b64 := base64.StdEncoding.EncodeToString
	req.Header.Set("Tus-Resumable", "1.0.0")
	req.Header.Set("Upload-Length", strconv.FormatInt(size, 10))
	req.Header.Set("Upload-Metadata", "filename "+b64([]byte(name))+",title "+b64([]byte(title)))
	resp, err := c.http.Do(req)
	if err != nil {
		return "", fmt.Errorf("cannot reach the controller: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusCreated {
		b, _ := io.ReadAll(io.LimitReader(resp.Body, 4096))
		return "", fmt.Errorf("cannot begin the upload of %s: %s: %s", name, resp.Status, b)
	}
	at, err := resp.Location()
	if err != nil {
		return "", fmt.Errorf("cannot find the upload of %s: %w", name, err)
	}
	return at.String(), nil
}

func (c *Client) uploadResult(ctx context.Context, path string) (playlists.ID, error) {
	const prefix = "/api/v1"
	var r struct {
		MediaID     playlists.ID `json:"media_id"`
		DuplicateOf *struct {
			ID playlists.ID `json:"id"`
		} `json:"duplicate_of"`
		Error *problem `json:"error"`
	}
	if err := c.Get(ctx, path[len(prefix):]+"/result", &r); err != nil {
		return "", err
	}
	switch {
	case r.Error != nil:
		return "", &playlists.Error{Code: playlists.Invalid, Reason: r.Error.Reason, Params: r.Error.Params, Message: "cannot take the file: " + r.Error.Reason}
	case r.DuplicateOf != nil:
		return r.DuplicateOf.ID, nil
	case r.MediaID == "":
		return "", errors.New("cannot tell what became of the upload: the controller names no media")
	}
	return r.MediaID, nil
}

// Media is the part of a media that scripts need.
type Media struct {
	ID         playlists.ID         `json:"id"`
	Title      string               `json:"title"`
	State      playlists.MediaState `json:"state"`
	Revision   int                  `json:"revision"`
	Renditions []Rendition          `json:"renditions"`
	Job        *struct {
		State  string `json:"state"`
		Reason string `json:"reason"`
	} `json:"job"`
}

// Rendition is the part of a rendition that scripts need.
type Rendition struct {
	Profile playlists.Profile `json:"profile"`
	Digest  playlists.Digest  `json:"digest"`
	Size    int64             `json:"size"` // bytes
	MIME    string            `json:"mime"`
	URL     string            `json:"url"`
}

// Digests lists the renditions as a decision names them.
func (m *Media) Digests() []playlists.Digest {
	var out []playlists.Digest
	for _, r := range m.Renditions {
		out = append(out, r.Digest)
	}
	return out
}

// AwaitRenditions waits until a media's renditions are made.
func (c *Client) AwaitRenditions(ctx context.Context, id playlists.ID) (*Media, error) {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		var m Media
		if err := c.Get(ctx, "/media/"+string(id), &m); err != nil {
			return nil, err
		}
		switch m.State {
		case playlists.Processing:
		case playlists.Failed:
			return nil, fmt.Errorf("cannot make the renditions of %q: %+v", m.Title, m.Job)
		default:
			return &m, nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-tick.C:
		}
	}
}

// Decide makes a media approved through three people: author submits,
// reviewer reviews, approver approves.
func Decide(ctx context.Context, author, reviewer, approver *Client, m *Media) error {
	at := "/media/" + string(m.ID)
	decision := map[string]any{"decision": "accept", "renditions": m.Digests()}
	if err := author.Post(ctx, at+"/submit", map[string]any{"declared": true}, nil); err != nil {
		return err
	}
	if err := reviewer.Post(ctx, at+"/review", decision, nil); err != nil {
		return err
	}
	return approver.Post(ctx, at+"/approve", decision, nil)
}
