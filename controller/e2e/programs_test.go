package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// programs are the binaries that the stories run.
type programs struct {
	controller string
	agent      string
	clockAgent string // takes its clock from COTMOC_AGENT_CLOCK
}

// buildOnce builds them when the first story asks.
var buildOnce = sync.OnceValues(func() (programs, error) {
	dir, err := os.MkdirTemp("", "cotmoc-e2e-")
	if err != nil {
		return programs{}, err
	}
	p := programs{filepath.Join(dir, "controller"), filepath.Join(dir, "agent"), filepath.Join(dir, "clock-agent")}
	for _, args := range [][]string{
		{"-o", p.controller, "cotmoc/controller"},
		{"-o", p.agent, "cotmoc/agent"},
		{"-tags", "clocktest", "-o", p.clockAgent, "cotmoc/agent"},
	} {
		if raced {
			args = append([]string{"-race"}, args...)
		}
		if out, err := exec.Command("go", append([]string{"build"}, args...)...).CombinedOutput(); err != nil {
			return programs{}, fmt.Errorf("cannot build the programs: %w\n%s", err, out)
		}
	}
	return p, nil
})

// TestMain removes what the stories built.
func TestMain(m *testing.M) {
	code := m.Run()
	if p, err := buildOnce(); err == nil {
		_ = os.RemoveAll(filepath.Dir(p.agent)) // at worst the system's cleaner finds it
	}
	os.Exit(code)
}

func built(t *testing.T) programs {
	t.Helper()
	p, err := buildOnce()
	if err != nil {
		t.Fatal(err)
	}
	return p
}
