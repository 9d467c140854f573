package state

import (
	"encoding/binary"
	"encoding/json"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"cotmoc/playlists/wire"
)

// dropShare is the part of a full outbox that is dropped at once, one in …,
// so that a full one is not trimmed at every play.
const dropShare = 20

// AppendPlay stores a play. When more than most are waiting the oldest are
// dropped, and it gives their number.
func (s *Store) AppendPlay(p wire.Play, most int) (dropped int, err error) {
	data, err := json.Marshal(p)
	if err != nil {
		return 0, fmt.Errorf("cannot encode a play: %w", err)
	}
	err = s.update(func(tx *bolt.Tx) error {
		dropped = 0
		b := tx.Bucket([]byte(bucketPlays))
		seq, err := b.NextSequence()
		if err != nil {
			return err
		}
		if err := b.Put(binary.BigEndian.AppendUint64(nil, seq), data); err != nil {
			return err
		}
		first, _ := b.Cursor().First()
		if waiting := span(first, seq); waiting > most {
			dropped, err = dropOldest(b, waiting-most+most/dropShare)
		}
		return err
	})
	return dropped, err
}

// span bounds the number of plays between the first key and the last, as
// plays leave at the front only.
func span(first []byte, last uint64) int {
	if len(first) != 8 {
		return 0
	}
	return int(last-binary.BigEndian.Uint64(first)) + 1
}

func dropOldest(b *bolt.Bucket, n int) (dropped int, err error) {
	c := b.Cursor()
	for k, _ := c.First(); k != nil && dropped < n; k, _ = c.First() {
		if err := c.Delete(); err != nil {
			return dropped, err
		}
		dropped++
	}
	return dropped, nil
}

// Plays gives the oldest waiting plays, at most n and about maxBytes of JSON,
// with the number of their batch: it names the last of them and rises. No
// plays is batch 0.
func (s *Store) Plays(n, maxBytes int) (batch uint64, plays []wire.Play, err error) {
	var broken [][]byte
	err = s.view(func(tx *bolt.Tx) error {
		batch, plays, broken = 0, nil, nil
		size := 0
		c := tx.Bucket([]byte(bucketPlays)).Cursor()
		for k, v := c.First(); k != nil && len(plays) < n; k, v = c.Next() {
			var p wire.Play
			// One that the controller would refuse would hold up all after it.
			if len(k) != 8 || json.Unmarshal(v, &p) != nil || p.Validate() != nil {
				broken = append(broken, clone(k))
				continue
			}
			if size += len(v) + 1; size > maxBytes && len(plays) > 0 {
				break
			}
			batch = binary.BigEndian.Uint64(k)
			plays = append(plays, p)
		}
		return nil
	})
	if err == nil && len(broken) > 0 {
		s.log.Warn("plays unreadable, dropping them", "plays", len(broken))
		err = s.update(func(tx *bolt.Tx) error {
			for _, k := range broken {
				if err := tx.Bucket([]byte(bucketPlays)).Delete(k); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return batch, plays, err
}

// DropPlays removes the plays up to and including a batch.
func (s *Store) DropPlays(batch uint64) error {
	return s.update(func(tx *bolt.Tx) error {
		c := tx.Bucket([]byte(bucketPlays)).Cursor()
		for k, _ := c.First(); len(k) == 8 && binary.BigEndian.Uint64(k) <= batch; k, _ = c.First() {
			if err := c.Delete(); err != nil {
				return err
			}
		}
		return nil
	})
}

// Counter gives a number that was added up by Count, 0 before.
func (s *Store) Counter(name string) uint64 {
	var n uint64
	if err := s.view(func(tx *bolt.Tx) error { n = counter(tx, name); return nil }); err != nil {
		return 0
	}
	return n
}

// Count adds to a counter and gives its new value.
func (s *Store) Count(name string, add uint64) (n uint64, err error) {
	err = s.update(func(tx *bolt.Tx) error {
		n = counter(tx, name) + add
		return tx.Bucket([]byte(bucketCounters)).Put([]byte(name), binary.BigEndian.AppendUint64(nil, n))
	})
	return n, err
}

func counter(tx *bolt.Tx, name string) uint64 {
	if v := tx.Bucket([]byte(bucketCounters)).Get([]byte(name)); len(v) == 8 {
		return binary.BigEndian.Uint64(v)
	}
	return 0
}
