package main

import (
	"fmt"
	"strings"

	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/providers/posflag"
	"github.com/knadh/koanf/v2"
	"github.com/spf13/pflag"

	"cotmoc/controller/app"
)

const environmentPrefix = "COTMOC_"

// dataFlag is the flag that every command which touches data has.
func dataFlag(f *pflag.FlagSet) {
	f.String("data", "", "folder that holds everything: database, objects, keys")
	f.String("config", "", "YAML file with the same names as the flags")
}

// keyFlag is the flag that every command which uses the sealed keys has.
func keyFlag(f *pflag.FlagSet) {
	f.String("key-passphrase-file", "", "file with the passphrase of the keys; otherwise the systemd credential cotmoc-key-passphrase or $COTMOC_KEY_PASSPHRASE is taken")
}

// serveFlags are what a person decides about a running controller.
func serveFlags(f *pflag.FlagSet) {
	dataFlag(f)
	f.String("listen", "127.0.0.1:8080", "host:port of the console and the API")
	f.String("tls-cert", "", "certificate file of the console (PEM); without one it speaks plain HTTP")
	f.String("tls-key", "", "key file of the console (PEM)")
	f.Bool("secure", false, "people reach the console over TLS through a proxy on this machine: mark cookies so, and take their addresses from its X-Forwarded-For")
	f.String("public-url", "", "what people type to open the console, as https://name[:port]; passkeys are bound to it (default: this machine, or the name in --listen with TLS)")
	f.String("scan-url", "", "https://name[:port] under which anybody's phone reaches this controller: slides may have short addresses of it, whose uses are counted by day and language (only /q/ has to be reachable; without one nothing is counted)")
	f.StringSlice("alert-network", nil, "network such as 10.20.0.0/16 that alerts may reach although it is not public: the unit's own mail server or webhook (may be given more than once; whoever uses the console cannot add one)")
	f.String("agent-listen", ":8443", "host:port of the listener for agents (TLS, own certificates)")
	f.String("mqtt-listen", ":8883", "host:port of the embedded broker (TLS, own certificates)")
	f.String("broker", "", "tls://host:port of a broker to use instead of the embedded one")
	f.StringSlice("public-host", nil, "name or address by which agents reach this machine; repeat for several")
	f.String("ffmpeg", "ffmpeg", "ffmpeg program")
	f.String("ffprobe", "ffprobe", "ffprobe program")
	f.String("chromium", "", "Chromium program, which draws slides; looked for in PATH when empty, and everything else works without one")
	f.Int64("max-storage", 0, "most bytes that all media may use; 0 for no limit")
	f.String("tls", "", "acme: get the console a certificate for --public-url from a public authority; own: from an authority of our own (see firmware-notes/devices/console-https.md)")
	f.String("acme-directory", "", "address of the public authority; Let's Encrypt when empty")
	f.String("acme-root", "", "certificate file (PEM) of that authority's own server, when it is an institution's")
	f.String("acme-email", "", "whom the public authority warns before a certificate ends")
	f.Float64("incident-patience", 1, "how patient incidents are: 2 waits twice as long as the rules say before one opens, rises or ends")
	keyFlag(f)
	f.String("log-level", "info", "debug, info, warn or error")
}

// read gives the settings by the names of the flags: flags over environment
// over file.
func read(flags *pflag.FlagSet, environ func() []string) (*koanf.Koanf, error) {
	k := koanf.New(".")
	known := func(key string) bool { return flags.Lookup(key) != nil && key != "config" }
	environment := env.Provider(".", env.Opt{Prefix: environmentPrefix, EnvironFunc: environ, TransformFunc: func(key, value string) (string, any) {
		key = strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(key, environmentPrefix)), "_", "-")
		if f := flags.Lookup(key); f != nil && f.Value.Type() == "stringSlice" {
			return key, strings.Split(value, ",")
		}
		return key, value
	}})
	settings := koanf.New(".")
	if err := settings.Load(environment, nil); err != nil {
		return nil, fmt.Errorf("cannot read the environment: %w", err)
	}
	path := settings.String("config")
	if flags.Changed("config") {
		path, _ = flags.GetString("config")
	}
	if path != "" {
		if err := k.Load(file.Provider(path), yaml.Parser()); err != nil {
			return nil, fmt.Errorf("cannot read the configuration %q: %w", path, err)
		}
		for _, key := range k.Keys() {
			if !known(key) {
				return nil, fmt.Errorf("cannot use %q in the configuration %q: there is no flag of this name", key, path)
			}
		}
	}
	for _, key := range settings.Keys() {
		if known(key) { // others may be meant for other programs
			if err := k.Set(key, settings.Get(key)); err != nil {
				return nil, fmt.Errorf("cannot use %s from the environment: %w", key, err)
			}
		}
	}
	if err := k.Load(posflag.Provider(flags, ".", k), nil); err != nil {
		return nil, fmt.Errorf("cannot read the flags: %w", err)
	}
	return k, nil
}

// load reads the configuration.
func load(flags *pflag.FlagSet, environ func() []string) (app.Config, error) {
	var cfg app.Config
	k, err := read(flags, environ)
	if err != nil {
		return cfg, err
	}
	if err := k.Unmarshal("", &cfg); err != nil {
		return cfg, fmt.Errorf("cannot read the configuration: %w", err)
	}
	for _, variable := range environ() {
		name, value, _ := strings.Cut(variable, "=")
		switch name {
		case environmentPrefix + "KEY_PASSPHRASE":
			cfg.KeyPassphrase = value
		case "CREDENTIALS_DIRECTORY":
			cfg.Credentials = value
		}
	}
	return cfg, nil
}

// settings gives what a person decided about controller serve, in the
// environment and the file that flags name, as --config takes it. There is no
// secret among it: those are in files of their own.
func settings(flags *pflag.FlagSet, environ func() []string) (app.Config, []byte, error) {
	serve := pflag.NewFlagSet("serve", pflag.ContinueOnError)
	serveFlags(serve)
	for _, name := range []string{"data", "config"} {
		if flags.Changed(name) {
			if err := serve.Set(name, flags.Lookup(name).Value.String()); err != nil {
				return app.Config{}, nil, err
			}
		}
	}
	cfg, err := load(serve, environ)
	if err != nil {
		return cfg, nil, err
	}
	k, err := read(serve, environ)
	if err != nil {
		return cfg, nil, err
	}
	for _, key := range []string{"data", "config"} { // are others on another machine
		k.Delete(key)
	}
	text, err := k.Marshal(yaml.Parser())
	return cfg, text, err
}
