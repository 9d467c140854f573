package alerts

import (
	"context"
	"slices"
	"sync"
	"time"

	"cotmoc/playlists"
)

// testPause is how long a channel's test button rests.
const testPause = 10 * time.Second

// Missing is the answer for a channel that is not there.
func Missing(id playlists.ID) *playlists.Error {
	return playlists.Errorf(playlists.NotFound, "alert_missing", playlists.Params{"id": string(id)}, "cannot find the alert channel %.40q: it may have been removed; look at the list again", string(id))
}

// channelWritten is what the audit log keeps of a channel: no secret.
type channelWritten struct {
	Name     string       `json:"name"`
	Kind     Kind         `json:"kind"`
	Unit     playlists.ID `json:"unit_id"`
	Cluster  playlists.ID `json:"cluster_id,omitempty"`
	Least    Severity     `json:"least"`
	Level    int          `json:"level"`
	Targets  []string     `json:"targets"`
	Enabled  bool         `json:"enabled"`
	Settings Settings     `json:"settings"`
	Secrets  bool         `json:"secrets_changed,omitempty"`
}

func written(c *Channel) channelWritten {
	w := channelWritten{Name: c.Name, Kind: c.Kind, Unit: c.Unit, Cluster: c.Cluster, Least: c.Least, Level: c.Level, Targets: c.Targets, Enabled: c.Enabled, Settings: c.Settings, Secrets: len(c.Sealed) > 0}
	if c.Kind == Webhook {
		w.Settings.URL = "" // its path may be a secret; the host is among the targets
	}
	return w
}

// Channels lists those of the person's units.
func (s *Service) Channels(ctx context.Context, a playlists.Actor) ([]*Channel, error) {
	if err := a.Require(playlists.ManagePeople, playlists.Scope{}); err != nil {
		return nil, err
	}
	return s.cfg.Store.Channels(ctx, a.Reach(playlists.ManagePeople))
}

// channel gives one that the person may change.
func (s *Service) channel(ctx context.Context, a playlists.Actor, id playlists.ID) (*Channel, error) {
	if err := a.Require(playlists.ManagePeople, playlists.Scope{}); err != nil {
		return nil, err
	}
	c, err := s.cfg.Store.Channel(ctx, id)
	if err == nil && !a.May(playlists.ManagePeople, playlists.Scope{Unit: c.Unit, Cluster: c.Cluster}) {
		err = Missing(id)
	}
	return c, err
}

// AddChannel makes a channel.
func (s *Service) AddChannel(ctx context.Context, a playlists.Actor, c Channel, x Secrets) (*Channel, error) {
	if err := a.Require(playlists.ManagePeople, playlists.Scope{Unit: c.Unit, Cluster: c.Cluster}); err != nil {
		return nil, err
	}
	var err error
	if c.ID, err = playlists.NewID(s.cfg.Random); err != nil {
		return nil, err
	}
	c.Version = 1
	return s.save(ctx, a, &c, x, Secrets{}, playlists.AlertAdded)
}

// ChangeChannel changes one whose version the person saw. Secrets that are not
// given stay.
func (s *Service) ChangeChannel(ctx context.Context, a playlists.Actor, c Channel, x Secrets) (*Channel, error) {
	old, err := s.channel(ctx, a, c.ID)
	if err != nil {
		return nil, err
	}
	if err := a.Require(playlists.ManagePeople, playlists.Scope{Unit: old.Unit, Cluster: c.Cluster}); err != nil {
		return nil, err
	}
	held, err := s.secretsOf(old)
	if err != nil && (x == Secrets{}) {
		return nil, err
	}
	c.Kind, c.Unit = old.Kind, old.Unit
	c.Version++
	if moved := c.Kind == Email && (c.Settings.Host != old.Settings.Host || c.Settings.Port != old.Settings.Port || c.Settings.Security != old.Settings.Security || c.Settings.User != old.Settings.User); moved {
		held.Password = "" // nobody learns it by sending it to another place
	}
	return s.save(ctx, a, &c, x, held, playlists.AlertChanged)
}

