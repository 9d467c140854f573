package planning

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/schedule"
)

// Bounds of a week's view.
const (
	weekDays   = 7
	maxScreens = 200
	maxBlocks  = 20_000
)

// Week is who plays where in seven days.
type Week struct {
	Days    []string // local dates
	Screens []playlists.Screen
	Blocks  []Block
}

// Block is a stretch in which an entry's rule holds on a screen.
type Block struct {
	Entry         playlists.ID
	Title         string
	PlaylistTitle string
	Screen        playlists.ID
	Start, End    time.Time
	Priority      int
	Wins          bool
	HiddenBy      []playlists.ID // entries of a higher priority
}

// Week shows the plan as it is now, from a local date, for the screens of a
// cluster, one screen, or all that the actor may see.
func (s *Service) Week(ctx context.Context, a playlists.Actor, start string, cluster, screen playlists.ID) (Week, error) {
	if err := a.Require(playlists.ReadPlans, playlists.Scope{}); err != nil {
		return Week{}, err
	}
	first, err := time.Parse(time.DateOnly, start)
	if err != nil || first.Year() < 2000 || first.Year() > 2199 {
		return Week{}, playlists.Errorf(playlists.Invalid, "date_malformed", playlists.Params{"field": "start", "value": start}, "cannot read the date %.20q of start: write YYYY-MM-DD", start)
	}
	all, err := s.cfg.Store.Screens(ctx)
	if err != nil {
		return Week{}, err
	}
	plan, err := s.cfg.Store.Plan(ctx)
	if err != nil {
		return Week{}, err
	}
	w := Week{}
	for d := range weekDays {
		w.Days = append(w.Days, first.AddDate(0, 0, d).Format(time.DateOnly))
	}
	alike := map[string][]Block{} // screens for which the same is planned
	for _, sc := range all {
		if cluster != "" && sc.Cluster != cluster || screen != "" && sc.ID != screen || !a.May(playlists.ReadPlans, playlists.Scope{Cluster: sc.Cluster}) {
			continue
		}
		if len(w.Screens) == maxScreens {
			break
		}
		w.Screens = append(w.Screens, sc)
		entries := slices.DeleteFunc(slices.Clone(plan.Entries), func(e programme.PlanEntry) bool { return !e.Target.Matches(&sc) })
		key := sc.TimeZone
		for _, e := range entries {
			key += "\x00" + string(e.ID)
		}
		blocks, ok := alike[key]
		if !ok {
			if blocks, err = weekOf(entries, first, sc.TimeZone); err != nil {
				return Week{}, err
			}
			alike[key] = blocks
		}
		if len(w.Blocks)+len(blocks) > maxBlocks {
			return Week{}, playlists.Errorf(playlists.TooLarge, "week_too_large", playlists.Params{"max": maxBlocks}, "cannot show so much at once: choose one cluster or one screen")
		}
		for _, b := range blocks {
			b.Screen = sc.ID
			w.Blocks = append(w.Blocks, b)
		}
	}
	return w, nil
}

// weekOf gives the blocks of a screen. Only rules and priorities count here:
// an entry whose media are not approved yet stands in the plan all the same.
func weekOf(entries []programme.PlanEntry, first time.Time, zoneName string) ([]Block, error) {
	zone, err := time.LoadLocation(zoneName)
	if err != nil {
		return nil, fmt.Errorf("cannot use the time zone %q: %w", zoneName, err)
	}
	p := schedule.Plan{Zone: zone}
	for _, e := range entries {
		p.Entries = append(p.Entries, schedule.Entry{ID: string(e.ID), Priority: e.Priority, Rule: e.Rule, Items: []schedule.Item{{Key: "any", Duration: time.Minute}}})
	}
	r, err := schedule.NewResolver(p)
	if err != nil {
		return nil, err
	}
	from := time.Date(first.Year(), first.Month(), first.Day(), 0, 0, 0, 0, zone)
	to := time.Date(first.Year(), first.Month(), first.Day()+weekDays, 0, 0, 0, 0, zone)
	var out []Block
	open := map[string]int{} // blocks that reach the last segment's end
	for _, seg := range r.Timeline(from, to) {
		var winners []playlists.ID
		for _, i := range seg.Winning {
			winners = append(winners, entries[i].ID)
		}
		add := func(i int, wins bool) {
			e := &entries[i]
			b := Block{Entry: e.ID, Title: e.Title, PlaylistTitle: e.Playlist.Title, Start: seg.Start, End: seg.End, Priority: e.Priority, Wins: wins}
			if !wins {
				b.HiddenBy = winners
			}
			key := fmt.Sprint(e.ID, wins, strings.Join(texts(b.HiddenBy), ","))
			if at, ok := open[key]; ok && out[at].End.Equal(seg.Start) {
				out[at].End = seg.End
				return
			}
			open[key] = len(out)
			out = append(out, b)
		}
		for _, i := range seg.Winning {
			add(i, true)
		}
		for _, i := range seg.Hidden {
			add(i, false)
		}
	}
	return out, nil
}

func texts(ids []playlists.ID) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	return out
}
