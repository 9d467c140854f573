package upload_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"cotmoc/controller/internal/media"
	"cotmoc/controller/internal/media/mediatest"
	"cotmoc/controller/internal/media/upload"
	"cotmoc/controller/internal/sqlstore"
	"cotmoc/playlists"
)

const base = "/api/v1/uploads/"

// intake remembers what arrived. A file that begins with "bad" is refused,
// one that begins with "busy" meets trouble the first time.
type intake struct {
	calls atomic.Int32
	last  atomic.Pointer[media.File]
	bytes atomic.Pointer[[]byte]
}

func (i *intake) Accept(_ context.Context, _ playlists.Actor, f media.File) (*media.Receipt, error) {
	n := i.calls.Add(1)
	b, err := os.ReadFile(f.Path)
	if err != nil {
		return nil, err
	}
	i.last.Store(&f)
	i.bytes.Store(&b)
	switch {
	case bytes.HasPrefix(b, []byte("bad")):
		return nil, playlists.Errorf(playlists.Invalid, "file_executable", playlists.Params{"n": 1}, "cannot use a program")
	case bytes.HasPrefix(b, []byte("busy")) && n == 1:
		return nil, playlists.Errorf(playlists.Unavailable, "storage_full", nil, "cannot store more")
	}
	return &media.Receipt{Media: &media.Record{Media: playlists.Media{ID: "mediaaaaaaaaaaaa"}}}, nil
}

// house is a desk behind HTTP; the header Person says who asks.
type house struct {
	desk   *upload.Desk
	intake *intake
	http   http.Handler
	store  sqlstore.Uploads
	dir    string
	now    atomic.Int64
}

func limits() upload.Limits {
	l := upload.DefaultLimits()
	l.FileSize, l.Open, l.Bytes = 1<<20, 3, 2<<20
	return l
}

type whoKey struct{}

// open opens the house in a folder, which may have been used before.
func open(ctx context.Context, dir string, l upload.Limits) (*house, func() error, error) {
	db, err := sqlstore.Open(ctx, filepath.Join(dir, "cotmoc.db"))
	if err != nil {
		return nil, nil, err
	}
	h := &house{intake: &intake{}, store: db.Uploads(), dir: filepath.Join(dir, "uploads")}
	h.now.Store(time.Now().UnixMilli())
	h.desk, err = upload.New(upload.Config{
		Store: h.store, Intake: h.intake, Dir: h.dir, Free: func(context.Context) (int64, error) { return 1 << 30, nil }, Limits: l,
		Now: func() time.Time { return time.UnixMilli(h.now.Load()) }, Random: rand.Reader, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return nil, nil, err
	}
	tus, err := h.desk.Handler(upload.Face{
		Base: base,
		Who: func(ctx context.Context) playlists.Actor {
			id, _ := ctx.Value(whoKey{}).(string)
			return playlists.Actor{ID: playlists.ID(id), Unit: mediatest.UnitA, Grants: []playlists.Grant{{Role: playlists.Contributor}}}
		},
		Problem: func(_ context.Context, err error) (int, string, []byte) {
			status := map[playlists.Code]int{playlists.Internal: 500, playlists.Forbidden: 403, playlists.Conflict: 409, playlists.Unauthenticated: 401, playlists.NotFound: 404, playlists.TooLarge: 413, playlists.Invalid: 422, playlists.RateLimited: 429, playlists.Unavailable: 503}[playlists.CodeOf(err)]
			b, _ := json.Marshal(map[string]string{"reason": playlists.ReasonOf(err), "detail": err.Error()}) // strings always marshal
			return status, "application/problem+json", b
		},
	})
	h.http = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tus.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), whoKey{}, r.Header.Get("Person"))))
	})
	return h, db.Close, err
}

func begin(t *testing.T) (*house, *httptest.Server) {
	t.Helper()
	dir := t.TempDir()
	h, closeDB, err := open(t.Context(), dir, limits())
	if err != nil {
		t.Fatal(err)
	}
	mediatest.People(t, filepath.Join(dir, "cotmoc.db"))
	srv := httptest.NewServer(h.http)
	t.Cleanup(func() {
		srv.Close()
		if err := closeDB(); err != nil {
			t.Error(err)
		}
	})
	return h, srv
}

