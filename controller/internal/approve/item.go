package approve

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// maxRendition bounds what is fetched and kept in a browser's memory.
const maxRendition = 1 << 30 // bytes

// item is one media that is looked at, with all that the person is shown.
type item struct {
	id        string
	asked     asked
	raw       []byte // the statement
	statement *programme.Statement
	files     map[playlists.Digest]file
	folder    string
	signers   []signer
}

// file is a rendition whose bytes have its digest.
type file struct {
	path, mime string
	size       int64
}

// view is what the page gets of an item.
type view struct {
	ID        string               `json:"id"`
	Statement *programme.Statement `json:"statement"` // all of it, to be shown
	Files     []viewFile           `json:"files"`
	Challenge string               `json:"challenge"` // base64url, for a passkey
	Signers   []signer             `json:"signers"`
	Clusters  map[string]string    `json:"clusters"` // what the controller calls them
	Author    string               `json:"author"`   // what the controller calls them
}

type viewFile struct {
	Profile playlists.Profile `json:"profile"`
	Digest  playlists.Digest  `json:"digest"`
	MIME    string            `json:"mime"`
	Size    int64             `json:"size"`
	Width   int               `json:"width"`
	Height  int               `json:"height"`
}

// listed is the part of a media that the controller lists.
type listed struct {
	ID     playlists.ID `json:"id"`
	Title  string       `json:"title"`
	Kind   string       `json:"kind"`
	Author struct {
		Name string `json:"name"`
	} `json:"author"`
	Renditions []struct {
		Profile playlists.Profile `json:"profile"`
		Digest  playlists.Digest  `json:"digest"`
	} `json:"renditions"`
	ToDecide []playlists.Profile `json:"to_decide"` // those that the decision is over
}

