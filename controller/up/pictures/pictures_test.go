package pictures

import (
	"io"
	"os"
	"path/filepath"
	"testing"
)

// TestPlace puts pictures in place, whatever the tool calls the folder they lie
// in, and nothing else.
func TestPlace(t *testing.T) {
	t.Parallel()
	taken, folder := t.TempDir(), t.TempDir()
	if err := place(taken, folder, io.Discard); err == nil {
		t.Error("no picture, and no word of it")
	}
	deep := filepath.Join(taken, "_artifacts", "e2e", "TestPictures")
	if err := os.MkdirAll(deep, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"screen.jpg": "new", "cpu.out": "profile"} {
		if err := os.WriteFile(filepath.Join(deep, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(folder, "screen.jpg"), []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := place(taken, folder, io.Discard); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(folder, "screen.jpg"))
	if err != nil || string(got) != "new" {
		t.Errorf("the picture is %q, %v", got, err)
	}
	all, err := os.ReadDir(folder)
	if err != nil || len(all) != 1 {
		t.Errorf("%d files, %v", len(all), err)
	}
}
