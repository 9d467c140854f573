package demo

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"cotmoc/controller/internal/apiclient"
	"cotmoc/controller/up/samples"
	domain "cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// none says that an earlier run left nothing behind.
func none() (string, error) { return "", nil }

// named is what most answers have.
type named struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	ShortName string `json:"short_name"`
	Title     string `json:"title"`
	Login     string `json:"login"`
}

// find gives a search in a list for the first that fits.
func find(ctx context.Context, c *apiclient.Client, path string, fits func(named) bool) func() (string, error) {
	return func() (string, error) {
		all, err := apiclient.List[named](ctx, c, path)
		if err != nil {
			return "", err
		}
		for _, n := range all {
			if fits(n) {
				return n.ID, nil
			}
		}
		return "", nil
	}
}

// create gives a POST that answers with an id.
func create(ctx context.Context, c *apiclient.Client, path string, in any) func() (string, error) {
	return func() (string, error) {
		var out named
		err := c.Post(ctx, path, in, &out)
		return out.ID, err
	}
}

// seedPeople makes units, clusters and people.
func (d *demo) seedPeople(ctx context.Context) error {
	admin, err := d.as(ctx, "administrator")
	if err != nil {
		return err
	}
	for _, u := range units() {
		_, err := d.progress.once("unit "+u.short,
			find(ctx, admin, "/units", func(n named) bool { return n.Name == u.name }),
			create(ctx, admin, "/units", map[string]any{"name": u.name, "short_name": u.short, "valid_from": u.from}))
		if err != nil {
			return err
		}
	}
	for _, u := range units() {
		if err := d.datedUnit(ctx, admin, u); err != nil {
			return err
		}
	}
	for _, c := range clusters() {
		_, err := d.progress.once("cluster "+c.name,
			find(ctx, admin, "/clusters", func(n named) bool { return n.Name == c.name }),
			create(ctx, admin, "/clusters", map[string]any{"name": c.name, "unit_id": d.id("unit " + c.unit), "place": c.place}))
		if err != nil {
			return err
		}
	}
	for _, p := range d.people[1:] {
		grant := map[string]any{"role": p.role, "unit_id": "", "cluster_id": ""}
		if p.cluster != "" {
			grant["cluster_id"] = d.id("cluster " + p.cluster)
		}
		_, err := d.progress.once("person "+p.Login,
			find(ctx, admin, "/people", func(n named) bool { return n.Login == p.Login }),
			create(ctx, admin, "/people", map[string]any{
				"login": p.Login, "name": p.name, "password": p.Password,
				"unit_id": d.id("unit " + p.unit), "grants": []any{grant},
			}))
		if err != nil {
			return err
		}
	}
	return nil
}

// datedUnit gives a unit its later name, or its end and its successor.
func (d *demo) datedUnit(ctx context.Context, admin *apiclient.Client, u unit) error {
	change := map[string]any{}
	if u.renamed != "" {
		change["name"], change["valid_from"] = u.renamed, u.renamedOn
	}
	if u.ended != "" {
		change["ended_on"], change["successor_ids"] = u.ended, []string{d.id("unit " + u.successor)}
	}
	if len(change) == 0 {
		return nil
	}
	id := d.id("unit " + u.short)
	_, err := d.progress.once("history of "+u.short, none, func() (string, error) {
		return id, admin.Patch(ctx, "/units/"+id, change, nil)
	})
	return err
}

// seedMedia makes each sample and brings it in; the controller works on its
// renditions while the next is made.
func (d *demo) seedMedia(ctx context.Context) error {
	maker := samples.Maker{Chromium: d.Chromium, FFmpeg: d.FFmpeg, Root: d.Root, Seconds: d.FilmSeconds}
	folder := filepath.Join(d.Data, "samples")
	all := samples.List()
	for i, s := range all {
		if _, done := d.progress.done("media " + s.File); done {
			continue
		}
		d.tick("sample %d of %d: %s", i+1, len(all), s.Title)
		if err := maker.Make(ctx, folder, []samples.Sample{s}, func(int, int, string) {}); err != nil {
			return err
		}
		author, err := d.as(ctx, authorOf(s))
		if err != nil {
			return err
		}
		_, err = d.progress.once("media "+s.File,
			find(ctx, author, "/media?q="+url.QueryEscape(s.Title), func(n named) bool { return n.Title == s.Title }),
			func() (string, error) { return bringIn(ctx, author, filepath.Join(folder, s.File), s.Title) })
		if err != nil {
			return err
		}
	}
	d.say("%d samples are in", len(all))
	return nil
}

func bringIn(ctx context.Context, c *apiclient.Client, path, title string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return "", err
	}
	id, err := c.Upload(ctx, filepath.Base(path), title, info.Size(), file)
	return string(id), err
}

// authorOf lets the contributor bring in what waits for decisions, the editor
// the rest.
func authorOf(s samples.Sample) string {
	if leftOpen()[s.File] != "" {
		return "contributor"
	}
	return "editor"
}

// decideMedia has the three people decide on each sample, as far as the demo
// wants it.
func (d *demo) decideMedia(ctx context.Context) error {
	all := samples.List()
	for i, s := range all {
		if _, done := d.progress.done("decided " + s.File); done {
			continue
		}
		d.tick("renditions and decisions %d of %d: %s", i+1, len(all), s.Title)
		if err := d.decide(ctx, s); err != nil {
			return fmt.Errorf("cannot have %q decided: %w", s.Title, err)
		}
		if err := d.progress.record("decided "+s.File, ""); err != nil {
			return err
		}
	}
	d.say("all have their renditions and decisions")
	return nil
}

