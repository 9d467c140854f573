package upload

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tus/tusd/v2/pkg/handler"

	"cotmoc/controller/internal/media"
	"cotmoc/playlists"
)

// Result tells what became of a person's upload. A file that has arrived and
// was not looked at, because the controller stopped just then, is looked at
// now. An upload under way answers Conflict, reason "upload_unfinished".
func (d *Desk) Result(ctx context.Context, a playlists.Actor, id playlists.ID) (Result, error) {
	u, err := d.own(ctx, a, id)
	if err != nil {
		return Result{}, err
	}
	return d.finish(ctx, a, u)
}

// finish looks at a file that has arrived, once, however often and
// concurrently it is asked for, and whether or not the asker waits. A refusal
// is a result; an error is our trouble, and asking again helps.
func (d *Desk) finish(ctx context.Context, a playlists.Actor, u Upload) (Result, error) {
	if !u.FinishedAt.IsZero() {
		return u.Result, nil
	}
	ch := d.finishing.DoChan(string(u.ID), func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), d.cfg.Limits.Finish)
		defer cancel()
		return d.look(ctx, a, u.ID)
	})
	select {
	case <-ctx.Done():
		return Result{}, context.Cause(ctx)
	case out := <-ch:
		r, _ := out.Val.(Result)
		return r, out.Err
	}
}

func (d *Desk) look(ctx context.Context, a playlists.Actor, id playlists.ID) (Result, error) {
	u, err := d.cfg.Store.Upload(ctx, id)
	if err != nil || !u.FinishedAt.IsZero() {
		return u.Result, err
	}
	if err := d.looking.Acquire(ctx, 1); err != nil {
		return Result{}, err
	}
	defer d.looking.Release(1)
	path := d.path(id)
	fi, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Result{}, Missing(id)
	}
	if err != nil {
		return Result{}, fmt.Errorf("cannot look at the upload: %w", err)
	}
	if fi.Size() < u.Size {
		return Result{}, playlists.Errorf(playlists.Conflict, "upload_unfinished", playlists.Params{"sent": fi.Size(), "size": u.Size}, "cannot tell what became of the upload: %d of %d bytes have arrived; send the rest", fi.Size(), u.Size)
	}
	about := d.about(id)
	receipt, err := d.cfg.Intake.Accept(ctx, a, media.File{Path: path, Name: u.FileName, Title: about["title"], Unit: playlists.ID(about["unit"])})
	var r Result
	if err == nil {
		r = Result{Media: receipt.Media.ID, Duplicate: receipt.Duplicate}
	} else if r, err = refusal(err); err != nil {
		return Result{}, err
	}
	if err := d.cfg.Store.FinishUpload(ctx, id, d.cfg.Now(), r); err != nil {
		return Result{}, err
	}
	d.remove(id)
	return r, nil
}

// refusal makes a result of an error that the file itself is the cause of.
func refusal(err error) (Result, error) {
	e, ok := errors.AsType[*playlists.Error](err)
	if !ok || e.Code != playlists.Invalid && e.Code != playlists.TooLarge {
		return Result{}, err
	}
	return Result{Reason: e.Reason, Params: e.Params, Message: e.Message}, nil
}

func (d *Desk) path(id playlists.ID) string { return filepath.Join(d.cfg.Dir, string(id)) }

// about reads what the person said about the file. None is no reason to lose
// the file.
func (d *Desk) about(id playlists.ID) handler.MetaData {
	var info handler.FileInfo
	b, err := os.ReadFile(d.path(id) + ".info")
	if err == nil {
		err = json.Unmarshal(b, &info)
	}
	if err != nil {
		d.cfg.Log.Warn("reading what was said about an upload failed", "upload", id, "error", err)
	}
	return info.MetaData
}

// remove takes an upload's files away. What stays behind is swept up later.
func (d *Desk) remove(id playlists.ID) {
	for _, path := range []string{d.path(id), d.path(id) + ".info"} {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			d.cfg.Log.Warn("removing an upload failed", "upload", id, "error", err)
		}
	}
}
