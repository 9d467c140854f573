package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"cotmoc/controller/internal/captures"
	"cotmoc/controller/internal/sqlstore/sqlcgen"
	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// Captures implements captures.Store.
type Captures struct{ db *DB }

var _ captures.Store = Captures{}

// Captures gives the part of the database that knows captures of the glass.
func (d *DB) Captures() Captures { return Captures{d} }

// KeepCapture implements captures.Store.
func (c Captures) KeepCapture(ctx context.Context, k *captures.Capture, evidence bool, b captures.Bounds) (newest bool, loose captures.Loose, err error) {
	row := sqlcgen.CapturesNewest{
		ScreenID: string(k.Screen), Witness: string(k.Witness), Sha256: string(k.Digest), Finding: string(k.Finding), Wanted: string(k.Wanted),
		At: millis(k.At), Size: k.Size, Width: int64(k.Width), Height: int64(k.Height),
	}
	err = c.db.tx(ctx, func(q *sqlcgen.Queries) error {
		before, err := q.NewestCapture(ctx, sqlcgen.NewestCaptureParams{Screen: row.ScreenID, Witness: row.Witness})
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("cannot read the newest capture of the screen %s: %w", k.Screen, err)
		}
		if newest = err != nil || before.At <= row.At; newest {
			if err := q.PutNewestCapture(ctx, sqlcgen.PutNewestCaptureParams(row)); err != nil {
				return fmt.Errorf("cannot keep a capture of the screen %s: %w", k.Screen, err)
			}
			if before.Sha256 != "" {
				loose = append(loose, playlists.Digest(before.Sha256))
			}
		}
		if !evidence {
			return nil
		}
		err = q.AddEvidence(ctx, sqlcgen.AddEvidenceParams{
			ScreenID: row.ScreenID, Sha256: row.Sha256, Witness: row.Witness, Finding: row.Finding, Wanted: row.Wanted, At: row.At, Size: row.Size, Width: row.Width, Height: row.Height,
		})
		if err != nil {
			return fmt.Errorf("cannot keep evidence of the screen %s: %w", k.Screen, err)
		}
		over, err := withinBounds(ctx, q, row.ScreenID, b)
		loose = append(loose, over...)
		return err
	})
	return newest, loose, err
}

// withinBounds drops what is too much of one screen.
func withinBounds(ctx context.Context, q *sqlcgen.Queries, screen string, b captures.Bounds) (loose captures.Loose, err error) {
	rows, err := q.EvidenceOrder(ctx, screen)
	if err != nil {
		return nil, fmt.Errorf("cannot list the evidence of the screen %s: %w", screen, err)
	}
	count, size := len(rows), int64(0)
	for _, r := range rows {
		size += r.Size
	}
	for _, r := range rows {
		if count <= b.Count && size <= b.Bytes {
			break
		}
		if err := q.DropEvidence(ctx, sqlcgen.DropEvidenceParams{Screen: screen, Sha256: r.Sha256}); err != nil {
			return nil, fmt.Errorf("cannot drop evidence of the screen %s: %w", screen, err)
		}
		count, size = count-1, size-r.Size
		loose = append(loose, playlists.Digest(r.Sha256))
	}
	return loose, nil
}

// NewestCaptures implements captures.Store.
func (c Captures) NewestCaptures(ctx context.Context) ([]captures.Capture, error) {
	rows, err := c.db.read().NewestCaptures(ctx)
	if err != nil {
		return nil, fmt.Errorf("cannot read the newest captures: %w", err)
	}
	return capturesOf(rows), nil
}

// CapturesOf implements captures.Store.
func (c Captures) CapturesOf(ctx context.Context, screen playlists.ID, before time.Time, limit int) (newest, evidence []captures.Capture, total int, err error) {
	err = c.db.view(ctx, func(q *sqlcgen.Queries) error {
		rows, err := q.NewestCapturesOf(ctx, string(screen))
		if err != nil {
			return fmt.Errorf("cannot read the newest captures of the screen %s: %w", screen, err)
		}
		kept, err := q.EvidenceOf(ctx, sqlcgen.EvidenceOfParams{Screen: string(screen), Before: before.UnixMilli(), Most: int64(limit)})
		if err != nil {
			return fmt.Errorf("cannot read the evidence of the screen %s: %w", screen, err)
		}
		count, err := q.CountEvidenceOf(ctx, string(screen))
		if err != nil {
			return fmt.Errorf("cannot count the evidence of the screen %s: %w", screen, err)
		}
		newest, total = capturesOf(rows), int(count)
		for _, r := range kept {
			evidence = append(evidence, evidenceOf(r))
		}
		return nil
	})
	return newest, evidence, total, err
}