// ask sends one request of the tus protocol as An, unless header says
// otherwise, and gives the answer with its body read.
func ask(t *testing.T, method, url string, body []byte, header ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Tus-Resumable", "1.0.0")
	req.Header.Set("Person", mediatest.An)
	if method == http.MethodPatch {
		req.Header.Set("Content-Type", "application/offset+octet-stream")
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(b)
}

func want(t *testing.T, resp *http.Response, body string, status int, reason string) {
	t.Helper()
	if resp.StatusCode != status || reason != "" && !strings.Contains(body, `"`+reason+`"`) {
		t.Fatalf("%s %s = %d %s, want %d %s", resp.Request.Method, resp.Request.URL.Path, resp.StatusCode, body, status, reason)
	}
}

func create(t *testing.T, root string, size int) string {
	t.Helper()
	b64 := base64.StdEncoding.EncodeToString
	resp, body := ask(t, http.MethodPost, root+base, nil, "Upload-Length", strconv.Itoa(size),
		"Upload-Metadata", "filename "+b64([]byte("lễ hội.jpg"))+",title "+b64([]byte("Lễ hội"))+",filetype "+b64([]byte("image/jpeg")))
	want(t, resp, body, http.StatusCreated, "")
	return resp.Header.Get("Location")
}

func idOf(url string) playlists.ID { return playlists.ID(url[strings.LastIndex(url, "/")+1:]) }

var an = playlists.Actor{ID: mediatest.An, Unit: mediatest.UnitA, Grants: []playlists.Grant{{Role: playlists.Contributor}}}

func TestWholeUpload(t *testing.T) {
	t.Parallel()
	h, srv := begin(t)
	at := create(t, srv.URL, 10)
	if _, err := h.desk.Result(t.Context(), an, idOf(at)); playlists.ReasonOf(err) != "upload_unfinished" {
		t.Errorf("Result of a begun upload = %v", err)
	}
	resp, body := ask(t, http.MethodPatch, at, []byte("01234"), "Upload-Offset", "0")
	want(t, resp, body, http.StatusNoContent, "")
	resp, body = ask(t, http.MethodHead, at, nil)
	want(t, resp, body, http.StatusOK, "")
	if got := resp.Header.Get("Upload-Offset"); got != "5" {
		t.Errorf("offset %s", got)
	}
	resp, body = ask(t, http.MethodPatch, at, []byte("56789"), "Upload-Offset", "5")
	want(t, resp, body, http.StatusNoContent, "")
	if got := resp.Header.Get("Cotmoc-Media"); got != "mediaaaaaaaaaaaa" {
		t.Errorf("Cotmoc-Media %q", got)
	}
	if f := h.intake.last.Load(); f.Name != "lễ hội.jpg" || f.Title != "Lễ hội" || string(*h.intake.bytes.Load()) != "0123456789" {
		t.Errorf("arrived %+v, %q", f, *h.intake.bytes.Load())
	}
	// A client that lost the answer asks where it stands.
	resp, body = ask(t, http.MethodHead, at, nil)
	want(t, resp, body, http.StatusOK, "")
	if resp.Header.Get("Upload-Offset") != "10" || resp.Header.Get("Upload-Length") != "10" || resp.Header.Get("Cotmoc-Media") == "" {
		t.Errorf("HEAD after the end: %v", resp.Header)
	}
	for range 2 {
		if r, err := h.desk.Result(t.Context(), an, idOf(at)); err != nil || r.Media != "mediaaaaaaaaaaaa" {
			t.Errorf("Result = %+v, %v", r, err)
		}
	}
	if n := h.intake.calls.Load(); n != 1 {
		t.Errorf("looked at %d times", n)
	}
	if left, err := os.ReadDir(h.dir); err != nil || len(left) != 0 {
		t.Errorf("files left: %v, %v", left, err)
	}
}

func TestRefusedFile(t *testing.T) {
	t.Parallel()
	h, srv := begin(t)
	at := create(t, srv.URL, 5)
	resp, body := ask(t, http.MethodPatch, at, []byte("bad!!"), "Upload-Offset", "0")
	want(t, resp, body, http.StatusUnprocessableEntity, "file_executable")
	if !strings.Contains(body, "cannot use a program") {
		t.Errorf("answer %s", body)
	}
	if r, err := h.desk.Result(t.Context(), an, idOf(at)); err != nil || r.Reason != "file_executable" || r.Params["n"] == nil || r.Media != "" {
		t.Errorf("Result = %+v, %v", r, err)
	}
}

// Our own trouble is no result: asking again looks again.
func TestTroubleIsTriedAgain(t *testing.T) {
	t.Parallel()
	h, srv := begin(t)
	at := create(t, srv.URL, 5)
	resp, body := ask(t, http.MethodPatch, at, []byte("busy!"), "Upload-Offset", "0")
	want(t, resp, body, http.StatusServiceUnavailable, "storage_full")
	if r, err := h.desk.Result(t.Context(), an, idOf(at)); err != nil || r.Media == "" {
		t.Errorf("Result = %+v, %v", r, err)
	}
}

func TestNotAdmitted(t *testing.T) {
	t.Parallel()
	_, srv := begin(t)
	for name, c := range map[string]struct {
		header []string
		status int
		reason string
	}{
		"empty file":     {[]string{"Upload-Length", "0"}, 422, "file_empty"},
		"too large":      {[]string{"Upload-Length", strconv.Itoa(1<<20 + 1)}, 413, "file_too_large"},
		"unknown length": {[]string{"Upload-Defer-Length", "1"}, 0, ""},
		"nobody":         {[]string{"Upload-Length", "1", "Person", ""}, 401, "login_required"},
		"long name":      {[]string{"Upload-Length", "1", "Upload-Metadata", "filename " + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte("a"), 9000))}, 422, "text_too_long"},
	} {
		resp, body := ask(t, http.MethodPost, srv.URL+base, nil, c.header...)
		if resp.StatusCode < 400 || c.status != 0 && resp.StatusCode != c.status || !strings.Contains(body, c.reason) {
			t.Errorf("%s: %d %s", name, resp.StatusCode, body)
		}
	}
	for range 3 {
		create(t, srv.URL, 100)
	}
	resp, body := ask(t, http.MethodPost, srv.URL+base, nil, "Upload-Length", "100")
	want(t, resp, body, http.StatusTooManyRequests, "uploads_too_many")
}