// look prepares a decision about a media and fetches all that it is over. What
// was looked at before is forgotten.
func (c *Client) look(ctx context.Context, media playlists.ID, act programme.Act) (*view, error) {
	if media.Validate() != nil || act != programme.Review && act != programme.Approve {
		return nil, refuse(Unreadable, "the page asks for no decision")
	}
	a := asked{media: media, act: act, by: c.me, renditions: map[playlists.Profile]playlists.Digest{}}
	var m listed
	if err := c.cfg.Controller.Get(ctx, "/media/"+string(media), &m); err != nil {
		return nil, err
	}
	var seen []playlists.Digest
	for _, r := range m.Renditions {
		if !slices.Contains(m.ToDecide, r.Profile) {
			continue // approved already: they are not signed for again
		}
		if _, twice := a.renditions[r.Profile]; twice {
			return nil, refuse(OtherRenditions, "the controller lists two renditions for one profile")
		}
		a.renditions[r.Profile] = r.Digest
		seen = append(seen, r.Digest)
	}
	if len(a.renditions) != len(m.ToDecide) {
		return nil, refuse(OtherRenditions, "the controller lists two renditions for one profile")
	}
	var p prepared
	in := map[string]any{"act": act, "items": []any{map[string]any{"media_id": media, "seen": seen}}}
	if err := c.cfg.Controller.Post(ctx, "/decisions/prepare", in, &p); err != nil {
		return nil, err
	}
	raw, statement, err := hold(&p, a, c.cfg.Now())
	if err != nil {
		return nil, err
	}
	it := &item{asked: a, raw: raw, statement: statement, files: map[playlists.Digest]file{}, signers: signersHere(p.Credentials)}
	if it.id, err = secret(); err != nil {
		return nil, err
	}
	if it.folder, err = os.MkdirTemp(c.cfg.Folder, "look-"); err != nil {
		return nil, fmt.Errorf("cannot keep what is looked at: %w", err)
	}
	if err := c.fetchAll(ctx, it); err != nil {
		_ = os.RemoveAll(it.folder) // the folder above it is removed at the end
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.drop(); err != nil {
		return nil, err
	}
	c.item = it
	return c.show(ctx, it, &m), nil
}

// signersHere keeps the passkeys that can sign in this page.
func signersHere(all []signer) []signer {
	out := []signer{}
	for _, s := range all {
		if id, err := base64.RawURLEncoding.DecodeString(s.CredentialID); err == nil && len(id) > 0 && s.Kind == programme.Passkey && s.RPID == "localhost" && len(out) < 16 {
			s.Label = clip(playlists.Clean(s.Label))
			out = append(out, s)
		}
	}
	return out
}

func (c *Client) show(ctx context.Context, it *item, m *listed) *view {
	challenge := programme.Challenge(programme.StatementPayloadType, it.raw)
	v := &view{
		ID: it.id, Statement: it.statement, Challenge: base64.RawURLEncoding.EncodeToString(challenge[:]), Signers: it.signers,
		Clusters: c.clusterNames(ctx, it.statement.Predicate.Territory), Author: clip(playlists.Clean(m.Author.Name)),
	}
	for _, s := range it.statement.Subject {
		profile, f := playlists.Profile(s.Name), it.files[s.Digest.SHA256]
		w, h := profile.Size()
		v.Files = append(v.Files, viewFile{Profile: profile, Digest: s.Digest.SHA256, MIME: f.mime, Size: f.size, Width: w, Height: h})
	}
	return v
}

// clusterNames asks what clusters are called. The ids are what is signed; a
// name is a help that nobody vouches for.
func (c *Client) clusterNames(ctx context.Context, territory []string) map[string]string {
	names := map[string]string{}
	var all struct {
		Items []struct {
			ID   string `json:"id"`
			Name string `json:"name"`
		} `json:"items"`
	}
	if err := c.cfg.Controller.Get(ctx, "/clusters?limit=200", &all); err != nil {
		c.cfg.Log.Debug("cluster names are not known", "error", err)
		return names
	}
	for _, cl := range all.Items {
		for _, id := range territory {
			if cl.ID == id {
				names[id] = clip(playlists.Clean(cl.Name))
			}
		}
	}
	return names
}

const maxWords = 300 // characters of a controller's text

func clip(s string) string {
	if r := []rune(s); len(r) > maxWords {
		return string(r[:maxWords]) + "…"
	}
	return s
}

// fetchAll fetches every rendition that the statement names.
func (c *Client) fetchAll(ctx context.Context, it *item) error {
	for _, s := range it.statement.Subject {
		f, err := c.fetch(ctx, it, playlists.Profile(s.Name), s.Digest.SHA256)
		if err != nil {
			return err
		}
		if f.mime != s.MediaType {
			return refuse(OtherBytes, "the bytes for %s are %s, and %.40q is to be signed", s.Name, f.mime, s.MediaType)
		}
		it.files[s.Digest.SHA256] = f
	}
	return nil
}

// fetch keeps a rendition when its bytes have the digest. What they are is read
// from themselves.
func (c *Client) fetch(ctx context.Context, it *item, profile playlists.Profile, want playlists.Digest) (f file, err error) {
	body, err := c.cfg.Controller.Open(ctx, "/media/"+string(it.asked.media)+"/renditions/"+string(profile))
	if err != nil {
		return file{}, err
	}
	defer func() { _ = body.Close() }() // it was only read
	f.path = filepath.Join(it.folder, string(profile))
	out, err := os.OpenFile(f.path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return file{}, fmt.Errorf("cannot keep what is looked at: %w", err)
	}
	defer func() { _ = out.Close() }() // thrown away when the person has decided
	sum := sha256.New()
	if f.size, err = io.Copy(io.MultiWriter(out, sum), io.LimitReader(body, maxRendition+1)); err != nil {
		return file{}, fmt.Errorf("cannot fetch the rendition for %s: %w", profile, err)
	}
	if f.size > maxRendition {
		return file{}, refuse(TooLarge, "the rendition for %s has more than %d bytes", profile, maxRendition)
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != string(want) {
		return file{}, refuse(OtherBytes, "the bytes for %s have the digest %s, and %s is to be signed", profile, got, want)
	}
	head := make([]byte, 12)
	if _, err := out.ReadAt(head, 0); err != nil {
		return file{}, refuse(NoPicture, "the rendition for %s is neither a JPEG nor an MP4", profile)
	}
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xd8, 0xff}):
		f.mime = "image/jpeg"
	case string(head[4:8]) == "ftyp":
		f.mime = "video/mp4"
	default:
		return file{}, refuse(NoPicture, "the rendition for %s is neither a JPEG nor an MP4", profile)
	}
	return f, nil
}
