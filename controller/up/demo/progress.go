package demo

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/google/renameio/v2"
)

// progress remembers what the demo has already set up and under which id, so
// that a second run continues where the first stopped and does not bring back
// what a person has deleted since.
type progress struct {
	file string
	ids  map[string]string
}

func loadProgress(file string) (*progress, error) {
	p := &progress{file: file, ids: map[string]string{}}
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return p, nil
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &p.ids); err != nil {
		return nil, fmt.Errorf("cannot read what was set up in %s: %w; delete the data folder to begin anew", file, err)
	}
	return p, nil
}

// done gives the id under which a step was done, and whether it was.
func (p *progress) done(step string) (string, bool) {
	id, ok := p.ids[step]
	return id, ok
}

// record keeps that a step is done.
func (p *progress) record(step, id string) error {
	p.ids[step] = id
	text, err := json.MarshalIndent(p.ids, "", "  ")
	if err != nil {
		return err
	}
	return renameio.WriteFile(p.file, append(text, '\n'), 0o600)
}

// once does a step unless it is done. find tells whether an earlier run did it
// without having come to keeping it.
func (p *progress) once(step string, find, make func() (string, error)) (string, error) {
	if id, ok := p.done(step); ok {
		return id, nil
	}
	id, err := find()
	if err != nil {
		return "", fmt.Errorf("%s: %w", step, err)
	}
	if id == "" {
		if id, err = make(); err != nil {
			return "", fmt.Errorf("%s: %w", step, err)
		}
	}
	return id, p.record(step, id)
}
