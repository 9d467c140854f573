package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"cotmoc/controller/internal/jobs"
	"cotmoc/controller/internal/media"
	"cotmoc/controller/internal/sqlstore/sqlcgen"
	"cotmoc/playlists"
)

// Media is the store of media.
type Media struct{ db *DB }

var _ media.Store = Media{}

// Media gives the store of media.
func (d *DB) Media() Media { return Media{d} }

// AddMedia implements media.Store.
func (m Media) AddMedia(ctx context.Context, r *media.Record, t *media.Task) error {
	f, err := mediaFields(r)
	if err != nil {
		return err
	}
	return m.db.tx(ctx, func(q *sqlcgen.Queries) error {
		err := q.InsertMedia(ctx, sqlcgen.InsertMediaParams{
			ID: string(r.ID), Kind: string(r.Kind), Title: r.Title, TitleKey: media.TitleKey(r.Title), Description: r.Description, Search: media.SearchText(r),
			UnitID: string(r.Unit), AuthorID: string(r.Author), State: string(r.State), Revision: int64(r.Revision),
			FileName: r.Source.FileName, Size: r.Source.Size, Sha256: string(r.Source.SHA256), Mime: r.Source.MIME,
			Width: int64(r.Source.Width), Height: int64(r.Source.Height), DurationMs: r.Source.Duration.Milliseconds(),
			Fits: f.fits, Territory: f.territory, Languages: f.languages, ValidFrom: millis(r.Terms.ValidFrom), ValidUntil: millis(r.Terms.ValidUntil),
			RightsBasis: r.Terms.RightsBasis, Origin: f.origin, Preview: string(r.Preview), CreatedAt: millis(r.CreatedAt), UpdatedAt: millis(r.UpdatedAt),
		})
		if err != nil {
			return fmt.Errorf("cannot add the media %s: %w", r.ID, err)
		}
		if err := keepParts(ctx, q, r); err != nil {
			return err
		}
		return addTask(ctx, q, t, r.UpdatedAt)
	})
}

// jsonFields are the parts of a media that are kept as text.
type jsonFields struct{ fits, territory, languages, origin, excerpt, tracks string }

func mediaFields(r *media.Record) (jsonFields, error) {
	fits, err1 := json.Marshal(r.Fits)
	territory, err2 := json.Marshal(r.Terms.Territory)
	origin, err3 := json.Marshal(r.Origin)
	excerpt, err4 := json.Marshal(r.Excerpt)
	tracks, err5 := json.Marshal(r.Tracks)
	if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
		return jsonFields{}, fmt.Errorf("cannot keep the media %s: %w", r.ID, err)
	}
	return jsonFields{string(fits), string(territory), languageText(r.Terms.Languages), string(origin), string(excerpt), string(tracks)}, nil
}

// languageText gives the stored form of languages: ",vi,lo,".
func languageText(languages []string) string {
	out := ","
	for _, l := range languages {
		out += l + ","
	}
	return out
}

// languageList gives the languages of their stored form.
func languageList(text string) []string {
	if text = strings.Trim(text, ","); text != "" {
		return strings.Split(text, ",")
	}
	return []string{}
}

// addTask queues a rendering task; nil is none.
func addTask(ctx context.Context, q *sqlcgen.Queries, t *media.Task, now time.Time) error {
	if t == nil {
		return nil
	}
	payload, err := json.Marshal(t)
	if err != nil {
		return fmt.Errorf("cannot keep the task of %s: %w", t.Media, err)
	}
	return addJob(ctx, q, jobs.Job{ID: t.ID, Kind: media.RenderJob, Subject: t.Media, Payload: payload, RunAt: now, CreatedAt: now, UpdatedAt: now})
}

// Media implements media.Store.
func (m Media) Media(ctx context.Context, id playlists.ID) (r *media.Record, err error) {
	err = m.db.view(ctx, func(q *sqlcgen.Queries) error {
		r, err = getMedia(ctx, q, string(id))
		return err
	})
	if err == nil && !r.DeletedAt.IsZero() {
		return nil, media.Missing(id)
	}
	return r, err
}