func (s *Service) save(ctx context.Context, a playlists.Actor, c *Channel, x, held Secrets, kind playlists.ActKind) (*Channel, error) {
	if err := c.tidy(s.cfg.Outside.Near); err != nil {
		return nil, err
	}
	if err := x.validate(); err != nil {
		return nil, err
	}
	all := x.over(held)
	if c.Kind == Email && c.Settings.User == "" {
		all.Password = ""
	}
	if err := c.complete(all); err != nil {
		return nil, err
	}
	c.Sealed, c.Held, c.By, c.Changed = nil, all.held(), a.ID, s.cfg.Now()
	if all != held || c.Version == 1 {
		var err error
		if c.Sealed, err = s.sealSecrets(c.ID, all); err != nil {
			return nil, err
		}
	}
	ctx2 := playlists.WithAct(ctx, &playlists.Act{At: c.Changed, By: a.ID, Kind: kind, Subject: c.ID, Detail: written(c)})
	if err := s.cfg.Store.SaveChannel(ctx2, c, mostChannels); err != nil {
		return nil, err
	}
	// What waits may go through now.
	if err := s.cfg.Store.Hurry(ctx, c.ID, c.Changed); err != nil {
		return nil, err
	}
	s.Wake()
	return s.cfg.Store.Channel(ctx, c.ID)
}

// RemoveChannel takes a channel away. What was sent stays in the list.
func (s *Service) RemoveChannel(ctx context.Context, a playlists.Actor, id playlists.ID) error {
	c, err := s.channel(ctx, a, id)
	if err != nil {
		return err
	}
	now := s.cfg.Now()
	c.Sealed = nil
	ctx = playlists.WithAct(ctx, &playlists.Act{At: now, By: a.ID, Kind: playlists.AlertRemoved, Subject: id, Detail: written(c)})
	return s.cfg.Store.RemoveChannel(ctx, id, now, Trouble{Reason: "alert_channel_removed"})
}

// Tried is how a test went for one target.
type Tried struct {
	Target  string
	Trouble *Trouble // nil when it has arrived
	Doubt   bool     // nobody knows
}

// Test sends a message at once to every target and tells how it went.
func (s *Service) Test(ctx context.Context, a playlists.Actor, id playlists.ID) ([]Tried, error) {
	c, err := s.channel(ctx, a, id)
	if err != nil {
		return nil, err
	}
	now := s.cfg.Now()
	s.mu.Lock()
	rests := now.Sub(s.tested[id]) < testPause
	if !rests {
		s.tested[id] = now
	}
	s.mu.Unlock()
	if rests {
		return nil, playlists.Errorf(playlists.RateLimited, "alert_test_often", playlists.Params{"seconds": int(testPause / time.Second)}, "cannot test a channel more often than every %s: wait a moment", testPause)
	}
	if err := s.cfg.Audit.Record(ctx, playlists.Act{At: now, By: a.ID, Kind: playlists.AlertTested, Subject: id, Detail: written(&Channel{Name: c.Name, Kind: c.Kind, Unit: c.Unit, Cluster: c.Cluster, Least: c.Least, Targets: c.Targets, Enabled: c.Enabled})}); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, 50*time.Second)
	defer cancel()
	out := make([]Tried, len(c.Targets))
	var way sync.WaitGroup
	for i, target := range c.Targets {
		nonce, err := playlists.NewID(s.cfg.Random)
		if err != nil {
			return nil, err
		}
		way.Go(func() {
			d := &Delivery{Message: messageID("test:"+string(nonce), c.ID, target), Channel: c.ID, Target: target, Severity: Info, Created: now}
			out[i].Target = target
			if f := s.send(ctx, c, s.message(c, d), func() error { return nil }); f != nil {
				out[i].Trouble, out[i].Doubt = &f.Trouble, f.doubt
			}
		})
	}
	way.Wait()
	return out, nil
}

// Deliveries lists what was sent and what was not, the newest first.
func (s *Service) Deliveries(ctx context.Context, a playlists.Actor, f Filter) (Page, error) {
	if err := a.Require(playlists.ManagePeople, playlists.Scope{}); err != nil {
		return Page{}, err
	}
	p, err := s.cfg.Store.Deliveries(ctx, a.Reach(playlists.ManagePeople), f)
	if err != nil {
		return Page{}, err
	}
	p.Items = slices.Clip(p.Items)
	return p, nil
}

// Subject says a delivery in one line, in a language.
func Subject(d *Delivery, language string) string {
	s := &Service{zone: time.UTC}
	return s.message(&Channel{Language: language}, d).Subject
}
