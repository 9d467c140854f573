package watch

import (
	"time"

	"cotmoc/playlists/programme"
	"cotmoc/playlists/schedule"
)

// Planned gives what a verified programme plays, by the resolver that the
// screen itself uses.
func Planned(l *programme.Loaded) (func(at time.Time) Due, error) {
	plan, err := l.Plan()
	if err != nil {
		return nil, err
	}
	resolver, err := schedule.NewResolver(plan)
	if err != nil {
		return nil, err
	}
	return func(at time.Time) Due {
		slot := resolver.At(at)
		due := Due{Playing: slot.Playing, Start: slot.Start, End: slot.End}
		if slot.Playing {
			showing := l.Item(slot.Entry, slot.Item).Showing
			due.Media, due.Rendition = showing.Media, showing.Rendition
		}
		return due
	}, nil
}
