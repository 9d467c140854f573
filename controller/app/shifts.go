package app

import (
	"context"

	"cotmoc/controller/internal/shifts"
	"cotmoc/playlists"
)

// openShifts makes what keeps the shift log.
func (a *App) openShifts(context.Context) error {
	var err error
	a.services.Shifts, err = shifts.New(shifts.Config{Store: a.db.Shifts(), Incidents: openAt{a}, Now: a.now, Random: a.random})
	return err
}

// openAt is the incidents as a hand-over lists them. They are made after the
// shifts, whose duty they look at.
type openAt struct{ a *App }

// Open implements shifts.Incidents.
func (o openAt) Open(ctx context.Context, cluster playlists.ID) ([]shifts.OpenIncident, error) {
	open, err := o.a.incidents.OpenIn(ctx, cluster)
	out := make([]shifts.OpenIncident, 0, len(open))
	for _, i := range open {
		out = append(out, shifts.OpenIncident{
			ID: i.ID, Screen: i.Screen.ID, ScreenName: i.Screen.Name, Rule: string(i.Rule), Severity: string(i.Severity), Since: i.OpenedAt,
		})
	}
	return out, err
}
