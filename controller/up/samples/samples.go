// Package samples makes the pictures and films of the demo on the spot:
// landscapes of Hà Tĩnh drawn by arithmetic, with Vietnamese, Lao and English
// text shaped by a browser, turned into films by ffmpeg.
package samples

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Sample is one picture or film.
type Sample struct {
	File        string // name of the file; its extension says what it is
	Title       string
	Description string
	Languages   []string

	tall       bool
	film       bool
	style      string // how the words are laid: "", "paper", "notice", "slate"
	scene      string
	colours    string
	seed       uint64
	sign       string
	kicker     string
	vietnamese string
	english    string
	lao        string
}

// Maker makes samples.
type Maker struct {
	Chromium string // path of the browser
	FFmpeg   string // path of ffmpeg
	Root     bool   // a browser run by root needs to be told
	Seconds  int    // of a film, 0 for eight
}

// Make makes the samples that are not yet in the folder. progress is told of
// each before it is made.
func (m Maker) Make(ctx context.Context, folder string, list []Sample, progress func(done, of int, title string)) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for i, s := range list {
		path := filepath.Join(folder, s.File)
		if _, err := os.Stat(path); err == nil {
			continue
		} else if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		progress(i, len(list), s.Title)
		if err := m.one(ctx, path, s); err != nil {
			return fmt.Errorf("cannot make the sample %s: %w", s.File, err)
		}
	}
	return nil
}

// one makes a sample in a folder of its own and moves it into place when it is
// complete.
func (m Maker) one(ctx context.Context, path string, s Sample) error {
	work, err := os.MkdirTemp(filepath.Dir(path), ".making-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	made := filepath.Join(work, s.File)
	if s.film {
		err = m.film(ctx, work, made, s)
	} else {
		err = m.picture(ctx, work, made, s)
	}
	if err != nil {
		return err
	}
	return os.Rename(made, path)
}
