package sqlstore

import (
	"strings"

	"cotmoc/playlists"
)

// reach is a playlists.Reach as query parameters. A query filters with
//
//	(cast(sqlc.arg(every) as bigint) = 1
//	  or sqlc.arg(units) like '%,' || unit_id || ',%' …)
//
// which both databases understand; ids hold no comma or wildcard.
type reach struct {
	every    int64
	units    string // ",id,id,"
	clusters string
	pairs    string // ",unit/cluster,…"
}

// reachOf is for things with both a unit and a cluster.
func reachOf(r playlists.Reach) reach {
	out := reach{units: idList(r.Units), clusters: idList(r.Clusters), pairs: ","}
	if r.All {
		out.every = 1
	}
	for _, p := range r.Pairs {
		out.pairs += string(p.Unit) + "/" + string(p.Cluster) + ","
	}
	return out
}

// unitReach is for things that belong to a unit and to no cluster: a grant
// for a cluster does not narrow them (playlists.Actor.May says the same).
func unitReach(r playlists.Reach) reach {
	units := r.Units
	for _, p := range r.Pairs {
		units = append(units, p.Unit)
	}
	out := reach{units: idList(units)}
	if r.All || len(r.Clusters) > 0 {
		out.every = 1
	}
	return out
}

func idList(ids []playlists.ID) string {
	var b strings.Builder
	b.WriteByte(',')
	for _, id := range ids {
		b.WriteString(string(id))
		b.WriteByte(',')
	}
	return b.String()
}
