package upload

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/tus/tusd/v2/pkg/filestore"
	"github.com/tus/tusd/v2/pkg/handler"
	"github.com/tus/tusd/v2/pkg/memorylocker"
	"golang.org/x/exp/slog"

	"cotmoc/playlists"
)

// Face is how the desk meets the HTTP server it is mounted in.
type Face struct {
	Base    string                                                              // path it is mounted at, with both slashes
	Who     func(context.Context) playlists.Actor                               // the zero Actor for nobody
	Problem func(context.Context, error) (status int, mime string, body []byte) // the one error mapper
}

// The header that names the media in the answer to the last PATCH.
const mediaHeader = "Cotmoc-Media"

// desk as an http.Handler.
type counter struct {
	*Desk
	face Face
	tus  http.Handler
}

// Handler speaks tus 1.0 with creation and termination. It expects the whole
// path, and asks face who is there.
func (d *Desk) Handler(face Face) (http.Handler, error) {
	c := &counter{Desk: d, face: face}
	composer := handler.NewStoreComposer()
	store := filestore.New(d.cfg.Dir)
	store.DirModePerm, store.FileModePerm = 0o700, 0o600
	composer.UseCore(store)
	composer.UseTerminater(store)
	memorylocker.New().UseIn(composer)
	h, err := handler.NewHandler(handler.Config{
		StoreComposer:              composer,
		BasePath:                   face.Base,
		MaxSize:                    0, // ours says more
		DisableDownload:            true,
		DisableConcatenation:       true,
		Cors:                       &handler.CorsConfig{Disable: true},
		RespectForwardedHeaders:    true, // for the address in Location behind a proxy
		NetworkTimeout:             time.Minute,
		Logger:                     slog.New(slog.NewTextHandler(io.Discard, nil)), // requests are logged outside
		PreUploadCreateCallback:    c.create,
		PreFinishResponseCallback:  c.arrived,
		PreUploadTerminateCallback: c.terminate,
	})
	if err != nil {
		return nil, err
	}
	c.tus = http.StripPrefix(strings.TrimSuffix(face.Base, "/"), h)
	return c, nil
}

// ServeHTTP lets a person reach nobody's uploads but their own, and answers
// for those whose files are gone because they have arrived.
func (c *counter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	who := c.face.Who(r.Context())
	if who.ID == "" && r.Method != http.MethodOptions {
		c.refuse(w, r, playlists.Errorf(playlists.Unauthenticated, "login_required", nil, "cannot do this without logging in: log in and try again"))
		return
	}
	id := strings.Trim(strings.TrimPrefix(r.URL.Path, c.face.Base), "/")
	if id == "" {
		c.tus.ServeHTTP(w, r)
		return
	}
	u, err := c.own(r.Context(), who, playlists.ID(id))
	if err != nil {
		c.refuse(w, r, err)
		return
	}
	if u.FinishedAt.IsZero() {
		c.tus.ServeHTTP(w, r)
		return
	}
	h := w.Header()
	h.Set("Tus-Resumable", "1.0.0")
	h.Set("Upload-Offset", strconv.FormatInt(u.Size, 10))
	if u.Result.Media != "" {
		h.Set(mediaHeader, string(u.Result.Media))
	}
	if r.Method == http.MethodHead {
		h.Set("Upload-Length", strconv.FormatInt(u.Size, 10))
		w.WriteHeader(http.StatusOK)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (c *counter) refuse(w http.ResponseWriter, r *http.Request, err error) {
	status, mime, body := c.face.Problem(r.Context(), err)
	w.Header().Set("Tus-Resumable", "1.0.0")
	w.Header().Set("Content-Type", mime)
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the reader may be gone
	}
}

// failure is an error in the form that tusd answers with.
func (c *counter) failure(ctx context.Context, err error) error {
	status, mime, body := c.face.Problem(ctx, err)
	return handler.Error{ErrorCode: "ERR_REFUSED", Message: err.Error(), HTTPResponse: handler.HTTPResponse{
		StatusCode: status, Body: string(body), Header: handler.HTTPHeader{"Content-Type": mime},
	}}
}

// maxAbout bounds what is said about a file, in bytes.
const maxAbout = 8 << 10

// create admits a new upload under an id of ours.
func (c *counter) create(e handler.HookEvent) (handler.HTTPResponse, handler.FileInfoChanges, error) {
	about := handler.MetaData{}
	n := 0
	for _, key := range []string{"filename", "title", "unit"} {
		about[key] = playlists.Clean(e.Upload.MetaData[key])
		n += len(about[key])
	}
	var err error
	switch {
	case n > maxAbout:
		err = playlists.Errorf(playlists.Invalid, "text_too_long", playlists.Params{"field": "filename", "max": playlists.MaxTitle}, "cannot use a file name of %d bytes: shorten it", n)
	case e.Upload.SizeIsDeferred:
		err = playlists.Errorf(playlists.Invalid, "length_missing", nil, "cannot take a file of unknown length: send Upload-Length")
	}
	var id playlists.ID
	if err == nil {
		id, err = c.admit(e.Context, c.face.Who(e.Context), e.Upload.Size, about["filename"], playlists.ID(about["unit"]))
	}
	if err != nil {
		return handler.HTTPResponse{}, handler.FileInfoChanges{}, c.failure(e.Context, err)
	}
	return handler.HTTPResponse{}, handler.FileInfoChanges{ID: string(id), MetaData: about}, nil
}

// arrived looks at a file whose last byte has come.
func (c *counter) arrived(e handler.HookEvent) (handler.HTTPResponse, error) {
	who := c.face.Who(e.Context)
	u, err := c.own(e.Context, who, playlists.ID(e.Upload.ID))
	if err != nil {
		return handler.HTTPResponse{}, c.failure(e.Context, err)
	}
	r, err := c.finish(e.Context, who, u)
	if err == nil && r.Media == "" {
		err = r.err()
	}
	if err != nil {
		return handler.HTTPResponse{}, c.failure(e.Context, err)
	}
	return handler.HTTPResponse{Header: handler.HTTPHeader{mediaHeader: string(r.Media)}}, nil
}

// err is a refusal as the error it came from.
func (r *Result) err() error {
	message := r.Message
	if message == "" {
		message = "cannot use this file: it was refused before"
	}
	return &playlists.Error{Code: playlists.Invalid, Reason: r.Reason, Params: r.Params, Message: message}
}

// terminate forgets an upload that its person cancels.
func (c *counter) terminate(e handler.HookEvent) (handler.HTTPResponse, error) {
	if err := c.cfg.Store.DropUpload(e.Context, playlists.ID(e.Upload.ID)); err != nil {
		return handler.HTTPResponse{}, c.failure(e.Context, err)
	}
	return handler.HTTPResponse{}, nil
}
