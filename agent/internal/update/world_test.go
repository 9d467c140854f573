package update

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"cotmoc/agent/internal/state"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
)

var errCut = errors.New("the power is gone")

// cutDisk is a disk whose power goes before a step, which is after the one
// before it. From then on nothing works, and what was not flushed is lost as
// the mode says.
type cutDisk struct {
	OSDisk
	at   int // step at which the power goes, counted from 1
	lose func(path string, flushed int64)

	steps int
	dead  bool
	open  map[string]int64 // flushed bytes of files that are written
}

// step does one thing, or loses the power.
func (d *cutDisk) step(do func() error) error {
	if d.dead {
		return errCut
	}
	d.steps++
	if d.steps < d.at {
		return do()
	}
	d.dead = true
	for path, flushed := range d.open {
		d.lose(path, flushed)
	}
	return errCut
}

func (d *cutDisk) MkdirAll(dir string) error {
	return d.step(func() error { return d.OSDisk.MkdirAll(dir) })
}

func (d *cutDisk) Write(path string, data []byte, mode os.FileMode) error {
	return d.step(func() error { return d.OSDisk.Write(path, data, mode) })
}

func (d *cutDisk) Rename(from, to string) error {
	return d.step(func() error { return d.OSDisk.Rename(from, to) })
}

func (d *cutDisk) Remove(path string) error {
	return d.step(func() error { return d.OSDisk.Remove(path) })
}

func (d *cutDisk) Append(path string) (File, error) {
	var file File
	err := d.step(func() (err error) {
		file, err = d.OSDisk.Append(path)
		return err
	})
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	d.open[path] = info.Size()
	return &cutFile{file, d, path}, nil
}

type cutFile struct {
	File
	d    *cutDisk
	path string
}

func (f *cutFile) Write(b []byte) (int, error) {
	err := f.d.step(func() error { _, err := f.File.Write(b); return err })
	return len(b), err
}

func (f *cutFile) Chmod(m os.FileMode) error {
	return f.d.step(func() error { return f.File.Chmod(m) })
}

func (f *cutFile) Sync() error {
	return f.d.step(func() error {
		info, err := os.Stat(f.path)
		if err == nil {
			f.d.open[f.path] = info.Size()
		}
		return err
	})
}

func (f *cutFile) Close() error {
	delete(f.d.open, f.path)
	return f.File.Close()
}

// world is a screen PC's folder and what its controller has.
type world struct {
	t       *testing.T
	dir     string
	charter *programme.HeldCharter
	objects map[playlists.Digest][]byte
	offer   []byte // envelope

	docs     map[state.Name][]byte
	problems map[string]string
	refusals []programme.Refusal
	picture  bool
}

func newWorld(t *testing.T) *world {
	t.Helper()
	charter, _ := playliststest.Charter(t, playliststest.NameReleasers)
	return &world{t: t, dir: t.TempDir(), charter: charter, objects: map[playlists.Digest][]byte{}, docs: map[state.Name][]byte{}, problems: map[string]string{}, picture: true}
}

func (w *world) folder(d Disk) *Folder {
	return &Folder{Dir: filepath.Join(w.dir, "releases"), Disk: d, Charter: func() *programme.HeldCharter { return w.charter }}
}

// release has a program signed and put where the controller gives objects.
func (w *world) release(version programme.Version, program []byte, change func(*programme.Release), by ...string) []byte {
	w.t.Helper()
	envelope := playliststest.SignRelease(w.t, playliststest.Release(version, program, func(r *programme.Release) {
		r.Builds[0].OS, r.Builds[0].Arch = runtime.GOOS, runtime.GOARCH
		if change != nil {
			change(r)
		}
	}), by...)
	w.objects[playlists.DigestOf(program)], w.objects[playlists.DigestOf(envelope)] = program, envelope
	return envelope
}

// offered has the controller offer a release.
func (w *world) offered(counter uint64, release []byte) {
	w.t.Helper()
	var err error
	w.offer, err = programme.SignOffer(&programme.ReleaseOffer{
		Screen: playliststest.Screen().ID, Epoch: 1, Counter: counter, IssuedAt: playliststest.Now.UnixMilli(), Charter: 1, Release: playlists.DigestOf(release),
	}, playliststest.Key(1))
	if err != nil {
		w.t.Fatal(err)
	}
}

// installedAs has a release run as the good one in a folder.
func (w *world) installedAs(slot Slot, program, release []byte) {
	w.t.Helper()
	f := w.folder(OSDisk{})
	r, _, err := programme.ReadRelease(release)
	if err != nil {
		w.t.Fatal(err)
	}
	if err := errors.Join(os.MkdirAll(f.path(slot, ""), 0o700), os.WriteFile(f.path(slot, programFile), program, 0o700), os.WriteFile(f.path(slot, releaseFile), release, 0o600), f.write(record{Good: slot, Floor: r.Floor})); err != nil {
		w.t.Fatal(err)
	}
}

// updater is what runs in a program; restarted tells that it wants the launcher.
func (w *world) updater(d Disk, l Launched, own programme.Version, restarted func()) *Updater {
	u := New(Options{
		Screen: playliststest.Screen().ID, Folder: w.folder(d), Launched: l, Own: own, Trust: w, Documents: w, Source: w, Problems: w,
		Now: func() time.Time { return playliststest.Now }, Picture: func() bool { return w.picture }, Restart: restarted,
		Log: slog.New(slog.DiscardHandler), Changed: func() {}, beat: time.Millisecond,
	})
	if w.offer != nil {
		u.Offer(w.offer)
	}
	return u
}

func (w *world) Documents() programme.Trust {
	return programme.Trust{Screen: playliststest.Screen().ID, Charter: w.charter, Now: playliststest.Now}
}

func (w *world) EveryKey() []programme.PublicKey { return w.charter.ProgrammeKeys }

func (w *world) Refused(err error) { w.refusals = append(w.refusals, programme.RefusalOf(err)) }

func (w *world) Document(name state.Name, valid func([]byte) error) ([]byte, bool) {
	b := w.docs[name]
	return b, b != nil && valid(b) == nil
}

func (w *world) SetDocument(name state.Name, b []byte) error { w.docs[name] = b; return nil }

func (w *world) Set(about, code, _ string) { w.problems[about] = code }

func (w *world) Clear(about string) { delete(w.problems, about) }

func (w *world) Object(_ context.Context, d playlists.Digest) ([]byte, error) {
	if b, ok := w.objects[d]; ok {
		return b, nil
	}
	return nil, errors.New("cannot find it")
}

func (w *world) Range(ctx context.Context, d playlists.Digest, offset, _ int64) (io.ReadCloser, error) {
	b, err := w.Object(ctx, d)
	if err != nil {
		return nil, err
	}
	return io.NopCloser(bytes.NewReader(b[min(int(offset), len(b)):])), nil
}

// program gives the bytes of a program, several of which are flushed apart.
func program(word string) []byte { return []byte(strings.Repeat(word+"\n", 40_000)) }
