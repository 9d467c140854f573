package app

import (
	"context"
	"sync"

	"cotmoc/controller/internal/approval"
	"cotmoc/controller/internal/planning"
	"cotmoc/controller/internal/publish"
	"cotmoc/playlists"
)

// openPlans joins approval, planning and publishing.
func (a *App) openPlans(context.Context) error {
	a.publish = publish.New(publish.Config{
		Plans: a.db.Planning(), Content: a.db.Approval(), Screens: a.db.Planning(), Objects: a.objects, Store: a.db.Publish(),
		Announcer: published{a}, Observer: published{a}, Charters: a.trust.charters, Orders: ordering{a}, Audit: auditHeads{a}, Key: a.trust.keys.Key, Now: a.now, Random: a.random, Log: a.log,
	})
	a.group.Add("outbox", a.publish.Run)
	a.group.Add("screen changes", a.changed.run(a))
	a.services.Publish = a.publish
	a.services.Approval = approval.New(approval.Config{
		Store: a.db.Approval(), Screens: withdrawals{a.publish}, Charters: a.trust.charters, StandsAgain: a.standsAgain,
		Ready: a.services.Slides.Ready, Authors: a.services.Sources.Authors, Now: a.now, Random: a.random,
	})
	a.services.Planning = planning.New(planning.Config{Store: a.db.Planning(), Published: a.publish, Programmes: a.publish, Now: a.now, Random: a.random})
	return nil
}

// standsAgain has programmes made of what may be shown after all.
func (a *App) standsAgain(by playlists.Actor) {
	if a.trust.charters.Current() != nil {
		a.trust.wake()
		return
	}
	a.changed.all(by)
}

// withdrawals takes a withdrawn media off every screen.
type withdrawals struct{ publish *publish.Service }

// Withdraw implements approval.Screens.
func (w withdrawals) Withdraw(ctx context.Context, by playlists.Actor, title string) error {
	_, err := w.publish.Refresh(ctx, publish.Withdrawal, by, title)
	return err
}

// changedScreens collects screens that are new or have changed, so that they
// get what was last published. The fleet must not wait for that.
type changedScreens struct {
	mu   sync.Mutex
	ids  []playlists.ID
	more *playlists.Actor // has approved pictures that all screens may show
	wake chan struct{}
}

func newChangedScreens() *changedScreens { return &changedScreens{wake: make(chan struct{}, 1)} }

func (c *changedScreens) add(screen playlists.ID) {
	c.mu.Lock()
	c.ids = append(c.ids, screen)
	c.mu.Unlock()
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// all has programmes made for all screens, of what was last published.
func (c *changedScreens) all(by playlists.Actor) {
	c.mu.Lock()
	c.more = &by
	c.mu.Unlock()
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

func (c *changedScreens) take() ([]playlists.ID, *playlists.Actor) {
	c.mu.Lock()
	defer c.mu.Unlock()
	ids, more := c.ids, c.more
	c.ids, c.more = nil, nil
	return ids, more
}

// run publishes to changed screens until the context ends. A failure is
// logged; the next publication heals it.
func (c *changedScreens) run(a *App) func(context.Context) error {
	return func(ctx context.Context) error {
		for {
			select {
			case <-ctx.Done():
				return nil
			case <-c.wake:
			}
			ids, more := c.take()
			if more != nil {
				if _, err := a.publish.Refresh(ctx, publish.Supplement, *more, ""); err != nil && ctx.Err() == nil {
					a.log.Error("screens got no programme of what was approved later", "error", err)
				}
			}
			if len(ids) == 0 {
				continue
			}
			// Without a connection the next connect announces them.
			if err := a.announceCharters(ctx, ids...); err != nil && playlists.CodeOf(err) != playlists.Unavailable && ctx.Err() == nil {
				a.log.Error("changed screens got no charter", "screens", len(ids), "error", err)
			}
			// Orders first: the programme names those that it goes with.
			if err := a.orders.Refresh(ctx, ids...); err != nil && ctx.Err() == nil {
				a.log.Error("changed screens got no orders", "screens", len(ids), "error", err)
			}
			if _, err := a.publish.Refresh(ctx, publish.ScreenNew, playlists.Actor{}, "", ids...); err != nil && ctx.Err() == nil {
				a.log.Error("changed screens got no programme", "screens", len(ids), "error", err)
			}
		}
	}
}
