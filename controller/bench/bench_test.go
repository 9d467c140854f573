package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestMain lets the test binary be the bare broker, as the command is.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == rawBrokerCommand {
		main()
		return
	}
	os.Exit(m.Run())
}

// The benchmarks run small, so that they are alive when somebody asks them;
// what they measure here says nothing.
func TestBenchmarksPrintTheirKeys(t *testing.T) {
	none := []string{"cpu_idle_pct", "cpu_pct", "false_alarms", "reloads"} // of which there may be none
	for _, c := range []struct {
		args []string
		keys string
	}{
		{[]string{"publish", "-screens", "12", "-rounds", "1"}, "screens delivered_ms raw_ms ratio acked_p99_ms"},
		{[]string{"takedown", "-screens", "12", "-agents", "1", "-rounds", "1"}, "screens p50_ms p99_ms agents agent_max_ms reported_p99_ms"},
		{[]string{"library", "-media", "40", "-rounds", "2"}, "media list_p50_ms list_p99_ms search_p99_ms theme_p99_ms deep_p99_ms order_p99_ms edited edit_ms undo_ms edit_blocks_ms"},
		{[]string{"screencheck", "-screens", "1", "-slides", "1", "-films", "0", "-cases", "1", "-quiet", "200ms"}, "cases detected false_alarms detect_p99_s cpu_pct"},
		{[]string{"wall", "-screens", "3", "-hours", "0.05"}, "screens hours reports captures heap_first_mb heap_last_mb nodes_first nodes_last reloads"},
		{[]string{"agent", "-megabytes", "2", "-idle", "1s", "-starts", "1"}, "binary_mb rss_idle_mb rss_peak_mb cpu_idle_pct first_frame_ms"},
	} {
		t.Run(c.args[0], func(t *testing.T) {
			var out bytes.Buffer
			if err := run(t.Context(), c.args, &out, t.Output()); err != nil {
				t.Fatal(err)
			}
			if n := bytes.Count(out.Bytes(), []byte("\n")); n != 1 {
				t.Errorf("%d lines instead of one: %s", n, out.Bytes())
			}
			var result map[string]float64
			if err := json.Unmarshal(out.Bytes(), &result); err != nil {
				t.Fatal(err)
			}
			for _, key := range strings.Fields(c.keys) {
				if v, ok := result[key]; !ok || v < 0 || v == 0 && !slices.Contains(none, key) {
					t.Errorf("%s is %v in %s", key, v, out.Bytes())
				}
			}
			t.Logf("%s", out.Bytes())
		})
	}
}

func TestUnknownName(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{nil, {"everything"}, {"publish", "-no-such-flag"}} {
		if err := run(t.Context(), args, io.Discard, io.Discard); err == nil {
			t.Errorf("%q is measured", slices.Concat([]string{"bench"}, args))
		}
	}
}