// CaptureOf implements captures.Store.
func (c Captures) CaptureOf(ctx context.Context, screen playlists.ID, d playlists.Digest) (captures.Capture, error) {
	q := c.db.read()
	row, err := q.NewestNamed(ctx, sqlcgen.NewestNamedParams{Screen: string(screen), Sha256: string(d)})
	if err == nil {
		return captureOf(row), nil
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return captures.Capture{}, fmt.Errorf("cannot look for the capture %s: %w", d, err)
	}
	kept, err := q.EvidenceNamed(ctx, sqlcgen.EvidenceNamedParams{Screen: string(screen), Sha256: string(d)})
	if err != nil {
		return captures.Capture{}, missing(err, captures.Missing(d))
	}
	return evidenceOf(kept), nil
}

// DropCaptures implements captures.Store.
func (c Captures) DropCaptures(ctx context.Context, screen playlists.ID) (loose captures.Loose, err error) {
	err = c.db.tx(ctx, func(q *sqlcgen.Queries) error {
		names, err := q.DropNewestCaptures(ctx, string(screen))
		if err != nil {
			return fmt.Errorf("cannot forget the captures of the screen %s: %w", screen, err)
		}
		loose = digestsOf(names)
		return nil
	})
	return loose, err
}

// oldestStep is how much evidence is looked at in one go when there is too
// much.
const oldestStep = 500

// DropEvidence implements captures.Store.
func (c Captures) DropEvidence(ctx context.Context, before time.Time, most int64) (loose captures.Loose, err error) {
	err = c.db.tx(ctx, func(q *sqlcgen.Queries) error {
		names, err := q.DropEvidenceBefore(ctx, before.UnixMilli())
		if err != nil {
			return fmt.Errorf("cannot drop evidence whose time is over: %w", err)
		}
		loose = digestsOf(names)
		size, err := q.EvidenceBytes(ctx)
		if err != nil {
			return fmt.Errorf("cannot measure the evidence: %w", err)
		}
		for size > most {
			rows, err := q.OldestEvidence(ctx, oldestStep)
			if err != nil || len(rows) == 0 {
				return err
			}
			for _, r := range rows {
				if size <= most {
					break
				}
				if err := q.DropEvidence(ctx, sqlcgen.DropEvidenceParams{Screen: r.ScreenID, Sha256: r.Sha256}); err != nil {
					return fmt.Errorf("cannot drop evidence that is too much: %w", err)
				}
				size -= r.Size
				loose = append(loose, playlists.Digest(r.Sha256))
			}
		}
		return nil
	})
	return loose, err
}

// UsedCaptures implements captures.Store.
func (c Captures) UsedCaptures(ctx context.Context, of captures.Loose) (map[playlists.Digest]bool, error) {
	out := map[playlists.Digest]bool{}
	err := c.db.view(ctx, func(q *sqlcgen.Queries) error {
		for _, d := range of {
			uses, err := q.CaptureUses(ctx, string(d))
			if err != nil {
				return fmt.Errorf("cannot look for what names the capture %s: %w", d, err)
			}
			out[d] = uses > 0
		}
		return nil
	})
	return out, err
}

// AllCaptures implements captures.Store.
func (c Captures) AllCaptures(ctx context.Context) (map[playlists.Digest]bool, error) {
	names, err := c.db.read().CaptureNames(ctx)
	if err != nil {
		return nil, fmt.Errorf("cannot list the captures: %w", err)
	}
	out := make(map[playlists.Digest]bool, len(names))
	for _, n := range names {
		out[playlists.Digest(n)] = true
	}
	return out, nil
}

// LoseCapture implements captures.Store.
func (c Captures) LoseCapture(ctx context.Context, d playlists.Digest) error {
	return c.db.tx(ctx, func(q *sqlcgen.Queries) error {
		if err := errors.Join(q.LoseNewestCapture(ctx, string(d)), q.LoseEvidence(ctx, string(d))); err != nil {
			return fmt.Errorf("cannot forget the capture %s: %w", d, err)
		}
		return nil
	})
}

func captureOf(r sqlcgen.CapturesNewest) captures.Capture {
	return captures.Capture{
		Screen: playlists.ID(r.ScreenID), Digest: playlists.Digest(r.Sha256), Witness: wire.Witness(r.Witness), Finding: wire.Finding(r.Finding),
		Wanted: playlists.ID(r.Wanted), At: instant(r.At), Size: r.Size, Width: int(r.Width), Height: int(r.Height),
	}
}

func evidenceOf(r sqlcgen.CaptureEvidence) captures.Capture {
	return captureOf(sqlcgen.CapturesNewest{
		ScreenID: r.ScreenID, Sha256: r.Sha256, Witness: r.Witness, Finding: r.Finding, Wanted: r.Wanted, At: r.At, Size: r.Size, Width: r.Width, Height: r.Height,
	})
}

func capturesOf(rows []sqlcgen.CapturesNewest) []captures.Capture {
	out := make([]captures.Capture, len(rows))
	for i, r := range rows {
		out[i] = captureOf(r)
	}
	return out
}

func digestsOf(names []string) (out captures.Loose) {
	for _, n := range names {
		out = append(out, playlists.Digest(n))
	}
	return out
}
