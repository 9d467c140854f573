package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"cotmoc/controller/e2e/stage"
	"cotmoc/controller/internal/apiclient"
)

const (
	defaultIdle = 30 * time.Second
	settle      = 5 * time.Second // after the last work, before idling is measured
	mega        = 1e6
)

type agentOptions struct {
	megabytes int
	idle      time.Duration
	starts    int
}

// agentResult is the line of JSON.
type agentResult struct {
	BinaryMB     float64 `json:"binary_mb"`
	RSSIdleMB    float64 `json:"rss_idle_mb"` // with a TLS session and a player page
	RSSPeakMB    float64 `json:"rss_peak_mb"` // while syncing
	CPUIdlePct   float64 `json:"cpu_idle_pct"`
	FirstFrameMS float64 `json:"first_frame_ms"` // start → the page has the first picture's bytes, from the cache
	SyncedMB     float64 `json:"synced_mb"`
}

func measureAgent(t stage.T, programs stage.Programs, o agentOptions) agentResult {
	t.Helper()
	info, err := os.Stat(programs.Agent)
	if err != nil {
		t.Fatalf("%v", err)
	}
	r := agentResult{BinaryMB: float64(info.Size()) / mega}
	s := stage.New(t, programs)
	first := s.Approved("nen.jpg", "Nội dung dự phòng", stage.Photo(t, 0))
	s.Slate(first)
	s.Schedule("Cả ngày", s.Playlist("Danh sách", first), 1)
	s.Publish()
	scr := s.Screen("Quốc môn")
	scr.AwaitCached(time.Minute)
	p := stage.OpenPage(t, scr.URL)

	content := bringMuch(t, s, o.megabytes)
	pause(t, settle)
	r.CPUIdlePct, r.RSSIdleMB = idle(t, scr.PID(), o.idle)

	before := scr.Status().Report.Delivery.BytesTotal
	// The kernel's own mark of the most memory begins anew.
	if err := os.WriteFile(procFile(scr.PID(), "clear_refs"), []byte("5"), 0o200); err != nil {
		t.Fatalf("%v", err)
	}
	s.Schedule("Nhiều", s.Playlist("Nhiều ảnh", content...), 50)
	s.Publish()
	stage.Await(t, time.Minute, "the agent to hear of it", func() bool { return scr.Status().Report.Delivery.BytesTotal > before })
	scr.AwaitCached(5 * time.Minute)
	r.RSSPeakMB = memory(t, scr.PID(), "VmHWM")
	r.SyncedMB = float64(scr.Status().Report.Delivery.BytesTotal-before) / mega
	p.Close()

	var starts []float64
	for range o.starts {
		scr.Kill()
		begin := time.Now()
		scr.Start()
		starts = append(starts, ms(stage.FirstPicture(t, scr.URL).Sub(begin)))
	}
	slices.Sort(starts)
	r.FirstFrameMS = starts[len(starts)/2]
	return r
}

// bringMuch has pictures of that size together approved.
func bringMuch(t stage.T, s *stage.Stage, megabytes int) []*apiclient.Media {
	t.Helper()
	var content []*apiclient.Media
	for have := int64(0); have < int64(megabytes)*mega; {
		n := len(content) + 1
		m := s.Approved(fmt.Sprintf("anh-%d.jpg", n), fmt.Sprintf("Ảnh %d", n), stage.Photo(t, uint64(n)))
		content = append(content, m)
		have += stage.Rendition(t, m).Size
	}
	return content
}

// idle measures a process for a while: percent of a core and megabytes.
func idle(t stage.T, pid int, during time.Duration) (percent, megabytes float64) {
	t.Helper()
	began, used := time.Now(), ticks(t, pid)
	pause(t, during)
	const perSecond = 100 // the kernel's USER_HZ on every Linux we run on
	percent = 100 * float64(ticks(t, pid)-used) / perSecond / time.Since(began).Seconds()
	return percent, memory(t, pid, "VmRSS")
}

// ticks gives the processor time a process has used.
func ticks(t stage.T, pid int) int64 {
	t.Helper()
	text, err := os.ReadFile(procFile(pid, "stat"))
	if err != nil {
		t.Fatalf("%v", err)
	}
	_, rest, _ := strings.Cut(string(text), ") ") // the name may hold anything
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		t.Fatalf("cannot read what process %d has used: %q", pid, text)
	}
	user, errUser := strconv.ParseInt(fields[11], 10, 64)
	system, errSystem := strconv.ParseInt(fields[12], 10, 64)
	if errUser != nil || errSystem != nil {
		t.Fatalf("cannot read what process %d has used: %q", pid, text)
	}
	return user + system
}

// memory gives a figure of a process's memory in megabytes.
func memory(t stage.T, pid int, figure string) float64 {
	t.Helper()
	text, err := os.ReadFile(procFile(pid, "status"))
	if err != nil {
		t.Fatalf("%v", err)
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, figure+":"); ok {
			var kib int64
			if _, err := fmt.Sscanf(value, "%d kB", &kib); err != nil {
				t.Fatalf("cannot read %s: %v", figure, err)
			}
			return float64(kib) * 1024 / mega
		}
	}
	t.Fatalf("cannot find %s of process %d", figure, pid)
	return 0
}

func procFile(pid int, name string) string { return filepath.Join("/proc", strconv.Itoa(pid), name) }

// pause lets time pass: it is what is measured.
func pause(t stage.T, d time.Duration) {
	t.Helper()
	select {
	case <-time.After(d):
	case <-t.Context().Done():
		t.Fatalf("%v", t.Context().Err())
	}
}
