package httpapi

import (
	"context"
	"maps"
	"net/url"
	"time"

	"cotmoc/controller/internal/approval"
	"cotmoc/controller/internal/library"
	"cotmoc/controller/internal/media"
	"cotmoc/controller/internal/sources"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// Media is one image or video with all that the console shows beside it.
type Media struct {
	ID           playlists.ID                        `json:"id"`
	Kind         playlists.Kind                      `json:"kind" enum:"image,video"`
	Title        string                              `json:"title"`
	Description  string                              `json:"description"`
	Languages    []string                            `json:"languages"`
	Unit         Named                               `json:"unit"`
	Author       Named                               `json:"author"`
	State        playlists.MediaState                `json:"state" enum:"processing,failed,draft,submitted,reviewed,approved,returned,withdrawn"`
	Revision     int                                 `json:"revision"`
	Mark         int                                 `json:"mark" doc:"Rises with every change, of how it is arranged too."`
	FolderID     playlists.ID                        `json:"folder_id" doc:"Empty in no folder."`
	Tags         []string                            `json:"tags"`
	Themes       []playlists.ID                      `json:"themes"`
	Source       MediaSource                         `json:"source"`
	Fits         map[playlists.Profile]playlists.Fit `json:"fits"`
	Excerpt      playlists.Excerpt                   `json:"excerpt" doc:"What of the source is shown, in all profiles."`
	Tracks       MediaTracks                         `json:"tracks" doc:"Of a video: what can be chosen from."`
	ProxyURL     string                              `json:"proxy_url" doc:"Of a video: a small copy of the whole source, empty until it is made."`
	Territory    []string                            `json:"territory" doc:"Cluster ids, or * for all."`
	ValidFrom    *time.Time                          `json:"valid_from" nullable:"true"`
	ValidUntil   *time.Time                          `json:"valid_until" nullable:"true" doc:"Exclusive."`
	RightsBasis  string                              `json:"rights_basis"`
	Origin       MediaOrigin                         `json:"origin"`
	Renditions   []MediaRendition                    `json:"renditions"`
	ToDecide     []playlists.Profile                 `json:"to_decide" doc:"Whose renditions the next review or approval is over: all, or those added to an approved version."`
	Supplement   bool                                `json:"supplement" doc:"What is to be decided was added to an approved version."`
	ThumbnailURL string                              `json:"thumbnail_url"`
	Job          *MediaJob                           `json:"job"`
	Decisions    []MediaDecision                     `json:"decisions" doc:"Oldest first."`
	UsedIn       []Titled                            `json:"used_in" doc:"Playlists."`
	CreatedAt    time.Time                           `json:"created_at"`
	UpdatedAt    time.Time                           `json:"updated_at"`
	ExpiresSoon  bool                                `json:"expires_soon"`
	Held         *MediaHold                          `json:"held"`
	May          MediaMay                            `json:"may"`
}

// MediaSource is a media as it was brought in.
type MediaSource struct {
	FileName   string           `json:"file_name"`
	Size       int64            `json:"size"`
	SHA256     playlists.Digest `json:"sha256"`
	MIME       string           `json:"mime"`
	Width      int              `json:"width"`
	Height     int              `json:"height"`
	DurationMS int64            `json:"duration_ms"`
}

// MediaOrigin is where a media comes from.
type MediaOrigin struct {
	Page        string           `json:"page" doc:"The address it was taken from; empty of an upload."`
	Publisher   string           `json:"publisher"`
	Creator     string           `json:"creator"`
	PublishedAt *time.Time       `json:"published_at" nullable:"true"`
	FetchedAt   *time.Time       `json:"fetched_at" nullable:"true"`
	PageSHA256  playlists.Digest `json:"page_sha256" doc:"Of the page as fetched; empty of an upload."`
	Authors     bool             `json:"authors" doc:"It is its author's own: the rights basis must name the author's permission."`
}

// MediaTracks are the sounds and subtitles of a video, and how its frames
// follow.
type MediaTracks struct {
	Known     bool         `json:"known" doc:"Whether the video has been read."`
	FrameRate float64      `json:"frame_rate" doc:"Frames a second, of the renditions and of the small copy; 0 until known."`
	Audio     []MediaTrack `json:"audio"`
	Subtitles []MediaTrack `json:"subtitles" doc:"Those in the file first, then the files brought in beside it."`
}

// MediaTrack is one of them.
type MediaTrack struct {
	Language string         `json:"language" doc:"As the file says, ISO 639-2 as a rule."`
	Title    string         `json:"title" doc:"As the file says; of a file its name."`
	Default  bool           `json:"default"`
	File     bool           `json:"file" doc:"Brought in beside the video."`
	Cues     int            `json:"cues" doc:"Of subtitles: how many there are."`
	Reason   string         `json:"reason" doc:"Why these subtitles cannot be burnt in, else empty."`
	Params   map[string]any `json:"params"`
}

// MediaRendition is the exact bytes for one profile.
type MediaRendition struct {
	Profile    playlists.Profile `json:"profile"`
	Digest     playlists.Digest  `json:"digest"`
	Size       int64             `json:"size"`
	MIME       string            `json:"mime"`
	Width      int               `json:"width"`
	Height     int               `json:"height"`
	DurationMS int64             `json:"duration_ms"`
	HasAudio   bool              `json:"has_audio"`
	URL        string            `json:"url"`
	PosterURL  string            `json:"poster_url"`
	Approved   bool              `json:"approved" doc:"An approval in force is over these very bytes."`
}

// MediaJob is how far the rendering is.
type MediaJob struct {
	_        struct{}       `nullable:"true"`
	State    string         `json:"state" enum:"queued,running,done,failed"`
	Stage    string         `json:"stage"`
	Progress float64        `json:"progress" doc:"0 to 1"`
	Reason   string         `json:"reason"`
	Params   map[string]any `json:"params"`
}

// MediaDecision is what somebody decided.
type MediaDecision struct {
	ID       playlists.ID  `json:"id"`
	Decision programme.Act `json:"decision" enum:"submit,review,approve,return,withdraw"`
	Person   Named         `json:"person"`
	At       time.Time     `json:"at"`
	Reason   string        `json:"reason"`
	Declared bool          `json:"declared" doc:"Of a submission: the person declared that it holds no state secret and nobody's personal data without consent."`
}

// MediaHold is why programmes leave an approved media out.
type MediaHold struct {
	_        struct{}         `nullable:"true"`
	ChangeID playlists.ID     `json:"change_id" doc:"Of /sources/changes."`
	Why      sources.Upstream `json:"why" enum:"changed,gone"`
	Since    time.Time        `json:"since"`
}

// MediaMay is what the one who asks may do with it now.
type MediaMay struct {
	Edit     bool `json:"edit"`
	Submit   bool `json:"submit"`
	Review   bool `json:"review"`
	Approve  bool `json:"approve"`
	Withdraw bool `json:"withdraw"`
	Delete   bool `json:"delete"`
	Arrange  bool `json:"arrange" doc:"Folder, tags and themes, whatever its state."`
}

// mediaShapes gives the answers' form of media that the actor may see.
func (s *Server) mediaShapes(ctx context.Context, a playlists.Actor, records ...*media.Record) ([]Media, error) {
	ids := each(records, func(r *media.Record) playlists.ID { return r.ID })
	cases, err := s.Approval.Cases(ctx, ids)
	if err != nil {
		return nil, err
	}
	used, err := s.Planning.UsedIn(ctx, ids)
	if err != nil {
		return nil, err
	}
	labels, err := s.Library.Labels(ctx, ids)
	if err != nil {
		return nil, err
	}
	authors, err := s.Sources.Authors(ctx)
	if err != nil {
		return nil, err
	}
	held, err := s.Sources.Holds(ctx)
	if err != nil {
		return nil, err
	}
	return each(records, func(r *media.Record) Media {
		c := cases[r.ID]
		m := s.mediaShape(r)
		m.FolderID, m.Themes = labels[r.ID].Folder, list(labels[r.ID].Themes)
		m.Tags = each(labels[r.ID].Tags, func(t library.Tag) string { return t.Text })
		m.Decisions = each(c.Decisions, func(d approval.Decision) MediaDecision {
			return MediaDecision{ID: d.ID, Decision: d.Act, Person: Named{d.Person, d.PersonName}, At: d.At, Reason: d.Reason, Declared: d.Declared}
		})
		m.UsedIn = each(used[r.ID], func(p playlists.Playlist) Titled { return Titled{p.ID, p.Title} })
		m.Origin.Authors = authors(r.Origin)
		if h, ok := held[r.ID]; ok {
			m.Held = &MediaHold{ChangeID: h.Page, Why: h.Why, Since: h.Since}
		}
		m.ToDecide, m.Supplement = s.Approval.Awaits(&c)
		m.ToDecide = list(m.ToDecide)
		may := s.Approval.May(a, &c)
		editable := media.MayEdit(a, r) && media.Editable(r.State)
		m.May = MediaMay{Edit: editable, Submit: may.Submit, Review: may.Review, Approve: may.Approve, Withdraw: may.Withdraw, Delete: editable && !r.Approved, Arrange: media.MayEdit(a, r)}
		return m
	}), nil
}

// records reads media, without those that the actor may not see.
func (s *Server) records(ctx context.Context, a playlists.Actor, ids []playlists.ID) ([]*media.Record, error) {
	var out []*media.Record
	for _, id := range ids {
		r, err := s.Media.Get(ctx, a, id)
		if playlists.CodeOf(err) == playlists.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

func (s *Server) mediaShape(r *media.Record) Media {
	m := Media{
		ID: r.ID, Kind: r.Kind, Title: r.Title, Description: r.Description, Languages: list(r.Terms.Languages),
		Unit: Named{r.Unit, r.UnitName}, Author: Named{r.Author, r.AuthorName}, State: r.State, Revision: r.Revision, Mark: r.Mark(),
		Source: MediaSource{FileName: r.Source.FileName, Size: r.Source.Size, SHA256: r.Source.SHA256, MIME: r.Source.MIME, Width: r.Source.Width, Height: r.Source.Height, DurationMS: r.Source.Duration.Milliseconds()},
		Fits:   maps.Clone(r.Fits), Excerpt: r.Excerpt,
		Tracks:    MediaTracks{Known: r.Tracks.Known, FrameRate: r.Tracks.FrameRate, Audio: each(r.Tracks.Audio, mediaTrack), Subtitles: each(r.Tracks.Subtitles, mediaTrack)},
		Territory: list(r.Terms.Territory), ValidFrom: when(r.Terms.ValidFrom), ValidUntil: when(r.Terms.ValidUntil), RightsBasis: r.Terms.RightsBasis,
		Origin: MediaOrigin{
			Page: r.Origin.Canonical, Publisher: r.Origin.Publisher, Creator: r.Origin.Author,
			PublishedAt: when(r.Origin.Published), FetchedAt: when(r.Origin.Fetched), PageSHA256: r.Origin.PageBytes,
		},
		Renditions: []MediaRendition{}, ToDecide: []playlists.Profile{}, ThumbnailURL: thumbnailURL(r), Tags: []string{}, Themes: []playlists.ID{}, Decisions: []MediaDecision{}, UsedIn: []Titled{}, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
	}
	if r.Proxy != "" {
		m.ProxyURL = prefix + "/media/" + string(r.ID) + "/proxy?v=" + short(r.Proxy)
	}
	if m.Fits == nil {
		m.Fits = map[playlists.Profile]playlists.Fit{}
	}
	until := r.Terms.ValidUntil
	m.ExpiresSoon = !until.IsZero() && until.Before(s.now().Add(media.Soon))
	for _, x := range r.Renditions {
		m.Renditions = append(m.Renditions, MediaRendition{
			Profile: x.Profile, Digest: x.Digest, Size: x.Size, MIME: x.MIME, Width: x.Width, Height: x.Height, DurationMS: x.Duration.Milliseconds(), HasAudio: x.HasAudio,
			URL: renditionURL(r.ID, x.Profile, x.Digest), PosterURL: mediaURL(r.ID, "poster", x.Profile, x.Poster),
			Approved: r.Covered[x.Profile] == x.Digest,
		})
	}
	if w := r.Work; w != nil {
		m.Job = &MediaJob{State: w.State, Stage: w.Stage, Progress: w.Progress, Reason: w.Reason, Params: w.Params}
		if m.Job.Params == nil {
			m.Job.Params = map[string]any{}
		}
	}
	return m
}

func mediaTrack(t playlists.Track) MediaTrack {
	m := MediaTrack{Language: t.Language, Title: t.Title, Default: t.Default, File: t.File, Cues: t.Cues, Reason: t.Reason, Params: t.Params}
	if m.Params == nil {
		m.Params = map[string]any{}
	}
	return m
}

// renditionURL names exact bytes: v changes with them, so that browsers may
// keep them.
func renditionURL(id playlists.ID, p playlists.Profile, d playlists.Digest) string {
	return prefix + "/media/" + string(id) + "/renditions/" + url.PathEscape(string(p)) + "?v=" + short(d)
}

// thumbnailURL names a small picture, of the landscape rendition if there is
// one, of the source until then.
func thumbnailURL(r *media.Record) string {
	for _, p := range r.Rendered() {
		if d := r.Thumbnails[p]; d != "" {
			return mediaURL(r.ID, "thumbnail", p, d)
		}
	}
	if r.Preview != "" {
		return previewURL(r.ID, r.Preview)
	}
	return ""
}

// previewURL names the small picture of a source.
func previewURL(id playlists.ID, d playlists.Digest) string {
	return prefix + "/media/" + string(id) + "/thumbnail?v=" + short(d)
}

func mediaURL(id playlists.ID, what string, p playlists.Profile, d playlists.Digest) string {
	return prefix + "/media/" + string(id) + "/" + what + "?profile=" + url.QueryEscape(string(p)) + "&v=" + short(d)
}

func short(d playlists.Digest) string { return string(d[:min(len(d), 12)]) }
