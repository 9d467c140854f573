package watch

import (
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/schedule"
)

// Planned gives what a verified programme plays, by the resolver that the
// screen itself uses.
func Planned(l *programme.Loaded) (func(at time.Time, gone func(playlists.ID) bool) Due, error) {
	plan, err := l.Plan()
	if err != nil {
		return nil, err
	}
	resolver, err := schedule.NewResolver(plan)
	if err != nil {
		return nil, err
	}
	return func(at time.Time, gone func(playlists.ID) bool) Due {
		var slot schedule.Slot
		if gone == nil {
			slot = resolver.At(at)
		} else {
			slot = resolver.Among(at, func(entry, item int) bool { return !gone(l.Item(entry, item).Showing.Media) })
		}
		due := Due{Playing: slot.Playing, Start: slot.Start, End: slot.End}
		if slot.Playing {
			showing := l.Item(slot.Entry, slot.Item).Showing
			due.Media, due.Rendition = showing.Media, showing.Rendition
		}
		return due
	}, nil
}
