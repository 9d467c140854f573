package main

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // to fill the library past the controller

	"cotmoc/controller/e2e/stage"
	"cotmoc/controller/internal/media"
	"cotmoc/playlists"
)

// libraryThemes are some that every library begins with; the first has others
// below it.
func libraryThemes() []string {
	return []string{"chudekinhteaaaaa", "chudedulichaaaaa", "chudebiengioiaaa", "chudebiendaoaaaa", "chudengayleaaaaa"}
}

// templates is how many media are really brought in; the others have their
// pictures.
const templates = 3

// fillLibrary makes a library of so many media: few are brought in, the rest
// are written beside them with titles, themes and tags of their own.
func fillLibrary(t stage.T, s *stage.Stage, n int) {
	t.Helper()
	var from []string
	for i := range min(templates, n) {
		from = append(from, string(s.Bring(fmt.Sprintf("anh-%d.jpg", i), fmt.Sprintf("Mẫu %d", i), stage.Photo(t, uint64(i))).ID))
	}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(s.Data, "cotmoc.db")+"?_pragma=busy_timeout(10000)&_txlock=immediate")
	if err != nil {
		t.Fatalf("%v", err)
	}
	defer db.Close()
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatalf("%v", err)
	}
	defer tx.Rollback()
	exec := func(statement string) func(args ...any) {
		prepared, err := tx.PrepareContext(t.Context(), statement)
		if err != nil {
			t.Fatalf("%v", err)
		}
		return func(args ...any) {
			if _, err := prepared.ExecContext(t.Context(), args...); err != nil {
				t.Fatalf("%v", err)
			}
		}
	}
	addMedia := exec(`insert into media (id, kind, title, title_key, description, search, unit_id, author_id, state, revision, file_name, size, sha256, mime, width, height, duration_ms,
		fits, territory, languages, valid_from, valid_until, rights_basis, origin, preview, created_at, updated_at)
		select ?, kind, ?, ?, description, ?, unit_id, author_id, 'draft', 1, file_name, size, ?, mime, width, height, duration_ms,
		fits, territory, ',vi,', 0, ?, rights_basis, origin, preview, ?, ? from media where id = ?`)
	addRenditions := exec(`insert into renditions (media_id, profile, digest, size, mime, width, height, duration_ms, has_audio, chunks, poster, thumbnail)
		select ?, profile, digest, size, mime, width, height, duration_ms, has_audio, chunks, poster, thumbnail from renditions where media_id = ?`)
	addTheme := exec(`insert into media_themes (media_id, theme_id) values (?, ?)`)
	addTag := exec(`insert into media_tags (media_id, tag_key, tag) values (?, ?, ?)`)

	rng := rand.New(rand.NewPCG(7, 7))
	now := time.Now()
	for i := range n - len(from) {
		id, err := playlists.NewID(randomReader{rng})
		if err != nil {
			t.Fatalf("%v", err)
		}
		title := playlists.Clean(libraryTitle(rng, i))
		r := &media.Record{Media: playlists.Media{Title: title, Source: playlists.Source{FileName: fmt.Sprintf("IMG_%05d.jpg", i)}}}
		made := now.Add(-time.Duration(i) * time.Minute).UnixMilli()
		until := int64(0)
		if i%20 == 0 {
			until = now.Add(time.Duration(i%400-200) * time.Hour).UnixMilli()
		}
		addMedia(string(id), title, media.TitleKey(title), media.SearchText(r), string(playlists.DigestOf([]byte(id))), until, made, made, from[i%len(from)])
		addRenditions(string(id), from[i%len(from)])
		addTheme(string(id), libraryThemes()[rng.IntN(len(libraryThemes()))])
		tag := pick(rng, "2026", "tết", "Sơn Kim", "flycam", "du lịch biển")
		addTag(string(id), tag, tag)
	}
	if err := tx.Commit(); err != nil {
		t.Fatalf("%v", err)
	}
}

// randomReader gives the bytes of a seeded generator.
type randomReader struct{ *rand.Rand }

// Read implements io.Reader.
func (r randomReader) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(r.Uint32())
	}
	return len(p), nil
}
