package stage

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Programs are the binaries that run on a stage, as they are shipped.
type Programs struct {
	Controller string
	Agent      string
	ClockAgent string // takes its clock from COTMOC_AGENT_CLOCK
	Standin    string // a controller for which Sites are all there is of the world
}

// Build makes the binaries in a folder.
func Build(ctx context.Context, dir string) (Programs, error) {
	p := Programs{filepath.Join(dir, "controller"), filepath.Join(dir, "agent"), filepath.Join(dir, "clock-agent"), filepath.Join(dir, "standin-controller")}
	for _, args := range [][]string{
		{"-o", p.Controller, "cotmoc/controller"},
		{"-o", p.Agent, "cotmoc/agent"},
		{"-tags", "clocktest", "-o", p.ClockAgent, "cotmoc/agent"},
		{"-tags", "standin", "-o", p.Standin, "cotmoc/controller"},
	} {
		cmd := exec.CommandContext(ctx, "go", append([]string{"build", "-trimpath", "-ldflags", "-s -w"}, args...)...)
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			return Programs{}, fmt.Errorf("cannot build the programs: %w\n%s", err, out)
		}
	}
	return p, nil
}
