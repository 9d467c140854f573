package httpapi

import (
	"context"
	"net/http"
	"time"

	"cotmoc/controller/internal/assist"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// HelpCommand is something that a screen PC was asked for from afar.
type HelpCommand struct {
	ID        playlists.ID          `json:"id"`
	Kind      programme.CommandKind `json:"kind" enum:"refresh,capture,logs,restart_browser,restart_agent,restart_pc,display_on,display_off,brightness,volume"`
	Amount    int                   `json:"amount" doc:"Per cent of brightness or volume, minutes that the display is off, lines of the log; else 0."`
	By        string                `json:"by"`
	State     assist.State          `json:"state" enum:"waiting,taken,done,refused,failed,expired,silent"`
	AskedAt   time.Time             `json:"asked_at"`
	ExpiresAt time.Time             `json:"expires_at" doc:"It does not begin after that."`
	SentAt    *time.Time            `json:"sent_at" nullable:"true" doc:"The last time; it is sent until the screen answers."`
	TakenAt   *time.Time            `json:"taken_at" nullable:"true"`
	EndedAt   *time.Time            `json:"ended_at" nullable:"true"`
	Why       string                `json:"why" doc:"Of those refused or failed: a word for programs."`
	Detail    string                `json:"detail" doc:"As the screen PC says it."`
	HasLog    bool                  `json:"has_log"`
}

// HelpLog is a log that a screen PC has handed over.
type HelpLog struct {
	Text string `json:"text" doc:"One line each, oldest first, without secrets."`
}

func (s *Server) registerAssist() {
	handle(s, http.MethodGet, "/screens/{id}/help", "list-help", "What a screen PC was asked for lately, newest first", func(ctx context.Context, a playlists.Actor, in *ByID) (List[HelpCommand], error) {
		all, err := s.Assist.Recent(ctx, a, in.ID)
		return List[HelpCommand]{Items: each(all, s.helpCommand), Total: len(all)}, err
	})
	handle(s, http.MethodPost, "/screens/{id}/help", "ask-help", "Ask a screen PC for something on the closed list", func(ctx context.Context, _ playlists.Actor, in *struct {
		ByID
		Body struct {
			Kind   programme.CommandKind `json:"kind" maxLength:"40"`
			Amount int                   `json:"amount,omitempty"`
		}
	}) (HelpCommand, error) {
		a, err := bySession(ctx)
		if err != nil {
			return HelpCommand{}, err
		}
		c, err := s.Assist.Ask(ctx, a, in.ID, in.Body.Kind, in.Body.Amount)
		if err != nil {
			return HelpCommand{}, err
		}
		return s.helpCommand(*c), nil
	})
	handle(s, http.MethodGet, "/screens/{id}/help/{command}/log", "get-help-log", "The log that a screen PC has handed over", func(ctx context.Context, a playlists.Actor, in *struct {
		ByID
		Command playlists.ID `path:"command" pattern:"^[a-z2-7]{16}$" doc:"16 lower-case letters and digits."`
	}) (HelpLog, error) {
		text, err := s.Assist.Log(ctx, a, in.ID, in.Command)
		return HelpLog{Text: string(text)}, err
	})
}

func (s *Server) helpCommand(c assist.Command) HelpCommand {
	return HelpCommand{
		ID: c.ID, Kind: c.Kind, Amount: c.Amount, By: c.By, State: c.State(s.now()),
		AskedAt: time.UnixMilli(c.IssuedAt).UTC(), ExpiresAt: c.Expires(), SentAt: when(c.SentAt), TakenAt: when(c.TakenAt), EndedAt: when(c.EndedAt),
		Why: c.Why, Detail: c.Detail, HasLog: c.HasLog,
	}
}
