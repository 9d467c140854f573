package media

import (
	"context"
	"io"

	"cotmoc/playlists"
)

// Bytes are those of one object of a media. Close them.
type Bytes struct {
	io.ReadSeekCloser
	Size   int64
	Digest playlists.Digest // unchanging, so it may be an entity tag
	MIME   string
}

// Picture is one of the pictures and films that a media has.
type Picture string

// The pictures.
const (
	ARendition Picture = "rendition" // what the screen shows
	APoster    Picture = "poster"    // a still of it
	AThumbnail Picture = "thumbnail" // the still, small
	APreview   Picture = "preview"   // the whole source, small
	AProxy     Picture = "proxy"     // the whole of a video, small
)

// Open gives the bytes of a picture. profile "" takes the first that there
// is, and for a thumbnail the source's preview until then. Those who watch the screens see thumbnails of what is approved.
func (s *Service) Open(ctx context.Context, a playlists.Actor, id playlists.ID, which Picture, profile playlists.Profile) (*Bytes, error) {
	r, err := s.cfg.Store.Media(ctx, id)
	if err != nil {
		return nil, err
	}
	watches := which == AThumbnail && r.State == playlists.Approved && !a.Reach(playlists.Watch).None()
	if !MaySee(a, r) && !watches {
		return nil, Missing(id)
	}
	d, mime := r.find(which, profile)
	if d == "" {
		return nil, playlists.Errorf(playlists.NotFound, "picture_missing", playlists.Params{"media": string(id), "profile": string(profile)}, "cannot show this picture of %q yet: it is not made; wait for its processing", r.Title)
	}
	rs, size, err := s.cfg.Objects.Open(ctx, d)
	if err != nil {
		return nil, err
	}
	return &Bytes{ReadSeekCloser: rs, Size: size, Digest: d, MIME: mime}, nil
}

// find gives the digest and type of a picture, "" when it is not there.
func (r *Record) find(which Picture, profile playlists.Profile) (playlists.Digest, string) {
	if which == APreview {
		return r.Preview, "image/jpeg"
	}
	if which == AProxy {
		return r.Proxy, "video/mp4"
	}
	for _, p := range r.Rendered() {
		if profile != "" && p != profile {
			continue
		}
		rend, _ := r.Rendition(p)
		switch which {
		case ARendition:
			return rend.Digest, rend.MIME
		case APoster:
			return rend.Poster, "image/jpeg"
		case AThumbnail:
			return r.Thumbnails[p], "image/jpeg"
		}
	}
	if which == AThumbnail && profile == "" {
		return r.Preview, "image/jpeg" // until there is one
	}
	return "", ""
}
