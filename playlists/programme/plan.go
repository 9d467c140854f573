package programme

import (
	"slices"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/schedule"
)

// Plan is what editors have planned for all screens: the schedule entries in
// force with their playlists, in the order they were made, and the slates. It
// is what a publication keeps, so its JSON form stays readable.
type Plan struct {
	Entries []PlanEntry                        `json:"entries"`
	Slates  map[playlists.Profile]playlists.ID `json:"slates"` // media by profile
}

// PlanEntry is one schedule entry with the version of the playlist it plays.
type PlanEntry struct {
	ID       playlists.ID       `json:"id"`
	Version  int                `json:"version"`
	Title    string             `json:"title"`
	Target   playlists.Target   `json:"target"`
	Rule     schedule.Rule      `json:"rule"`
	Priority int                `json:"priority"`
	Playlist playlists.Playlist `json:"playlist"`
}

// Media lists every media that the plan names, each once.
func (p *Plan) Media() []playlists.ID {
	var out []playlists.ID
	for _, id := range p.Slates {
		out = append(out, id)
	}
	for _, e := range p.Entries {
		for _, it := range e.Playlist.Items {
			out = append(out, it.Media)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Only gives the plan without the items and slates whose media keep refuses.
func (p *Plan) Only(keep func(playlists.ID) bool) Plan {
	out := Plan{Entries: slices.Clone(p.Entries), Slates: map[playlists.Profile]playlists.ID{}}
	for profile, id := range p.Slates {
		if keep(id) {
			out.Slates[profile] = id
		}
	}
	for i := range out.Entries {
		list := &out.Entries[i].Playlist
		list.Items = slices.DeleteFunc(slices.Clone(list.Items), func(it playlists.Item) bool { return !keep(it.Media) })
	}
	return out
}

// Input gives what the compiler needs for one screen, the counter apart.
// media holds every approved media that the plan names.
func (p *Plan) Input(screen *playlists.Screen, media map[playlists.ID]Approved, at time.Time) Input {
	in := Input{Screen: screen, IssuedAt: at, Media: media}
	if id, ok := p.Slates[screen.Profile]; ok {
		if a, ok := media[id]; ok {
			in.Slate = &a
		}
	}
	for i := range p.Entries {
		e := &p.Entries[i]
		if e.Target.Matches(screen) {
			in.Entries = append(in.Entries, InputEntry{ID: e.ID, Title: e.Title, Priority: e.Priority, Rule: e.Rule, Playlist: &e.Playlist})
		}
	}
	return in
}
