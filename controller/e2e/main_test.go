package e2e

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"cotmoc/controller/e2e/stage"
)

// shipped is the folder of the broker's configuration.
var shipped = filepath.Join("..", "deploy", "mosquitto")

// built makes the programs when the first story asks.
var built = sync.OnceValues(func() (stage.Programs, error) {
	dir, err := os.MkdirTemp("", "cotmoc-e2e-")
	if err != nil {
		return stage.Programs{}, err
	}
	return stage.Build(context.Background(), dir)
})

// TestMain removes what the stories built.
func TestMain(m *testing.M) {
	code := m.Run()
	if p, err := built(); err == nil {
		_ = os.RemoveAll(filepath.Dir(p.Agent)) // at worst the system's cleaner finds it
	}
	os.Exit(code)
}

func programs(t *testing.T) stage.Programs {
	t.Helper()
	p, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func newStage(t *testing.T) *stage.Stage {
	t.Helper()
	return stage.New(t, programs(t))
}
