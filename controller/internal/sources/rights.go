package sources

import (
	"context"
	"net/url"
	"slices"

	"cotmoc/controller/internal/sources/site"
	"cotmoc/playlists"
)

// Authors gives a test of origins by today's descriptions: whether what comes
// from there is its author's own, so that no agreement with the site permits
// it.
func (s *Service) Authors(ctx context.Context) (func(playlists.Origin) bool, error) {
	all, err := s.descriptions(ctx)
	if err != nil {
		return nil, err
	}
	var hosts []string
	for _, d := range all {
		if d.Site.Rights == site.Authors {
			hosts = append(hosts, d.Site.Hosts...)
		}
	}
	return func(o playlists.Origin) bool {
		u, err := url.Parse(o.Canonical)
		return o.Canonical != "" && err == nil && slices.Contains(hosts, u.Hostname())
	}, nil
}