func TestOnlyOnesOwn(t *testing.T) {
	t.Parallel()
	h, srv := begin(t)
	at := create(t, srv.URL, 5)
	for _, method := range []string{http.MethodHead, http.MethodPatch, http.MethodDelete} {
		resp, body := ask(t, method, at, []byte("12345"), "Person", mediatest.Binh, "Upload-Offset", "0")
		want(t, resp, body, http.StatusNotFound, "")
	}
	if _, err := h.desk.Result(t.Context(), playlists.Actor{ID: mediatest.Binh}, idOf(at)); playlists.CodeOf(err) != playlists.NotFound {
		t.Errorf("Result for another = %v", err)
	}
	resp, body := ask(t, http.MethodHead, srv.URL+base+"..%2F..%2Fcotmoc.db", nil)
	want(t, resp, body, http.StatusNotFound, "")
}

func TestCancelled(t *testing.T) {
	t.Parallel()
	h, srv := begin(t)
	at := create(t, srv.URL, 5)
	resp, body := ask(t, http.MethodDelete, at, nil)
	want(t, resp, body, http.StatusNoContent, "")
	resp, body = ask(t, http.MethodHead, at, nil)
	want(t, resp, body, http.StatusNotFound, "")
	if n, _, err := h.store.OpenUploads(t.Context(), mediatest.An); n != 0 || err != nil {
		t.Errorf("%d uploads open, %v", n, err)
	}
}

