package httpapi

import (
	"context"
	"net/http"

	"cotmoc/controller/internal/settings"
	"cotmoc/playlists"
	"cotmoc/playlists/hours"
	"cotmoc/playlists/programme"
)

// ScreenSettings is how a screen is run.
type ScreenSettings struct {
	Hours    Hours  `json:"hours"`
	TimeZone string `json:"time_zone"`
	Camera   string `json:"camera" doc:"Empty for none, and for those who may not change it."`
	Touch    Touch  `json:"touch"`
	Editable bool   `json:"editable"`
	// Taken tells that the screen has what was set last.
	Taken bool `json:"taken" doc:"The screen holds what was set last, or nothing was ever set."`
}

// Hours is when a screen is on.
type Hours struct {
	Always bool       `json:"always"`
	Week   []Interval `json:"week" maxItems:"60" doc:"Empty when always; sorted, in the screen's zone."`
}

// Interval is a half-open interval of a weekday.
type Interval struct {
	Day   int `json:"day" minimum:"1" maximum:"7" doc:"1 is Monday."`
	From  int `json:"from" minimum:"0" maximum:"1439" doc:"Minutes since midnight."`
	Until int `json:"until" minimum:"1" maximum:"1440"`
}

// Touch is what people may do with a touch panel.
type Touch struct {
	Interactive bool `json:"interactive"`
	IdleS       int  `json:"idle_s" minimum:"10" maximum:"3600" doc:"Seconds without a touch after which the loop goes on."`
}

func (s *Server) registerSettings() {
	handle(s, http.MethodGet, "/screens/{id}/settings", "get-screen-settings", "How a screen is run: hours, camera, touch", func(_ context.Context, a playlists.Actor, in *ByID) (ScreenSettings, error) {
		v, err := s.Settings.Of(a, in.ID)
		return settingsOf(v), err
	})
	handle(s, http.MethodPatch, "/screens/{id}/settings", "change-screen-settings", "Change how a screen is run; nothing here changes what it shows", func(ctx context.Context, a playlists.Actor, in *struct {
		ByID
		Body struct {
			Hours  *Hours  `json:"hours,omitempty"`
			Camera *string `json:"camera,omitempty" maxLength:"300"`
			Touch  *Touch  `json:"touch,omitempty"`
		}
	}) (ScreenSettings, error) {
		b := &in.Body
		ch := settings.Change{Camera: b.Camera}
		if b.Hours != nil {
			ch.Hours = &hours.Table{Always: b.Hours.Always, Week: each(b.Hours.Week, func(v Interval) hours.Interval { return hours.Interval(v) })}
		}
		if b.Touch != nil {
			touch := programme.Touch(*b.Touch)
			ch.Touch = &touch
		}
		v, err := s.Settings.Change(ctx, a, in.ID, ch)
		return settingsOf(v), err
	})
}

func settingsOf(v settings.View) ScreenSettings {
	return ScreenSettings{
		Hours:    Hours{Always: v.Hours.Always, Week: each(v.Hours.Week, func(i hours.Interval) Interval { return Interval(i) })},
		TimeZone: v.TimeZone, Camera: v.Camera, Touch: Touch(v.Touch), Editable: v.Editable,
		Taken: v.Given.Counter == 0 || v.Held != nil && *v.Held == v.Given,
	}
}
