package app

import (
	"context"
	"os"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"

	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// Status is what the agent tells people at the site, as JSON at /status.
type Status struct {
	State     string         `json:"state"` // pairing or enrolled
	Version   string         `json:"version"`
	Screen    string         `json:"screen"` // id, "" until enrolled
	Name      string         `json:"name"`
	Pairing   *PairingStatus `json:"pairing"`
	Connected bool           `json:"connected"`
	Report    wire.Reported  `json:"report"` // as the controller gets it
}

// PairingStatus is what a person enters in the console.
type PairingStatus struct {
	Code string `json:"code"` // "" while the controller has not answered
}

// Status tells how the screen is.
func (a *App) Status() Status {
	st := Status{State: "pairing", Version: a.version, Report: a.reported()}
	if s := a.screen.Load(); s != nil {
		st.State, st.Screen, st.Name, st.Connected = "enrolled", string(s.en.Screen), s.en.Name, s.link.Open()
		return st
	}
	code, _ := a.enroller.Code()
	st.Pairing = &PairingStatus{Code: code}
	return st
}

// mostReported problems fit a report.
const mostReported = 32

// reported says what the screen has and does now.
func (a *App) reported() wire.Reported {
	at, clock := a.clock.Now()
	play := a.playout.Status()
	r := wire.Reported{
		At: at.UnixMilli(), Boot: a.boot, Version: a.version,
		Playing: play.Playing, Shown: play.Shown, Showing: play.Showing,
		Clock:     wire.Clock{State: clock, Floor: a.clock.Floor().UnixMilli()},
		PlayerURL: a.PlayerURL(),
		Problems:  append(a.problems.List(), play.Problems...),
	}
	r.Problems = append(r.Problems, a.watchdog.Problems()...)
	if a.kiosk != nil {
		r.Problems = append(r.Problems, a.kiosk.Problems()...)
		r.Checks = a.check.Checks()
	}
	r.Problems = r.Problems[:min(len(r.Problems), mostReported)]
	if free, total, err := a.space(); err == nil {
		r.Disk = wire.Disk{Free: free, Total: total}
	}
	r.Trust = wire.Trusted{Latched: []wire.Latched{}, Refused: map[string]uint64{}}
	if s := a.screen.Load(); s != nil {
		r.Trust, r.Resting, r.Update = s.keeper.Report(), s.hours.Resting(), s.update()
		r.Session, r.Profile, r.Delivery = s.link.Session(), string(s.en.Profile), s.sync.Delivery()
		if n := s.sync.Newest(); n != nil {
			r.Received, r.Profile = refOf(n), string(n.Profile)
			r.Trust.Audit = wire.AuditHead(n.Audit)
		}
	}
	return r
}

func refOf(a *programme.Accepted) *wire.ProgrammeRef {
	return &wire.ProgrammeRef{Epoch: a.Epoch, Counter: a.Counter}
}

// beatService tells systemd that the agent is up and, as long as the parts
// that the screen needs still answer, that it is alive. Elsewhere it waits.
func (a *App) beatService(ctx context.Context) error {
	if _, err := daemon.SdNotify(false, daemon.SdNotifyReady); err != nil {
		a.log.Warn("cannot tell systemd that the agent is ready", "error", err)
	}
	// systemd names the process it has begun, which may be a compositor or a
	// launcher before us: whoever it is, we are the one that is to be alive.
	if err := os.Unsetenv("WATCHDOG_PID"); err != nil {
		a.log.Warn("cannot answer for another process", "error", err)
	}
	every, err := daemon.SdWatchdogEnabled(false)
	if err != nil || every == 0 {
		<-ctx.Done()
		return nil
	}
	a.log.Info("service watchdog", "every", every, "pid", os.Getpid())
	tick := time.NewTicker(every / 3)
	defer tick.Stop()
	for {
		a.Status() // takes every lock that the screen depends on
		if _, err := daemon.SdNotify(false, daemon.SdNotifyWatchdog); err != nil {
			a.log.Warn("cannot tell systemd that the agent is alive", "error", err)
		}
		select {
		case <-ctx.Done():
			if _, err := daemon.SdNotify(false, daemon.SdNotifyStopping); err != nil {
				a.log.Warn("cannot tell systemd that the agent stops", "error", err)
			}
			return nil
		case <-tick.C:
		}
	}
}
