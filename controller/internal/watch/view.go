package watch

import (
	"fmt"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// ClusterRef is a screen's cluster with the name it has now.
type ClusterRef struct {
	ID   playlists.ID `json:"id"`
	Name string       `json:"name"`
}

// Screen is a screen where it stands.
type Screen struct {
	ID      playlists.ID
	Name    string
	Cluster ClusterRef
	Unit    playlists.ID // that operates the cluster now
	Profile playlists.Profile
	Tags    []string
}

// View is what people on watch see of a screen.
type View struct {
	ID         playlists.ID      `json:"id"`
	Name       string            `json:"name"`
	Cluster    ClusterRef        `json:"cluster"`
	Profile    playlists.Profile `json:"profile"`
	Tags       []string          `json:"tags"`
	State      State             `json:"state" enum:"playing,slate,behind,wrong,late,offline,never,resting"`
	Reason     *Reason           `json:"reason"`
	Since      time.Time         `json:"since"`
	Showing    *ShownView        `json:"showing"`
	Due        *DueView          `json:"due"`
	Capture    *CaptureView      `json:"capture"`
	Programme  ProgrammeView     `json:"programme"`
	Delivery   *DeliveryView     `json:"delivery"`
	Disk       *DiskView         `json:"disk"`
	Clock      *ClockView        `json:"clock"`
	Trust      *TrustView        `json:"trust"`
	Version    string            `json:"version"`
	Update     *UpdateView       `json:"update"`
	BootID     string            `json:"boot_id"`
	LastSeenAt *time.Time        `json:"last_seen_at"`
	PlayerURL  string            `json:"player_url"`
	Problems   []ProblemView     `json:"problems"`
}

// UpdateView is what the screen does about its own program.
type UpdateView struct {
	State   wire.UpdateState  `json:"state"`
	Version programme.Version `json:"version"` // that it was offered
	Reason  string            `json:"reason"`
}

// ShownView is what the screen says it shows.
type ShownView struct {
	Kind         wire.ShowKind    `json:"kind" enum:"item,slate,pairing,bulletin,pages,none"`
	MediaID      playlists.ID     `json:"media_id"`
	Title        string           `json:"title"`
	ThumbnailURL string           `json:"thumbnail_url"`
	Digest       playlists.Digest `json:"digest"`
	Since        time.Time        `json:"since"`
}

// DueView is the media that should be shown.
type DueView struct {
	MediaID playlists.ID `json:"media_id"`
	Title   string       `json:"title"`
	// ThumbnailURL and Digest are of the rendition for this screen.
	ThumbnailURL string           `json:"thumbnail_url"`
	Digest       playlists.Digest `json:"digest"`
}

// ProgrammeView compares programmes.
type ProgrammeView struct {
	Wanted *RefView `json:"wanted"`
	Held   *RefView `json:"held"`
}

// RefView names a programme. IssuedAt is null for one that we no longer know.
type RefView struct {
	Counter  uint64     `json:"counter"`
	IssuedAt *time.Time `json:"issued_at"`
}

// DeliveryView is how far the wanted programme has come.
type DeliveryView struct {
	Stage      string `json:"stage" enum:"desired,received,cached,scheduled,shown"`
	BytesDone  int64  `json:"bytes_done"`
	BytesTotal int64  `json:"bytes_total"`
	EtaS       int64  `json:"eta_s" doc:"0 when nothing is left or the rate is unknown."`
}

// DiskView is the room where the cache lives, in bytes.
type DiskView struct {
	Free  int64 `json:"free"`
	Total int64 `json:"total"`
}

// ClockView is the screen's clock against ours.
type ClockView struct {
	State    wire.ClockState `json:"state" enum:"trusted,plausible,lost"`
	OffsetMS int64           `json:"offset_ms" doc:"Ahead of the controller; transport included."`
}

// ProblemView is something a person should know.
type ProblemView struct {
	Code   string           `json:"code"`
	Params playlists.Params `json:"params"`
	Since  time.Time        `json:"since"`
}

// lowDisk is the share of the disk below which there may soon be no room for
// new media.
const lowDisk = 0.05

// view draws an entry. title gives the title of a media, "" while it is not
// known.
func (e *entry) view(v Verdict, now time.Time, title func(playlists.ID) string) View {
	out := View{
		ID: e.screen.ID, Name: e.screen.Name, Cluster: e.screen.Cluster, Profile: e.screen.Profile, Tags: e.screen.Tags,
		State: v.State, Reason: v.Reason, Problems: []ProblemView{},
	}
	if out.Tags == nil {
		out.Tags = []string{}
	}
	if e.want != nil {
		out.Programme.Wanted = e.ref(e.want.Ref)
		if d := e.orders.due(e.want)(now); d.Playing {
			out.Due = &DueView{MediaID: d.Media, Title: title(d.Media), ThumbnailURL: e.thumbnail(d.Media), Digest: d.Rendition}
		}
	}
	if !e.heard.SeenAt.IsZero() {
		at := e.heard.SeenAt.UTC()
		out.LastSeenAt = &at
	}
	out.Capture = e.capture()
	r := e.heard.Report
	if r == nil {
		return out
	}
	out.Version, out.BootID, out.PlayerURL = r.Version, r.Boot, r.PlayerURL
	if u := r.Update; u != nil {
		out.Update = &UpdateView{u.State, u.Version, u.Reason}
	}
	out.Showing = &ShownView{Kind: r.Showing.Kind, MediaID: r.Showing.Media, Digest: r.Showing.Rendition, Since: time.UnixMilli(r.Showing.Since).UTC()}
	if r.Showing.Media != "" {
		out.Showing.Title = title(r.Showing.Media)
		out.Showing.ThumbnailURL = e.thumbnail(r.Showing.Media)
	}
	if held := r.Playing; held != nil {
		out.Programme.Held = e.ref(*held)
	}
	if e.want != nil {
		out.Delivery = delivery(e.want.Ref, r)
	}
	out.Disk = &DiskView{Free: r.Disk.Free, Total: r.Disk.Total}
	out.Clock = &ClockView{State: r.Clock.State, OffsetMS: e.offset.Milliseconds()}
	for _, p := range r.Problems {
		out.Problems = append(out.Problems, ProblemView{Code: p.Code, Params: playlists.Params{"detail": p.Detail}, Since: time.UnixMilli(p.Since).UTC()})
	}
	if r.Disk.Total > 0 && float64(r.Disk.Free) < lowDisk*float64(r.Disk.Total) {
		out.Problems = append(out.Problems, ProblemView{Code: "disk_low", Params: playlists.Params{"free": r.Disk.Free, "total": r.Disk.Total}, Since: e.heard.ReportedAt.UTC()})
	}
	if c, why := blind(r); c != nil {
		params := playlists.Params{"witness": string(c.Witness), "why": why}
		out.Problems = append(out.Problems, ProblemView{Code: "glass_blind", Params: params, Since: time.UnixMilli(c.Since).Add(-e.offset).UTC()})
	}
	out.Trust = e.orders.view(r)
	out.Problems = append(out.Problems, e.notices(now)...)
	return out
}

// thumbnail gives where a media's picture in the shape of the screen is.
func (e *entry) thumbnail(media playlists.ID) string {
	return fmt.Sprintf("/api/v1/media/%s/thumbnail?profile=%s", media, e.screen.Profile)
}

// notices are what is judged of a screen's trust, each since it was first.
func (e *entry) notices(now time.Time) []ProblemView {
	all := e.orders.notices(e.heard.Report, &e.marks, &e.said, now)
	before := e.since
	e.since = make(map[string]time.Time, len(all))
	for i := range all {
		since, ok := before[all[i].Code]
		if !ok {
			since = now.UTC()
		}
		all[i].Since, e.since[all[i].Code] = since, since
	}
	return all
}

func (e *entry) ref(ref wire.ProgrammeRef) *RefView {
	out := &RefView{Counter: ref.Counter}
	if at, ok := e.issued[ref]; ok {
		at = at.UTC()
		out.IssuedAt = &at
	}
	return out
}

func delivery(want wire.ProgrammeRef, r *wire.Reported) *DeliveryView {
	d := &DeliveryView{Stage: "desired", BytesDone: r.Delivery.BytesDone, BytesTotal: r.Delivery.BytesTotal}
	switch {
	case !atLeast(r.Received, want):
		d.BytesDone, d.BytesTotal = 0, 0 // of an older programme
		return d
	case atLeast(r.Shown, want):
		d.Stage = "shown"
	case atLeast(r.Playing, want):
		d.Stage = "scheduled"
	case d.BytesDone >= d.BytesTotal:
		d.Stage = "cached"
	default:
		d.Stage = "received"
	}
	if left := d.BytesTotal - d.BytesDone; left > 0 && r.Delivery.BytesPerS > 0 {
		d.EtaS = (left + r.Delivery.BytesPerS - 1) / r.Delivery.BytesPerS
	}
	return d
}