func TestAbandonedAreSwept(t *testing.T) {
	t.Parallel()
	h, srv := begin(t)
	idle, done := create(t, srv.URL, 5), create(t, srv.URL, 1)
	resp, body := ask(t, http.MethodPatch, done, []byte("x"), "Upload-Offset", "0")
	want(t, resp, body, http.StatusNoContent, "")
	sweep := func(after time.Duration) {
		t.Helper()
		h.now.Store(time.Now().Add(after).UnixMilli())
		if err := h.desk.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	sweep(limits().Idle - time.Hour)
	if _, err := h.desk.Result(t.Context(), an, idOf(idle)); playlists.ReasonOf(err) != "upload_unfinished" {
		t.Errorf("a young upload: %v", err)
	}
	sweep(limits().Idle + time.Hour)
	if _, err := h.desk.Result(t.Context(), an, idOf(idle)); playlists.ReasonOf(err) != "upload_missing" {
		t.Errorf("an abandoned upload: %v", err)
	}
	if _, err := h.desk.Result(t.Context(), an, idOf(done)); err != nil {
		t.Errorf("a result within its time: %v", err)
	}
	sweep(limits().Keep + time.Hour)
	if _, err := h.desk.Result(t.Context(), an, idOf(done)); playlists.ReasonOf(err) != "upload_missing" {
		t.Errorf("an old result: %v", err)
	}
	if left, err := os.ReadDir(h.dir); err != nil || len(left) != 0 {
		t.Errorf("files left: %v, %v", left, err)
	}
}

// serveEnv makes the test binary a server over the folder it names.
const serveEnv = "COTMOC_TEST_UPLOADS"

func TestMain(m *testing.M) {
	dir := os.Getenv(serveEnv)
	if dir == "" {
		os.Exit(m.Run())
	}
	h, _, err := open(context.Background(), dir, limits())
	if err != nil {
		panic(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println("http://" + l.Addr().String())
	panic(http.Serve(l, h.http))
}

// serve starts the server as a process of its own and gives its address.
func serve(t *testing.T, dir string) (root string, kill func()) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), serveEnv+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill = func() {
		_ = cmd.Process.Kill() // it may be dead already
		_ = cmd.Wait()         // the kill is its only end
	}
	t.Cleanup(kill)
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(line), kill
}

// The server is killed while bytes flow. What it wrote is there when it is
// back, and the rest completes the same file.
func TestKilledAndResumed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, closeDB, err := open(t.Context(), dir, limits())
	if err != nil {
		t.Fatal(err)
	}
	mediatest.People(t, filepath.Join(dir, "cotmoc.db"))
	if err := closeDB(); err != nil {
		t.Fatal(err)
	}
	file := make([]byte, 900_000)
	if _, err := rand.Read(file); err != nil {
		t.Fatal(err)
	}
	root, kill := serve(t, dir)
	path := strings.TrimPrefix(create(t, root, len(file)), root)

	// Half of it is sent, then the line stays open and the server dies.
	r, w := io.Pipe()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPatch, root+path, r)
	if err != nil {
		t.Fatal(err)
	}
	req.ContentLength = int64(len(file))
	for k, v := range map[string]string{"Tus-Resumable": "1.0.0", "Person": mediatest.An, "Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"} {
		req.Header.Set(k, v)
	}
	broken := make(chan error, 1)
	go func() {
		resp, err := http.DefaultClient.Do(req)
		if err == nil {
			resp.Body.Close()
		}
		broken <- err
	}()
	if _, err := w.Write(file[:len(file)/2]); err != nil {
		t.Fatal(err)
	}
	grown := filepath.Join(dir, "uploads", string(idOf(path)))
	for deadline := time.Now().Add(20 * time.Second); ; {
		if fi, err := os.Stat(grown); err == nil && fi.Size() > 100_000 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the file does not grow")
		}
	}
	kill()
	w.CloseWithError(io.ErrClosedPipe)
	if err := <-broken; err == nil {
		t.Fatal("the killed server answered")
	}

	root, _ = serve(t, dir)
	resp, body := ask(t, http.MethodHead, root+path, nil)
	want(t, resp, body, http.StatusOK, "")
	offset, err := strconv.Atoi(resp.Header.Get("Upload-Offset"))
	if err != nil || offset < 100_000 || offset > len(file)/2 {
		t.Fatalf("offset %d, %v", offset, err)
	}
	resp, body = ask(t, http.MethodPatch, root+path, file[offset:len(file)-1], "Upload-Offset", strconv.Itoa(offset))
	want(t, resp, body, http.StatusNoContent, "")
	if b, err := os.ReadFile(grown); err != nil || !bytes.Equal(b, file[:len(file)-1]) {
		t.Errorf("the file on disk differs: %v", err)
	}
	resp, body = ask(t, http.MethodPatch, root+path, file[len(file)-1:], "Upload-Offset", strconv.Itoa(len(file)-1))
	want(t, resp, body, http.StatusNoContent, "")
	if resp.Header.Get("Cotmoc-Media") == "" {
		t.Errorf("no media: %v", resp.Header)
	}
}

// All bytes had arrived when the server died before it looked at them.
func TestKilledBeforeLooking(t *testing.T) {
	t.Parallel()
	h, srv := begin(t)
	at := create(t, srv.URL, 5)
	if err := os.WriteFile(filepath.Join(h.dir, string(idOf(at))), []byte("12345"), 0o600); err != nil {
		t.Fatal(err)
	}
	resp, body := ask(t, http.MethodHead, at, nil)
	want(t, resp, body, http.StatusOK, "")
	if resp.Header.Get("Upload-Offset") != "5" {
		t.Errorf("HEAD: %v", resp.Header)
	}
	if r, err := h.desk.Result(t.Context(), an, idOf(at)); err != nil || r.Media == "" {
		t.Errorf("Result = %+v, %v", r, err)
	}
}
