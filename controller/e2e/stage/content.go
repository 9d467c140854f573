package stage

import (
	"bytes"
	"context"
	"time"

	"cotmoc/controller/internal/apiclient"
	"cotmoc/playlists"
)

// ItemMS is how long each item of a stage's playlists plays.
const ItemMS = 2000

// Bring has the editor upload a file and waits for its renditions.
func (s *Stage) Bring(name, title string, content []byte) *apiclient.Media {
	s.t.Helper()
	id, err := s.Editor.Upload(s.t.Context(), name, title, int64(len(content)), bytes.NewReader(content))
	if err != nil {
		s.t.Fatalf("%v", err)
	}
	ctx, cancel := context.WithTimeout(s.t.Context(), 3*time.Minute)
	defer cancel()
	m, err := s.Editor.AwaitRenditions(ctx, id)
	if err != nil {
		s.t.Fatalf("%v", err)
	}
	if err := s.Editor.Patch(ctx, "/media/"+string(m.ID), Object{"revision": m.Revision, "rights_basis": "Tự sản xuất"}, m); err != nil {
		s.t.Fatalf("%v", err)
	}
	return m
}

// Approved brings a file in and has three people decide on it.
func (s *Stage) Approved(name, title string, content []byte) *apiclient.Media {
	s.t.Helper()
	m := s.Bring(name, title, content)
	if s.charter != nil {
		s.Decide(m)
		return m
	}
	if err := apiclient.Decide(s.t.Context(), s.Editor, s.Reviewer, s.Approver, m); err != nil {
		s.t.Fatalf("%v", err)
	}
	return m
}

// Rendition gives a media's rendition for the stage's screens.
func Rendition(t T, m *apiclient.Media) apiclient.Rendition {
	t.Helper()
	for _, r := range m.Renditions {
		if r.Profile == playlists.Landscape1080 {
			return r
		}
	}
	t.Fatalf("%q has no landscape rendition", m.Title)
	return apiclient.Rendition{}
}

// Withdraw has the approver withdraw a media.
func (s *Stage) Withdraw(m *apiclient.Media) {
	s.t.Helper()
	if err := s.Approver.Post(s.t.Context(), "/media/"+string(m.ID)+"/withdraw", Object{"reason": "Sai chính tả"}, nil); err != nil {
		s.t.Fatalf("%v", err)
	}
}

// Playlist makes a playlist of the media.
func (s *Stage) Playlist(title string, media ...*apiclient.Media) string {
	s.t.Helper()
	id := s.Post(s.Editor, "/playlists", Object{"title": title})
	var current struct {
		Version int `json:"version"`
	}
	if err := s.Editor.Get(s.t.Context(), "/playlists/"+id, &current); err != nil {
		s.t.Fatalf("%v", err)
	}
	var items []Object
	for _, m := range media {
		items = append(items, Object{"media_id": m.ID, "duration_ms": ItemMS, "transition": "cut"})
	}
	if err := s.Editor.Put(s.t.Context(), "/playlists/"+id, Object{"base_version": current.Version, "title": title, "items": items}, nil); err != nil {
		s.t.Fatalf("%v", err)
	}
	return id
}

// Schedule has a playlist play in the whole cluster, always, and before what
// has a lower priority.
func (s *Stage) Schedule(title, playlist string, priority int) string {
	s.t.Helper()
	return s.Post(s.Editor, "/schedule/entries", Object{
		"title": title, "playlist_id": playlist, "priority": priority, "enabled": true,
		"target": Object{"clusters": []string{s.Cluster}, "screens": []string{}, "tags": []string{}},
		"rule":   Object{"from": "", "until": "", "weekdays": []int{}, "windows": []Object{}},
	})
}

// Slate makes a media the slate of landscape screens.
func (s *Stage) Slate(m *apiclient.Media) {
	s.t.Helper()
	if err := s.Editor.Put(s.t.Context(), "/slates/"+string(playlists.Landscape1080), Object{"media_id": m.ID}, nil); err != nil {
		s.t.Fatalf("%v", err)
	}
}

// Publish has the editor publish, and gives the publication's id.
func (s *Stage) Publish() string {
	s.t.Helper()
	return s.Post(s.Editor, "/publish", Object{"note": "story"})
}

// ScreenState is what the watch list says of a screen.
type ScreenState struct {
	Name    string `json:"name"`
	ID      string `json:"id"`
	State   string `json:"state"`
	Showing *struct {
		Kind    string `json:"kind"`
		MediaID string `json:"media_id"`
	} `json:"showing"`
	Problems []struct {
		Code string `json:"code"`
	} `json:"problems"`
}

// Has tells whether the tile names a problem.
func (st *ScreenState) Has(problem string) bool {
	for _, p := range st.Problems {
		if p.Code == problem {
			return true
		}
	}
	return false
}

// Watch reads a screen's tile.
func (s *Stage) Watch(screen string) ScreenState {
	s.t.Helper()
	var list struct {
		Screens []ScreenState `json:"screens"`
	}
	if err := s.Technician.Get(s.t.Context(), "/watch", &list); err != nil {
		s.t.Fatalf("%v", err)
	}
	for _, one := range list.Screens {
		if one.ID == screen {
			return one
		}
	}
	return ScreenState{}
}
