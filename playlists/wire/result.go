package wire

import (
	"bytes"
	"compress/gzip"
	"io"

	"cotmoc/playlists"
)

// Outcome is how far a command has come.
type Outcome string

// The outcomes. After taken one of the others follows.
const (
	OutcomeTaken   Outcome = "taken" // it begins now
	OutcomeDone    Outcome = "done"
	OutcomeRefused Outcome = "refused" // it was not begun
	OutcomeFailed  Outcome = "failed"  // it was begun
)

// Result is what became of a command. It is sent again whenever the command
// comes again.
type Result struct {
	ID      playlists.ID `json:"id"` // of the command
	Outcome Outcome      `json:"outcome"`
	Why     string       `json:"why"`    // snake_case, of those that were refused or failed: expired, too_often, …
	Detail  string       `json:"detail"` // for people
	At      int64        `json:"at"`     // agent's clock, Unix milliseconds
	// Log is the gzip of what PackLog packs, nothing for other commands.
	Log []byte `json:"log"`
}

// Bounds of a log that travels.
const (
	MaxLog       = 512 << 10 // bytes of text
	maxPackedLog = 60 << 10  // bytes of its gzip; in base64 it fits a payload
)

// Validate bounds the result.
func (r *Result) Validate() error {
	switch r.Outcome {
	case OutcomeTaken, OutcomeDone, OutcomeRefused, OutcomeFailed:
	default:
		return playlists.Errorf(playlists.Invalid, "payload_malformed", nil, "cannot read the outcome %.20q of a command", string(r.Outcome))
	}
	if len(r.Log) > maxPackedLog {
		return playlists.Errorf(playlists.Invalid, "payload_malformed", nil, "cannot read a log of %d bytes: the most is %d", len(r.Log), maxPackedLog)
	}
	if err := r.ID.Validate(); err != nil {
		return err
	}
	return short(r.Why, r.Detail)
}

// PackLog makes lines travel: their gzip. Of what is too much the newest lines
// are kept.
func PackLog(lines [][]byte) ([]byte, error) {
	size := 0
	for i := len(lines) - 1; i >= 0; i-- {
		if size += len(lines[i]) + 1; size > MaxLog {
			lines = lines[i+1:]
			break
		}
	}
	for {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		for _, line := range lines {
			if _, err := z.Write(append(line, '\n')); err != nil {
				return nil, err
			}
		}
		if err := z.Close(); err != nil {
			return nil, err
		}
		if b.Len() <= maxPackedLog || len(lines) == 0 {
			return b.Bytes(), nil
		}
		lines = lines[len(lines)/4+1:]
	}
}

// UnpackLog gives the text of a log, bounded whatever the bytes say.
func UnpackLog(packed []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, playlists.Errorf(playlists.Invalid, "log_malformed", nil, "cannot read the log of a screen: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(z, MaxLog+1))
	if err != nil {
		return nil, playlists.Errorf(playlists.Invalid, "log_malformed", nil, "cannot read the log of a screen: %w", err)
	}
	if len(text) > MaxLog {
		return nil, playlists.Errorf(playlists.Invalid, "log_malformed", nil, "cannot read the log of a screen: it has more than %d bytes", MaxLog)
	}
	return text, nil
}
