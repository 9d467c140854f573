package mqttlink

import (
	"context"
	"errors"
	"time"

	mochi "github.com/mochi-mqtt/server/v2"
	"golang.org/x/time/rate"
)

var errFlood = errors.New("it sends more than a screen has to say")

// meter bounds what one screen sends. Above its rates it is held back, which
// costs it nothing but time; one that has to be held back on and on is no
// screen that catches up but one that floods.
type meter struct {
	packets  *rate.Limiter
	bytes    *rate.Limiter
	patience *rate.Limiter // in milliseconds of holding back
}

func newMeter(l Limits) *meter {
	return &meter{
		packets: rate.NewLimiter(rate.Limit(l.Rate), l.Burst),
		bytes:   rate.NewLimiter(rate.Limit(l.Bytes), l.BytesBurst),
		// Half of the time a screen may be held back for ever.
		patience: rate.NewLimiter(500, int(l.Patience.Milliseconds())),
	}
}

// take counts a packet and waits as long as it must. It gives errFlood when
// the screen has to go.
func (m *meter) take(ctx context.Context, size int) error {
	now := time.Now()
	wait := max(
		m.packets.ReserveN(now, 1).DelayFrom(now),
		m.bytes.ReserveN(now, min(size, m.bytes.Burst())).DelayFrom(now),
	)
	if wait <= 0 {
		return nil
	}
	if held := int(wait.Milliseconds()); held > 0 && !m.patience.AllowN(now, held) {
		return errFlood
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// meterOf gives a client's meter, nil for the controller and before CONNECT.
func (g *gate) meterOf(client *mochi.Client) *meter {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.meters[client]
}