// getMedia reads a media, deleted or not, with its renditions and job.
func getMedia(ctx context.Context, q *sqlcgen.Queries, id string) (*media.Record, error) {
	row, err := q.GetMedia(ctx, id)
	if err != nil {
		return nil, missing(err, media.Missing(playlists.ID(id)))
	}
	r, err := mediaOf(row.Medium)
	if err != nil {
		return nil, err
	}
	r.AuthorName, r.UnitName, r.Approved = row.AuthorName, row.UnitName, row.Approved == 1
	renditions, err := q.RenditionsOf(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("cannot read the renditions of %s: %w", id, err)
	}
	for _, row := range renditions {
		x := row.Rendition
		if row.Covered == 1 {
			r.Covered[playlists.Profile(x.Profile)] = playlists.Digest(x.Digest)
		}
		r.Renditions = append(r.Renditions, playlists.Rendition{
			Profile: playlists.Profile(x.Profile), Digest: playlists.Digest(x.Digest), Size: x.Size, MIME: x.Mime, Width: int(x.Width), Height: int(x.Height),
			Duration: time.Duration(x.DurationMs) * time.Millisecond, HasAudio: x.HasAudio, Chunks: playlists.Digest(x.Chunks), Prints: playlists.Digest(x.Prints), Poster: playlists.Digest(x.Poster),
		})
		r.Thumbnails[playlists.Profile(x.Profile)] = playlists.Digest(x.Thumbnail)
	}
	row2, err := q.NewestJob(ctx, sqlcgen.NewestJobParams{Subject: id, Kind: media.RenderJob})
	if errors.Is(err, sql.ErrNoRows) {
		return r, nil
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read the job of %s: %w", id, err)
	}
	j, err := jobOf(row2)
	if err != nil {
		return nil, err
	}
	r.Work = &media.Work{State: string(j.State), Stage: j.Stage, Progress: j.Progress, Reason: j.Reason, Params: j.Params}
	return r, nil
}

func mediaOf(m sqlcgen.Medium) (*media.Record, error) {
	r := &media.Record{Media: playlists.Media{
		ID: playlists.ID(m.ID), Kind: playlists.Kind(m.Kind), Title: m.Title, Description: m.Description, Unit: playlists.ID(m.UnitID), Author: playlists.ID(m.AuthorID),
		State: playlists.MediaState(m.State), Revision: int(m.Revision),
		Source:    playlists.Source{FileName: m.FileName, Size: m.Size, SHA256: playlists.Digest(m.Sha256), MIME: m.Mime, Width: int(m.Width), Height: int(m.Height), Duration: time.Duration(m.DurationMs) * time.Millisecond},
		Terms:     playlists.Terms{ValidFrom: instant(m.ValidFrom), ValidUntil: instant(m.ValidUntil), RightsBasis: m.RightsBasis, Languages: languageList(m.Languages)},
		CreatedAt: instant(m.CreatedAt), UpdatedAt: instant(m.UpdatedAt),
	}, Preview: playlists.Digest(m.Preview), Proxy: playlists.Digest(m.Proxy), Arranged: int(m.Arranged), DeletedAt: instant(m.DeletedAt), Thumbnails: map[playlists.Profile]playlists.Digest{}, Covered: map[playlists.Profile]playlists.Digest{}}
	err := errors.Join(json.Unmarshal([]byte(m.Fits), &r.Fits), json.Unmarshal([]byte(m.Territory), &r.Terms.Territory), json.Unmarshal([]byte(m.Origin), &r.Origin),
		json.Unmarshal([]byte(m.Excerpt), &r.Excerpt), json.Unmarshal([]byte(m.Tracks), &r.Tracks))
	if err != nil {
		return nil, fmt.Errorf("cannot read the media %s: %w", m.ID, err)
	}
	return r, nil
}

