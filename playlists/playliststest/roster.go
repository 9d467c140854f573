package playliststest

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// SitePIN is the PIN of the fixtures' site.
const SitePIN = "271828"

// Device gives the device key of a neighbour, by a short word.
func Device(word string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte("device of " + word))
	return ed25519.NewKeyFromSeed(seed[:])
}

// Neighbour names a screen of the fixtures' cluster for a roster.
func Neighbour(word string) programme.Neighbour {
	return programme.Neighbour{
		Screen: ID(word), Name: "Màn hình " + word, Profile: playlists.Landscape1080,
		Key: Device(word).Public().(ed25519.PublicKey), Addresses: []string{"10.20.0.7:9444"},
	}
}

// Roster gives the roster of a screen with neighbours, named in order.
func Roster(s *playlists.Screen, counter uint64, neighbours ...string) *programme.Roster {
	r := &programme.Roster{
		Screen: s.ID, Name: s.Name, Cluster: s.Cluster, ClusterName: "Cầu Treo", Epoch: 1, Counter: counter,
		IssuedAt: Now.UnixMilli(), Neighbours: []programme.Neighbour{}, PIN: HashedSitePIN(1),
	}
	for _, word := range neighbours {
		r.Neighbours = append(r.Neighbours, Neighbour(word))
	}
	return r
}

// HashedSitePIN gives SitePIN as a roster carries it.
func HashedSitePIN(number uint64) *programme.SitePIN {
	return &programme.SitePIN{Number: number, Salt: bytes.Repeat([]byte{9}, 16), Hash: []byte(sitePINHash), Time: 2, MemoryKB: 8 << 10, Threads: 1}
}

// sitePINHash is argon2id of SitePIN over that salt.
const sitePINHash = "\x78\xb5\x45\xbd\x16\x02\xf2\x18\x64\xb6\xee\x62\x93\xd7\x40\x9c\x5e\x24\x56\xbc\x70\x2a\x62\xec\x87\xf0\xff\xc8\xe1\x69\x56\xee"

// PeerReport gives what a neighbour says of itself.
func PeerReport(word string, seq uint64) *programme.PeerReport {
	return &programme.PeerReport{
		Screen: ID(word), Boot: ID("boot"), Seq: seq, At: Now.UnixMilli(), Version: "test", Showing: "item", Title: "Chào mừng", ShowingS: 4,
		Checks:   []programme.PeerCheck{{Witness: "browser", Finding: "right", SinceS: 60}},
		Problems: []programme.PeerProblem{{Code: "disk_low", SinceS: 90}},
		Clock:    "trusted", Connected: true, HeardS: 30,
		Capture: &programme.PeerCapture{Digest: playlists.DigestOf([]byte("capture of " + word)), Size: 11 + int64(len(word)), AgeS: 20},
	}
}
