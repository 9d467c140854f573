package app

import (
	"context"

	"cotmoc/controller/internal/shifts"
	"cotmoc/playlists"
)

// openShifts makes what keeps the shift log.
func (a *App) openShifts(context.Context) error {
	var err error
	a.services.Shifts, err = shifts.New(shifts.Config{Store: a.db.Shifts(), Incidents: noIncidents{}, Now: a.now, Random: a.random})
	return err
}

// noIncidents is a controller without incidents.
type noIncidents struct{}

// Open implements shifts.Incidents.
func (noIncidents) Open(context.Context, playlists.ID) ([]shifts.OpenIncident, error) {
	return nil, nil
}
