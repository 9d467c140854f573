package demo

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/google/renameio/v2"
)

// account is a person of the demo. The logins are for show: a real
// installation has none of them.
type account struct {
	Login    string `json:"login"`
	Password string `json:"password"`
	name     string
	role     string
	unit     string // short name of the one the person works for
	cluster  string // name, "" for all clusters
	does     string // for the summary
}

// accounts are the people of the demo, one of every role. The first is the
// administrator.
func accounts() []account {
	return []account{
		{Login: "quantri", name: "Nguyễn Văn Minh", role: "administrator", unit: "Sở VHTTDL", does: "administrator: people, units, clusters, screens"},
		{Login: "bientap", name: "Trần Thị Lan", role: "editor", unit: "Sở VHTTDL", does: "editor: media, playlists, schedule, publishing"},
		{Login: "congtac", name: "Lê Quang Huy", role: "contributor", unit: "Sở VHTTDL", does: "contributor: brings in media"},
		{Login: "thamdinh", name: "Phạm Thu Hà", role: "reviewer", unit: "Sở VHTTDL", does: "reviewer: the first decision"},
		{Login: "duyet", name: "Hoàng Đức Anh", role: "approver", unit: "Sở VHTTDL", does: "approver: the second decision, withdrawal"},
		{Login: "khancap", name: "Phan Thị Thúy", role: "emergency", unit: "Sở VHTTDL", does: "emergency person: takedowns and bulletins"},
		{Login: "trucban", name: "Đặng Văn Sơn", role: "watch_officer", unit: "BĐBP Hà Tĩnh", cluster: "Cầu Treo", does: "watch officer at Cầu Treo"},
		{Login: "kythuat", name: "Võ Minh Tuấn", role: "technician", unit: "Sở VHTTDL", does: "technician: pairs and repairs screens"},
		{Login: "thanhtra", name: "Ngô Thị Mai", role: "inspector", unit: "Sở VHTTDL", does: "inspector: reads all, changes nothing"},
	}
}

// loadAccounts gives the people with their passwords: those in the file, and
// new ones, kept at once, for people it does not know.
func loadAccounts(file string, random io.Reader) ([]account, error) {
	known := map[string]string{}
	text, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err == nil {
		var stored []account
		if err := json.Unmarshal(text, &stored); err != nil {
			return nil, fmt.Errorf("cannot read the logins in %s: %w; delete the data folder to begin anew", file, err)
		}
		for _, a := range stored {
			known[a.Login] = a.Password
		}
	}
	people := accounts()
	fresh := false
	for i := range people {
		people[i].Password = known[people[i].Login]
		if people[i].Password == "" {
			fresh = true
			if people[i].Password, err = newPassword(random); err != nil {
				return nil, err
			}
		}
	}
	if !fresh {
		return people, nil
	}
	text, err = json.MarshalIndent(people, "", "  ")
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return nil, err
	}
	return people, renameio.WriteFile(file, append(text, '\n'), 0o600)
}

// newPassword makes a password that can be read out and typed: 15 characters
// of 32, 75 bits.
func newPassword(random io.Reader) (string, error) {
	const letters = "abcdefghijkmnpqrstuvwxyz23456789"
	raw := make([]byte, 15)
	if _, err := io.ReadFull(random, raw); err != nil {
		return "", fmt.Errorf("cannot make a password: %w", err)
	}
	var out []byte
	for i, b := range raw {
		if i > 0 && i%5 == 0 {
			out = append(out, '-')
		}
		out = append(out, letters[int(b)%len(letters)])
	}
	return string(out), nil
}

// keyPassphrase gives the file with the passphrase of the controller's keys,
// made at the first start: nobody needs to remember it. In service it is kept
// apart from the data; here both lie in one folder.
func keyPassphrase(file string, random io.Reader) (string, error) {
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		return file, err
	}
	raw := make([]byte, 32)
	if _, err := io.ReadFull(random, raw); err != nil {
		return "", fmt.Errorf("cannot make a passphrase: %w", err)
	}
	return file, renameio.WriteFile(file, hex.AppendEncode(nil, raw), 0o600)
}
