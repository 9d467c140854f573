package health

import (
	"context"
	"os"
	"time"

	"github.com/shirou/gopsutil/v4/disk"
	"github.com/shirou/gopsutil/v4/host"
	"github.com/shirou/gopsutil/v4/load"
	"github.com/shirou/gopsutil/v4/process"
	"github.com/shirou/gopsutil/v4/sensors"

	"cotmoc/playlists/wire"
)

// Space gives the bytes free for us and in all where dir lies.
func Space(dir string) (free, total int64, err error) {
	u, err := disk.Usage(dir)
	if err != nil {
		return 0, 0, err
	}
	return int64(u.Free), int64(u.Total), nil
}

// Machine gives facts that nobody waits for. What cannot be read is 0.
func Machine(ctx context.Context, boot string) wire.Telemetry {
	t := wire.Telemetry{Boot: boot}
	if p, err := process.NewProcessWithContext(ctx, int32(os.Getpid())); err == nil {
		if m, err := p.MemoryInfoWithContext(ctx); err == nil {
			t.RSS = int64(m.RSS)
		}
		if c, err := p.CPUPercentWithContext(ctx); err == nil {
			t.CPUPercent = c
		}
	}
	if l, err := load.AvgWithContext(ctx); err == nil {
		t.Load1 = l.Load1
	}
	if up, err := host.UptimeWithContext(ctx); err == nil {
		t.UptimeS = int64(up)
	}
	if temps, err := sensors.TemperaturesWithContext(ctx); err == nil {
		for _, s := range temps {
			t.TempC = max(t.TempC, s.Temperature)
		}
	}
	return t
}

// TelemetryEvery is the beat of facts.
const TelemetryEvery = 5 * time.Minute
