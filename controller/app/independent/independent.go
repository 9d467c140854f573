// Package independent wires the independent client: a controller's API that is
// not trusted, the person's key file, and the page on their own machine.
package independent

import (
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"syscall"
	"time"

	"cotmoc/controller/internal/apiclient"
	"cotmoc/controller/internal/approve"
	"cotmoc/controller/internal/keyfile"
	"cotmoc/playlists"
)

// Options are what a person says to begin.
type Options struct {
	Controller string // https://…
	CAFile     string // "": the system's authorities
	Token      string // "": Login
	Listen     string // 127.0.0.1:port
	Key        string // file, "": passkey
	Enrol      bool

	// Login asks the person who they are, Passphrase for that of the key file,
	// and Code for what their authenticator shows.
	Login      func() (login, password string, err error)
	Code       func() (string, error)
	Passphrase func() ([]byte, error)
	// Ready is told where the page is, and whose.
	Ready func(page, person string) error
	Log   *slog.Logger
}

// maxPEM bounds a file of certificates.
const maxPEM = 1 << 20

// Run serves the page until ctx ends.
func Run(ctx context.Context, o Options) (err error) {
	if o.Enrol && o.Token != "" {
		return errors.New("cannot enrol a key with a token: log in by name, without --token-file")
	}
	listeners, port, err := listen(ctx, o.Listen)
	if err != nil {
		return err
	}
	defer func() {
		for _, l := range listeners {
			_ = l.Close() // closed by the server, unless it never began
		}
	}()
	var key ed25519.PrivateKey
	if o.Key != "" {
		if key, err = readKey(o); err != nil {
			return err
		}
	}
	client, password, err := enter(ctx, o)
	if err != nil {
		return err
	}
	if !o.Enrol {
		password = "" // it is needed no more
	}
	folder, err := os.MkdirTemp("", "cotmoc-approve-")
	if err != nil {
		return fmt.Errorf("cannot keep what is looked at: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	c, err := approve.New(ctx, approve.Config{
		Controller: client, Address: o.Controller, Port: port, Folder: folder, Key: key, Enrol: o.Enrol, Password: password, Now: time.Now, Log: o.Log,
	})
	if err != nil {
		return err
	}
	if err := o.Ready(c.Page(), c.Person().Name); err != nil {
		return err
	}
	return errors.Join(c.Run(ctx, listeners...), c.Close())
}

// listen takes the port on both loopback addresses: "localhost" is either, and
// who holds the other one would be sent the secret path.
func listen(ctx context.Context, address string) ([]net.Listener, string, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil || host != "localhost" && !net.ParseIP(host).IsLoopback() {
		return nil, "", fmt.Errorf("cannot listen on %.100q: the page is for browsers on this machine; give 127.0.0.1:7788", address)
	}
	var config net.ListenConfig
	four, err := config.Listen(ctx, "tcp4", net.JoinHostPort("127.0.0.1", port))
	if err != nil {
		return nil, "", fmt.Errorf("cannot listen on %s: %w; is another controller approve running?", address, err)
	}
	_, port, err = net.SplitHostPort(four.Addr().String())
	if err != nil {
		return nil, "", errors.Join(err, four.Close())
	}
	six, err := config.Listen(ctx, "tcp6", net.JoinHostPort("::1", port))
	if errors.Is(err, syscall.EADDRNOTAVAIL) || errors.Is(err, syscall.EAFNOSUPPORT) {
		return []net.Listener{four}, port, nil // this machine has no IPv6
	}
	if err != nil {
		return nil, "", errors.Join(fmt.Errorf("cannot listen on [::1]:%s, which browsers may take for localhost: %w; choose another port", port, err), four.Close())
	}
	return []net.Listener{four, six}, port, nil
}

func readKey(o Options) (ed25519.PrivateKey, error) {
	passphrase, err := o.Passphrase()
	if err != nil {
		return nil, err
	}
	signer, err := keyfile.Read(o.Key, passphrase)
	if err != nil {
		return nil, err
	}
	key, ok := signer.(ed25519.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("cannot sign with %s: it holds a %T; make one with controller keys hand", o.Key, signer)
	}
	return key, nil
}

// enter opens the way into the controller, and gives the password that did,
// "" for a token.
func enter(ctx context.Context, o Options) (client *apiclient.Client, password string, err error) {
	options := apiclient.Options{Token: o.Token}
	if o.CAFile != "" {
		text, err := readBounded(o.CAFile)
		if err != nil {
			return nil, "", err
		}
		options.CA = x509.NewCertPool()
		if !options.CA.AppendCertsFromPEM(text) {
			return nil, "", fmt.Errorf("cannot use %s: it holds no certificate (PEM)", o.CAFile)
		}
	}
	client, err = apiclient.NewWary(o.Controller, options)
	if err != nil || o.Token != "" {
		return client, "", err
	}
	login, password, err := o.Login()
	if err != nil {
		return nil, "", err
	}
	in := map[string]string{"login": login, "password": password}
	err = client.Post(ctx, "/session", in, nil)
	if playlists.ReasonOf(err) == "code_required" {
		if in["code"], err = o.Code(); err != nil {
			return nil, "", err
		}
		err = client.Post(ctx, "/session", in, nil)
	}
	return client, password, err
}

func readBounded(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the authority's certificate: %w", err)
	}
	defer func() { _ = f.Close() }() // it was only read
	text, err := io.ReadAll(io.LimitReader(f, maxPEM))
	if err != nil {
		return nil, fmt.Errorf("cannot read the authority's certificate: %w", err)
	}
	return text, nil
}
