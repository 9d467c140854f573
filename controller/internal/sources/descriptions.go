package sources

import (
	"cmp"
	"context"
	"slices"

	"cotmoc/controller/internal/sources/site"
	"cotmoc/playlists"
)

// Sites gives every description, those with hosts first, by name.
func (s *Service) Sites(ctx context.Context, a playlists.Actor) ([]Described, error) {
	if _, err := unitOf(a); err != nil && a.Require(playlists.ManagePeople, playlists.Scope{}) != nil {
		return nil, err
	}
	all, err := s.descriptions(ctx)
	if err != nil {
		return nil, err
	}
	tests, err := s.cfg.Store.Tests(ctx)
	if err != nil {
		return nil, err
	}
	policies, err := s.cfg.Store.Policies(ctx)
	if err != nil {
		return nil, err
	}
	for i := range all {
		all[i].Tests = tests[all[i].Site.ID]
		all[i].Policy = cmp.Or(policies[all[i].Site.ID], HoldNone)
	}
	slices.SortFunc(all, func(x, y Described) int {
		return cmp.Or(cmp.Compare(min(1, len(y.Site.Hosts)), min(1, len(x.Site.Hosts))), cmp.Compare(x.Site.Name, y.Site.Name))
	})
	return all, nil
}

// descriptions reads the built-in ones, and what people made of them.
func (s *Service) descriptions(ctx context.Context) ([]Described, error) {
	changed, err := s.cfg.Store.Sites(ctx)
	if err != nil {
		return nil, err
	}
	texts, err := site.BuiltIn()
	if err != nil {
		return nil, err
	}
	var all []Described
	base := func(id string) (*site.Site, bool) {
		i := slices.IndexFunc(all, func(d Described) bool { return d.Site.ID == id })
		if i < 0 {
			return nil, false
		}
		return all[i].Site, true
	}
	for _, text := range texts {
		parsed, err := site.Parse(text, base)
		if err != nil {
			return nil, err
		}
		d := Described{Site: parsed, Text: string(text), BuiltIn: true}
		if c, ok := changed[parsed.ID]; ok {
			delete(changed, parsed.ID)
			// One that no longer parses was right when it was saved: the
			// built-in one serves until somebody mends it.
			if mended, err := site.Parse([]byte(c.Text), base); err == nil {
				d = Described{Site: mended, Text: c.Text, Version: c.Version}
			} else {
				d.Version = c.Version
				s.cfg.Log.WarnContext(ctx, "site description cannot be read", "site", parsed.ID, "error", err)
			}
		}
		all = append(all, d)
	}
	for _, id := range sorted(changed) {
		parsed, err := site.Parse([]byte(changed[id].Text), base)
		if err != nil {
			s.cfg.Log.WarnContext(ctx, "site description cannot be read", "site", id, "error", err)
			continue
		}
		all = append(all, Described{Site: parsed, Text: changed[id].Text, Version: changed[id].Version})
	}
	return all, nil
}

func sorted(m map[string]SiteText) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// SaveSite stores a description that somebody wrote. version is the one that
// the person changed, 0 of a built-in or new one.
func (s *Service) SaveSite(ctx context.Context, a playlists.Actor, text string, version int) (*site.Site, error) {
	if err := a.Require(playlists.ManagePeople, playlists.Scope{}); err != nil {
		return nil, err
	}
	parsed, err := s.parse(ctx, text)
	if err != nil {
		return nil, err
	}
	all, err := s.descriptions(ctx)
	if err != nil {
		return nil, err
	}
	for _, d := range all {
		for _, h := range parsed.Hosts {
			if d.Site.ID != parsed.ID && slices.Contains(d.Site.Hosts, h) {
				return nil, playlists.Errorf(playlists.Conflict, "host_taken", playlists.Params{"host": h, "site": d.Site.Name},
					"cannot describe %s twice: %q has it already; change that one", h, d.Site.Name)
			}
		}
	}
	at := s.cfg.Now()
	ctx = playlists.WithAct(ctx, &playlists.Act{At: at, By: a.ID, Kind: playlists.SiteDescribed, Detail: describedAct{parsed.Name, parsed.ID, parsed.Hosts, parsed.Media, version + 1}})
	return parsed, s.cfg.Store.SaveSite(ctx, parsed.ID, SiteText{Text: text, Version: version + 1}, a.ID, at)
}

// describedAct is what the audit log keeps of a description.
type describedAct struct {
	Name    string   `json:"name"`
	Site    string   `json:"site"`
	Hosts   []string `json:"hosts"`
	Media   []string `json:"media_hosts"`
	Version int      `json:"version"`
}

func (s *Service) parse(ctx context.Context, text string) (*site.Site, error) {
	all, err := s.descriptions(ctx)
	if err != nil {
		return nil, err
	}
	return site.Parse([]byte(text), func(id string) (*site.Site, bool) {
		for _, d := range all {
			if d.Site.ID == id {
				return d.Site, true
			}
		}
		return nil, false
	})
}

// siteOf gives the description that names an address's host.
func (s *Service) siteOf(ctx context.Context, address string) (*site.Site, site.Address, error) {
	all, err := s.descriptions(ctx)
	if err != nil {
		return nil, site.Address{}, err
	}
	var refused error
	for _, d := range all {
		if len(d.Site.Hosts) == 0 {
			continue
		}
		at, err := d.Site.Read(address)
		if err == nil {
			return d.Site, at, nil
		}
		refused = err
	}
	return nil, site.Address{}, refused
}

// siteByID gives a description that has hosts.
func (s *Service) siteByID(ctx context.Context, id string) (*site.Site, int, error) {
	all, err := s.descriptions(ctx)
	if err != nil {
		return nil, 0, err
	}
	for _, d := range all {
		if d.Site.ID == id && len(d.Site.Hosts) > 0 {
			return d.Site, d.Version, nil
		}
	}
	return nil, 0, playlists.Errorf(playlists.NotFound, "site_missing", playlists.Params{"id": id}, "cannot find the site %.60q: choose one from the list", id)
}
