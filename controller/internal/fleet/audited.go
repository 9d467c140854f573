package fleet

import (
	"context"

	"cotmoc/playlists"
)

// screenWritten is what the audit log keeps of a screen.
type screenWritten struct {
	Name      string            `json:"name"`
	Cluster   playlists.ID      `json:"cluster_id"`
	Profile   playlists.Profile `json:"profile"`
	TimeZone  string            `json:"time_zone"`
	DeviceKey playlists.Digest  `json:"device_key"` // SHA-256 of the public key
}

func writtenScreen(s playlists.Screen) screenWritten {
	return screenWritten{Name: s.Name, Cluster: s.Cluster, Profile: s.Profile, TimeZone: s.TimeZone, DeviceKey: playlists.DigestOf(s.DeviceKey)}
}

// clusterWritten is what the audit log keeps of a cluster.
type clusterWritten struct {
	Name string       `json:"name"`
	Unit playlists.ID `json:"unit_id"` // that operates it last
	From string       `json:"from"`
}

func writtenCluster(c Cluster) clusterWritten {
	last := c.Tenures[len(c.Tenures)-1]
	return clusterWritten{Name: c.Name, Unit: last.Unit.ID, From: last.From}
}

// audited brings what an actor does to the write that does it.
func (s *Service) audited(ctx context.Context, a playlists.Actor, kind playlists.ActKind, subject playlists.ID, detail any) context.Context {
	return playlists.WithAct(ctx, &playlists.Act{At: s.o.Now(), By: a.ID, Kind: kind, Subject: subject, Detail: detail})
}
