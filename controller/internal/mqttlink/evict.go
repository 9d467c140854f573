package mqttlink

import (
	"context"
	"errors"
	"sync"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"cotmoc/playlists"
)

// How long a revoked screen's name is held at a broker that may not have read
// the list of revoked certificates yet.
const (
	holdName  = 2 * time.Minute
	evictTime = 10 * time.Minute
	evictWait = time.Second
)

// Run cuts revoked screens off at the broker until ctx ends.
func (r *Relay) Run(ctx context.Context) error {
	var running sync.WaitGroup
	defer running.Wait()
	for {
		select {
		case <-ctx.Done():
			return nil
		case screen := <-r.evict:
			running.Go(func() { r.cutOff(ctx, screen) })
		}
	}
}

// cutOff connects in the screen's name, which ends its own connection, and
// stays in its place for a while. A screen that takes the place back shows
// that the broker still lets it in: it is put out again.
func (r *Relay) cutOff(ctx context.Context, screen playlists.ID) {
	ctx, cancel := context.WithTimeout(ctx, evictTime)
	defer cancel()
	for {
		back, err := r.hold(ctx, screen)
		if err != nil && ctx.Err() == nil {
			r.o.Log.Warn("revoked screen not cut off at the broker", "screen", screen, "error", err)
		}
		if err == nil && !back {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(evictWait):
		}
	}
}

// hold takes the screen's place and tells whether the screen took it back.
func (r *Relay) hold(ctx context.Context, screen playlists.ID) (back bool, err error) {
	config, err := r.o.TLS(screen)
	if err != nil {
		return false, err
	}
	lost := make(chan struct{})
	client := mqtt.NewClient(mqtt.NewClientOptions().
		AddBroker(r.o.Broker()).
		SetClientID(string(screen)).
		SetTLSConfig(config).
		SetProtocolVersion(mqtt311).
		SetCleanSession(true).
		SetAutoReconnect(false).
		SetKeepAlive(30 * time.Second).
		SetConnectTimeout(connectTimeout).
		SetConnectionLostHandler(func(mqtt.Client, error) { close(lost) }))
	defer client.Disconnect(0)
	if err := await(ctx, client.Connect(), connectTimeout); err != nil {
		return false, errors.Join(errors.New("cannot connect in its name"), err)
	}
	r.o.Gone(screen)
	select {
	case <-ctx.Done():
		return false, nil
	case <-time.After(holdName):
		return false, nil
	case <-lost:
		return true, nil
	}
}
