package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

func TestFlagsOverEnvironmentOverFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "c.yaml")
	if err := os.WriteFile(file, []byte("data: /file\nlisten: 127.0.0.1:1\nmqtt-listen: 127.0.0.1:2\npublic-host: [a.example]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	flags := pflag.NewFlagSet("serve", pflag.ContinueOnError)
	serveFlags(flags)
	if err := flags.Parse([]string{"--config", file, "--listen", "127.0.0.1:3"}); err != nil {
		t.Fatal(err)
	}
	cfg, err := load(flags, func() []string {
		return []string{"COTMOC_LISTEN=127.0.0.1:4", "COTMOC_MQTT_LISTEN=127.0.0.1:5", "COTMOC_PUBLIC_HOST=b.example,c.example", "COTMOC_CHROMIUM=/usr/bin/chromium", "HOME=/",
			"COTMOC_KEY_PASSPHRASE=a=b", "CREDENTIALS_DIRECTORY=/run/c", "COTMOC_KEY_PASSPHRASE_FILE=/p"}
	})
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Listen != "127.0.0.1:3" || cfg.MQTTListen != "127.0.0.1:5" || cfg.Data != "/file" || cfg.AgentListen != ":8443" || cfg.KeyPassphrase != "a=b" || cfg.Credentials != "/run/c" || cfg.KeyPassphraseFile != "/p" || !slices.Equal(cfg.PublicHosts, []string{"b.example", "c.example"}) {
		t.Errorf("configuration %+v", cfg)
	}
}

func TestConfigurationThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ text, says string }{
		"a misspelt name": {"lisen: 127.0.0.1:1\n", `"lisen"`},
		"no YAML":         {"{", "cannot read the configuration"},
	} {
		file := filepath.Join(t.TempDir(), "c.yaml")
		if err := os.WriteFile(file, []byte(test.text), 0o600); err != nil {
			t.Fatal(err)
		}
		flags := pflag.NewFlagSet("serve", pflag.ContinueOnError)
		serveFlags(flags)
		if _, err := load(flags, func() []string { return []string{"COTMOC_CONFIG=" + file} }); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v, want %q in it", name, err, test.says)
		}
	}
}

// run runs a command line and gives what it printed.
func run(t *testing.T, in string, args ...string) (string, error) {
	t.Helper()
	cmd := command()
	var out bytes.Buffer
	cmd.SetIn(strings.NewReader(in))
	cmd.SetOut(&out)
	cmd.SetErr(&out)
	cmd.SetArgs(args)
	err := cmd.ExecuteContext(t.Context())
	return out.String(), err
}

func TestUserCommands(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "new", "folder")
	if out, err := run(t, "mật khẩu đủ dài\n", "user", "add", "--data", data, "--login", "Ha.Le", "--name", "Lê Thị Hà", "--password-stdin"); err != nil || out != "" {
		t.Fatalf("%q, %v", out, err)
	}
	if _, err := run(t, "", "user", "create", "--data", data, "--login", "ha.le", "--name", "x"); err == nil || !strings.Contains(err.Error(), "ha.le") {
		t.Errorf("the same login again: %v", err)
	}
	if _, err := run(t, "", "user", "add", "--data", data, "--login", "b.c", "--name", "x", "--role", "king"); err == nil || !strings.Contains(err.Error(), "king") {
		t.Errorf("a role that is none: %v", err)
	}
	if _, err := run(t, "short\n", "user", "reset-password", "ha.le", "--data", data, "--password-stdin"); err == nil {
		t.Error("a short password was taken")
	}
	if out, err := run(t, "", "user", "reset-password", "ha.le", "--data", data); err != nil || !strings.Contains(out, "ha.le can log in with the password ") {
		t.Errorf("%q, %v", out, err)
	}
	if out, err := run(t, "", "user", "drop-factors", "HA.le", "--data", data); err != nil || out != "" {
		t.Errorf("%q, %v", out, err)
	}
	if _, err := run(t, "", "user", "drop-factors", "nobody", "--data", data); err == nil {
		t.Error("nobody's factors were dropped")
	}
	if out, err := run(t, "", "user", "list", "--data", data); err != nil || !strings.Contains(out, "Lê Thị Hà") || !strings.Contains(out, "administrator") || !strings.Contains(out, "never") {
		t.Errorf("%q, %v", out, err)
	}
	if _, err := run(t, "", "user", "list"); err == nil || !strings.Contains(err.Error(), "--data") {
		t.Errorf("without a data folder: %v", err)
	}
}

func TestHelpAndCompletion(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		args []string
		says string
	}{
		{[]string{"--help"}, "First steps"}, {[]string{"serve", "--help"}, "COTMOC_AGENT_LISTEN"}, {[]string{"completion", "bash"}, "controller"},
		{[]string{"openapi"}, `"openapi": "3.1.0"`},
	} {
		if out, err := run(t, "", test.args...); err != nil || !strings.Contains(out, test.says) {
			t.Errorf("%v: %.200q, %v", test.args, out, err)
		}
	}
	if _, err := run(t, "", "serve", "--data", t.TempDir(), "--listen", "nonsense"); err == nil || !strings.Contains(err.Error(), "--listen") {
		t.Errorf("a malformed address: %v", err)
	}
	if _, err := run(t, "", "serve", "--data", t.TempDir(), "--public-url", "https://192.0.2.1"); err == nil || !strings.Contains(err.Error(), "https://name") {
		t.Errorf("a public address that is no name: %v", err)
	}
}

// What a backup keeps of the settings can be given to serve again, and holds
// no secret.
func TestSettingsOfABackup(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "c.yaml")
	if err := os.WriteFile(file, []byte("data: /file\nlisten: 127.0.0.1:1\npublic-host: [a.example]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := backupCommand()
	if err := cmd.ParseFlags([]string{"--config", file, "--data", "/other"}); err != nil {
		t.Fatal(err)
	}
	cfg, text, err := settings(cmd.Flags(), func() []string {
		return []string{"COTMOC_KEY_PASSPHRASE=a secret of the keys", "COTMOC_MQTT_LISTEN=127.0.0.1:5"}
	})
	if err != nil || cfg.Data != "/other" {
		t.Fatalf("%+v, %v", cfg, err)
	}
	if bytes.Contains(text, []byte("secret")) || bytes.Contains(text, []byte("/file")) || bytes.Contains(text, []byte("/other")) {
		t.Errorf("the settings are\n%s", text)
	}
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	flags := pflag.NewFlagSet("serve", pflag.ContinueOnError)
	serveFlags(flags)
	if err := flags.Parse([]string{"--config", file}); err != nil {
		t.Fatal(err)
	}
	again, err := load(flags, func() []string { return nil })
	if err != nil || again.Listen != "127.0.0.1:1" || again.MQTTListen != "127.0.0.1:5" || !slices.Equal(again.PublicHosts, []string{"a.example"}) {
		t.Errorf("read back: %+v, %v", again, err)
	}
}
