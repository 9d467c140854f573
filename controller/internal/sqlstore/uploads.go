package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"cotmoc/controller/internal/media/upload"
	"cotmoc/controller/internal/sqlstore/sqlcgen"
	"cotmoc/playlists"
)

// Uploads is the store of uploads.
type Uploads struct{ db *DB }

var _ upload.Store = Uploads{}

// Uploads gives the store of uploads.
func (d *DB) Uploads() Uploads { return Uploads{d} }

// AddUpload implements upload.Store.
func (u Uploads) AddUpload(ctx context.Context, up upload.Upload) error {
	return u.db.tx(ctx, func(q *sqlcgen.Queries) error {
		err := q.InsertUpload(ctx, sqlcgen.InsertUploadParams{ID: string(up.ID), PersonID: string(up.Person), FileName: up.FileName, Size: up.Size, CreatedAt: millis(up.CreatedAt)})
		if err != nil {
			return fmt.Errorf("cannot add the upload %s: %w", up.ID, err)
		}
		return nil
	})
}

// Upload implements upload.Store.
func (u Uploads) Upload(ctx context.Context, id playlists.ID) (upload.Upload, error) {
	row, err := u.db.read().GetUpload(ctx, string(id))
	if err != nil {
		return upload.Upload{}, missing(err, upload.Missing(id))
	}
	return uploadOf(row)
}

func uploadOf(r sqlcgen.Upload) (upload.Upload, error) {
	u := upload.Upload{
		ID: playlists.ID(r.ID), Person: playlists.ID(r.PersonID), FileName: r.FileName, Size: r.Size, CreatedAt: instant(r.CreatedAt), FinishedAt: instant(r.FinishedAt),
		Result: upload.Result{Media: playlists.ID(r.MediaID), Duplicate: r.Duplicate, Reason: r.Reason},
	}
	if err := json.Unmarshal([]byte(r.Params), &u.Result.Params); err != nil {
		return upload.Upload{}, fmt.Errorf("cannot read the upload %s: %w", r.ID, err)
	}
	return u, nil
}

// FinishUpload implements upload.Store.
func (u Uploads) FinishUpload(ctx context.Context, id playlists.ID, at time.Time, r upload.Result) error {
	params, err := json.Marshal(r.Params)
	if err != nil {
		return fmt.Errorf("cannot keep the result of the upload %s: %w", id, err)
	}
	return u.db.tx(ctx, func(q *sqlcgen.Queries) error {
		err := q.FinishUpload(ctx, sqlcgen.FinishUploadParams{ID: string(id), FinishedAt: millis(at), MediaID: string(r.Media), Duplicate: r.Duplicate, Reason: r.Reason, Params: string(params)})
		if err != nil {
			return fmt.Errorf("cannot keep the result of the upload %s: %w", id, err)
		}
		return nil
	})
}

// DropUpload implements upload.Store.
func (u Uploads) DropUpload(ctx context.Context, id playlists.ID) error {
	return u.db.tx(ctx, func(q *sqlcgen.Queries) error { return q.DeleteUpload(ctx, string(id)) })
}

// OpenUploads implements upload.Store.
func (u Uploads) OpenUploads(ctx context.Context, person playlists.ID) (number int, bytes int64, err error) {
	row, err := u.db.read().OpenUploads(ctx, string(person))
	if err != nil {
		return 0, 0, fmt.Errorf("cannot count the uploads of %s: %w", person, err)
	}
	return int(row.Number), row.Bytes, nil
}

// UploadsBefore implements upload.Store.
func (u Uploads) UploadsBefore(ctx context.Context, t time.Time) ([]upload.Upload, error) {
	rows, err := u.db.read().UploadsBefore(ctx, millis(t))
	if err != nil {
		return nil, fmt.Errorf("cannot list old uploads: %w", err)
	}
	out := make([]upload.Upload, 0, len(rows))
	for _, r := range rows {
		up, err := uploadOf(r)
		if err != nil {
			return nil, err
		}
		out = append(out, up)
	}
	return out, nil
}