func (d *demo) decide(ctx context.Context, s samples.Sample) error {
	author, err := d.as(ctx, authorOf(s))
	if err != nil {
		return err
	}
	waiting, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	id := d.id("media " + s.File)
	m, err := author.AwaitRenditions(waiting, domain.ID(id))
	if err != nil {
		return err
	}
	at := "/media/" + id
	goal := leftOpen()[s.File]
	if m.State == "draft" {
		about := map[string]any{"revision": m.Revision, "title": s.Title, "description": s.Description, "languages": s.Languages,
			"territory": []string{"*"}, "rights_basis": "Tác phẩm do cơ quan tự thực hiện"}
		if err := author.Patch(ctx, at, about, nil); err != nil {
			return err
		}
		if err := author.Post(ctx, at+"/submit", map[string]any{"declared": true}, nil); err != nil {
			return err
		}
		m.State = "submitted"
	}
	if m.State == "submitted" && goal != "submitted" {
		reviewer, err := d.as(ctx, "reviewer")
		if err != nil {
			return err
		}
		if goal == "returned" {
			return reviewer.Post(ctx, at+"/review", map[string]any{"decision": "return", "renditions": m.Digests(),
				"reason": "Câu tiếng Lào chưa có người bản ngữ đọc lại; xin bổ sung ngày lễ hội."}, nil)
		}
		if err := d.sign(ctx, "reviewer", programme.Review, m); err != nil {
			return err
		}
		m.State = "reviewed"
	}
	if m.State == "reviewed" && goal == "" {
		return d.sign(ctx, "approver", programme.Approve, m)
	}
	return nil
}

// sign has the person with a role decide with their key file.
func (d *demo) sign(ctx context.Context, role string, act programme.Act, m *apiclient.Media) error {
	h, err := d.hand(ctx, role)
	if err != nil {
		return err
	}
	return h.Decide(ctx, act, m)
}

// seedPlans makes slates, playlists and the schedule, and publishes.
func (d *demo) seedPlans(ctx context.Context, now time.Time) error {
	editor, err := d.as(ctx, "editor")
	if err != nil {
		return err
	}
	for profile, file := range slates() {
		id := d.id("media " + file)
		_, err := d.progress.once("slate "+profile, none, func() (string, error) {
			return id, editor.Put(ctx, "/slates/"+profile, map[string]string{"media_id": id}, nil)
		})
		if err != nil {
			return err
		}
	}
	for _, p := range playlists() {
		_, err := d.progress.once("playlist "+p.key,
			find(ctx, editor, "/playlists?q="+url.QueryEscape(p.title), func(n named) bool { return n.Title == p.title }),
			create(ctx, editor, "/playlists", map[string]string{"title": p.title}))
		if err != nil {
			return err
		}
		if err := d.fill(ctx, editor, p); err != nil {
			return err
		}
	}
	for _, e := range entries(now) {
		target := map[string][]string{"clusters": d.ids("cluster ", e.clusters), "screens": d.ids("screen ", e.screens), "tags": {}}
		_, err := d.progress.once("entry "+e.key,
			find(ctx, editor, "/schedule/entries?q="+url.QueryEscape(e.title), func(n named) bool { return n.Title == e.title }),
			create(ctx, editor, "/schedule/entries", map[string]any{
				"title": e.title, "playlist_id": d.id("playlist " + e.playlist), "target": target,
				"rule": e.rule, "priority": e.priority, "enabled": true,
			}))
		if err != nil {
			return err
		}
	}
	_, err = d.progress.once("published", none, create(ctx, editor, "/publish", map[string]string{"note": "Chương trình đầu tiên"}))
	return err
}

// fill puts the items into a playlist that was just made.
func (d *demo) fill(ctx context.Context, editor *apiclient.Client, p playlist) error {
	id := d.id("playlist " + p.key)
	_, err := d.progress.once("items of "+p.key, none, func() (string, error) {
		var current struct {
			Version int `json:"version"`
		}
		if err := editor.Get(ctx, "/playlists/"+id, &current); err != nil {
			return "", err
		}
		var items []map[string]any
		for i, file := range p.items {
			transition := "fade"
			if i%3 == 2 {
				transition = "cut"
			}
			items = append(items, map[string]any{"media_id": d.id("media " + file), "duration_ms": 8000, "transition": transition})
		}
		return id, editor.Put(ctx, "/playlists/"+id, map[string]any{"base_version": current.Version, "title": p.title, "items": items}, nil)
	})
	return err
}

// id gives the id under which a step was done; "" when it was not.
func (d *demo) id(step string) string {
	id, _ := d.progress.done(step)
	return id
}

func (d *demo) ids(prefix string, keys []string) []string {
	ids := []string{}
	for _, k := range keys {
		ids = append(ids, d.id(prefix+k))
	}
	return ids
}

// as gives a client logged in as the person with a role.
func (d *demo) as(ctx context.Context, role string) (*apiclient.Client, error) {
	if c := d.sessions[role]; c != nil {
		return c, nil
	}
	for _, p := range d.people {
		if p.role != role {
			continue
		}
		c, err := apiclient.New(d.console)
		if err != nil {
			return nil, err
		}
		if err := c.Login(ctx, p.Login, p.Password); err != nil {
			return nil, fmt.Errorf("cannot log in as %s: %w", p.Login, err)
		}
		d.sessions[role] = c
		return c, nil
	}
	return nil, fmt.Errorf("cannot find a person who is %s", role)
}

// healthy asks whether the controller is ready.
func (d *demo) healthy(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, d.console+"/readyz", nil)
	if err != nil {
		return false
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}
