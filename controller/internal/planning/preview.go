package planning

import (
	"context"
	"slices"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/schedule"
)

// nextSlots is how many slots a preview looks ahead.
const nextSlots = 20

// Preview is what a screen shows at an instant.
type Preview struct {
	Screen   playlists.Screen
	At       time.Time
	Playing  bool // false: the slate
	Now      Slot
	Eligible []Eligible
	Next     []Slot
	Planned  []playlists.ID // every media that entries for the screen name, whether it plays or not
}

// Slot is one showing. Media is "" when there is not even a slate.
type Slot struct {
	Entry         playlists.ID
	EntryTitle    string
	Playlist      playlists.ID
	PlaylistTitle string
	Media         playlists.ID
	Rendition     playlists.Digest
	Start, End    time.Time
}

// Eligible is an entry whose rule holds at that instant.
type Eligible struct {
	Entry    playlists.ID
	Title    string
	Priority int
}

// Preview tells what a screen shows at an instant, by the very path that the
// screen itself takes: its compiled and verified programme and the one
// resolver. draft asks for what publishing now would make of it.
func (s *Service) Preview(ctx context.Context, a playlists.Actor, screen playlists.ID, at time.Time, draft bool) (Preview, error) {
	if err := a.Require(playlists.ReadPlans, playlists.Scope{}); err != nil {
		return Preview{}, err
	}
	all, err := s.cfg.Store.Screens(ctx)
	if err != nil {
		return Preview{}, err
	}
	i := slices.IndexFunc(all, func(sc playlists.Screen) bool { return sc.ID == screen })
	if i < 0 || !a.May(playlists.ReadPlans, playlists.Scope{Cluster: all[i].Cluster}) {
		return Preview{}, playlists.Errorf(playlists.NotFound, "screen_missing", playlists.Params{"id": string(screen)}, "cannot find the screen %.40q: choose one from the list of screens", string(screen))
	}
	out := Preview{Screen: all[i], At: at, Now: Slot{Start: at, End: at}}
	loaded, err := s.cfg.Programmes.Loaded(ctx, screen, draft)
	if playlists.ReasonOf(err) == "programme_missing" {
		return out, nil // nothing was ever published to it
	}
	if err != nil {
		return Preview{}, err
	}
	plan, err := s.cfg.Store.Plan(ctx)
	if !draft && err == nil {
		plan, err = s.published(ctx)
	}
	if err != nil {
		return Preview{}, err
	}
	titles := map[playlists.ID]string{} // which programmes do not carry
	for _, e := range plan.Entries {
		titles[e.ID] = e.Title
	}
	here := programme.Plan{Entries: slices.DeleteFunc(slices.Clone(plan.Entries), func(e programme.PlanEntry) bool { return !e.Target.Matches(&out.Screen) })}
	out.Planned = here.Media()
	return out, out.fill(loaded, titles)
}

func (p *Preview) fill(l *programme.Loaded, titles map[playlists.ID]string) error {
	plan, err := l.Plan()
	if err != nil {
		return err
	}
	r, err := schedule.NewResolver(plan)
	if err != nil {
		return err
	}
	slot := r.At(p.At)
	p.Playing = slot.Playing
	p.Now = slotOf(l, slot, titles)
	if segments := r.Timeline(p.At, p.At.Add(time.Second)); len(segments) > 0 {
		for _, i := range slices.Concat(segments[0].Winning, segments[0].Hidden) {
			p.Eligible = append(p.Eligible, Eligible{Entry: l.Entries[i].ID, Title: titles[l.Entries[i].ID], Priority: l.Entries[i].Priority})
		}
	}
	for range nextSlots {
		before := slot.Playing
		if slot = r.At(slot.End); !slot.End.After(slot.Start) || !before && !slot.Playing {
			return nil // nothing but the slate from here on
		}
		p.Next = append(p.Next, slotOf(l, slot, titles))
	}
	return nil
}

func slotOf(l *programme.Loaded, slot schedule.Slot, titles map[playlists.ID]string) Slot {
	out := Slot{Start: slot.Start, End: slot.End}
	switch {
	case slot.Playing:
		e, list, it := l.Entries[slot.Entry], l.Playlists[slot.Entry], l.Item(slot.Entry, slot.Item)
		out.Entry, out.EntryTitle = e.ID, titles[e.ID]
		out.Playlist, out.PlaylistTitle = list.ID, list.Title
		out.Media, out.Rendition = it.Showing.Media, it.Showing.Rendition
	case l.Slate != nil:
		out.Media, out.Rendition = l.Slate.Media, l.Slate.Rendition
	}
	return out
}
