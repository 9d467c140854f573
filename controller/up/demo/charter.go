package demo

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"cotmoc/controller/internal/apiclient"
	"cotmoc/controller/internal/keyfile"
	domain "cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// capacities says whose hand may sign what in the demo.
func capacities() map[string][]programme.Capacity {
	return map[string][]programme.Capacity{
		"reviewer":  {programme.MayReview},
		"approver":  {programme.MayApprove, programme.MayTakeDown, programme.MayLift},
		"emergency": {programme.MayBulletin, programme.MayTakeDown, programme.MayLift},
		// Moving a screen to another cluster.
		"technician": {programme.MayPlace},
	}
}

// rootHolders hold the demo's root keys; both sign. In service each lies on a
// stick of its own, and none on a machine that is running.
func rootHolders() []string { return []string{"Nguyễn Văn Minh", "Ngô Thị Mai"} }

// handsFolder and rootsFolder lie in the demo's data.
const (
	handsFolder = "hands"
	rootsFolder = "roots"
)

// seedCharter makes key files and the first charter, so that what plays in the
// demo is signed by people as it is in service.
func (d *demo) seedCharter(ctx context.Context) error {
	var people []map[string]any
	for _, p := range d.people {
		may, signs := capacities()[p.role]
		if !signs {
			continue
		}
		h, err := d.hand(ctx, p.role)
		if err != nil {
			return err
		}
		_, err = d.progress.once("hand of "+p.Login, none, func() (string, error) { return p.Login, h.Offer(ctx, "Tệp khóa", p.Password) })
		if err != nil && domain.ReasonOf(err) != "credential_taken" {
			return err
		}
		c, err := programme.FileCredential(h.Key.Public().(ed25519.PublicKey))
		if err != nil {
			return err
		}
		people = append(people, map[string]any{"id": h.Person, "may": may, "clusters": []string{domain.Everywhere}, "standing": programme.Active, "credentials": []string{c.ID}})
	}
	_, err := d.progress.once("charter", d.charterThere(ctx), func() (string, error) { return d.firstCharter(ctx, people) })
	return err
}

// charterThere finds the charter that an earlier run has handed in.
func (d *demo) charterThere(ctx context.Context) func() (string, error) {
	return func() (string, error) {
		admin, err := d.as(ctx, "administrator")
		if err != nil {
			return "", err
		}
		var out struct {
			Mode string `json:"mode"`
		}
		if err := admin.Get(ctx, "/charter", &out); err != nil || out.Mode != "charter" {
			return "", err
		}
		return "1", nil
	}
}

func (d *demo) firstCharter(ctx context.Context, people []map[string]any) (string, error) {
	admin, err := d.as(ctx, "administrator")
	if err != nil {
		return "", err
	}
	var keys []ed25519.PrivateKey
	var roots []map[string]any
	for i, holder := range rootHolders() {
		key, err := d.key(filepath.Join(d.Data, rootsFolder, fmt.Sprintf("root-%d.key", i+1)), d.people[0].Password)
		if err != nil {
			return "", err
		}
		keys = append(keys, key)
		roots = append(roots, map[string]any{"holder": holder, "key": []byte(key.Public().(ed25519.PublicKey))})
	}
	var drafted struct {
		Payload []byte `json:"payload"`
	}
	err = admin.Post(ctx, "/charter/draft", map[string]any{
		"expires_at": d.Now().AddDate(2, 0, 0), "roots": roots, "root_threshold": len(roots), "lift_threshold": 2,
		"independent_decision": false, "max_unattended_days": 60, "people": people,
	}, &drafted)
	if err != nil {
		return "", err
	}
	var envelope []byte
	for _, key := range keys {
		if envelope, err = programme.SignCharter(envelope, drafted.Payload, key); err != nil {
			return "", err
		}
	}
	return "1", admin.Post(ctx, "/charter", map[string]any{"envelope": envelope}, nil)
}

// hand gives what signs for the person with a role; its key file is sealed
// with the person's password, which only a demo does.
func (d *demo) hand(ctx context.Context, role string) (apiclient.Hand, error) {
	if h, known := d.hands[role]; known {
		return h, nil
	}
	client, err := d.as(ctx, role)
	if err != nil {
		return apiclient.Hand{}, err
	}
	for _, p := range d.people {
		if p.role != role {
			continue
		}
		key, err := d.key(filepath.Join(d.Data, handsFolder, p.Login+".key"), p.Password)
		if err != nil {
			return apiclient.Hand{}, err
		}
		d.hands[role] = apiclient.Hand{Client: client, Person: domain.ID(d.id("person " + p.Login)), Key: key}
		return d.hands[role], nil
	}
	return apiclient.Hand{}, fmt.Errorf("cannot find a person who is %s", role)
}

// key reads a key file, or makes it.
func (d *demo) key(path, passphrase string) (ed25519.PrivateKey, error) {
	opened, err := keyfile.Read(path, []byte(passphrase))
	if errors.Is(err, fs.ErrNotExist) {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return nil, err
		}
		_, key, err := ed25519.GenerateKey(d.Random)
		if err != nil {
			return nil, fmt.Errorf("cannot make a key: %w", err)
		}
		return key, keyfile.Write(path, key, []byte(passphrase))
	}
	if err != nil {
		return nil, err
	}
	key, ok := opened.(ed25519.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("cannot use %s: it is a %T", path, opened)
	}
	return key, nil
}