// MediaBySource implements media.Store.
func (m Media) MediaBySource(ctx context.Context, source playlists.Digest, v media.Viewer) (r *media.Record, err error) {
	in := unitReach(v.Reach)
	err = m.db.view(ctx, func(q *sqlcgen.Queries) error {
		id, err := q.MediaBySource(ctx, sqlcgen.MediaBySourceParams{Sha256: string(source), Every: in.every, Person: string(v.Person), Units: in.units})
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("cannot look for media by source: %w", err)
		}
		r, err = getMedia(ctx, q, id)
		return err
	})
	return r, err
}

// ChangeMedia implements media.Store.
func (m Media) ChangeMedia(ctx context.Context, id playlists.ID, change func(*media.Record) (*media.Task, error)) (*media.Record, error) {
	var out *media.Record
	err := m.db.tx(ctx, func(q *sqlcgen.Queries) error {
		r, err := getMedia(ctx, q, string(id))
		if err != nil {
			return err
		}
		task, err := change(r)
		if err != nil {
			return err
		}
		f, err := mediaFields(r)
		if err != nil {
			return err
		}
		err = q.UpdateMedia(ctx, sqlcgen.UpdateMediaParams{
			ID: string(r.ID), Title: r.Title, TitleKey: media.TitleKey(r.Title), Description: r.Description, Search: media.SearchText(r),
			State: string(r.State), Revision: int64(r.Revision), Sha256: string(r.Source.SHA256), Size: r.Source.Size, Fits: f.fits, Territory: f.territory, Languages: f.languages,
			ValidFrom: millis(r.Terms.ValidFrom), ValidUntil: millis(r.Terms.ValidUntil), RightsBasis: r.Terms.RightsBasis, Origin: f.origin,
			Preview: string(r.Preview), Excerpt: f.excerpt, Tracks: f.tracks, Proxy: string(r.Proxy), UpdatedAt: millis(r.UpdatedAt), DeletedAt: millis(r.DeletedAt),
		})
		if err != nil {
			return fmt.Errorf("cannot change the media %s: %w", id, err)
		}
		if err := writeRenditions(ctx, q, r); err != nil {
			return err
		}
		if err := keepParts(ctx, q, r); err != nil {
			return err
		}
		if err := addTask(ctx, q, task, r.UpdatedAt); err != nil {
			return err
		}
		out, err = getMedia(ctx, q, string(id))
		return err
	})
	return out, err
}

// keepParts notes what a media's source and origin name, beside what earlier
// revisions named: backups hold all of it.
func keepParts(ctx context.Context, q *sqlcgen.Queries, r *media.Record) error {
	parts := r.Parts
	if r.Origin.PageBytes != "" {
		parts = append(slices.Clone(parts), r.Origin.PageBytes)
	}
	for _, object := range parts {
		if err := q.KeepPart(ctx, sqlcgen.KeepPartParams{MediaID: string(r.ID), Object: string(object)}); err != nil {
			return fmt.Errorf("cannot keep the parts of %s: %w", r.ID, err)
		}
	}
	return nil
}

func writeRenditions(ctx context.Context, q *sqlcgen.Queries, r *media.Record) error {
	if err := q.DeleteRenditions(ctx, string(r.ID)); err != nil {
		return fmt.Errorf("cannot change the renditions of %s: %w", r.ID, err)
	}
	for _, x := range r.Renditions {
		err := q.InsertRendition(ctx, sqlcgen.InsertRenditionParams{
			MediaID: string(r.ID), Profile: string(x.Profile), Digest: string(x.Digest), Size: x.Size, Mime: x.MIME, Width: int64(x.Width), Height: int64(x.Height),
			DurationMs: x.Duration.Milliseconds(), HasAudio: x.HasAudio, Chunks: string(x.Chunks), Prints: string(x.Prints), Poster: string(x.Poster), Thumbnail: string(r.Thumbnails[x.Profile]),
		})
		if err != nil {
			return fmt.Errorf("cannot change the renditions of %s: %w", r.ID, err)
		}
	}
	return nil
}
