package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"log/slog"
	"net"
	"os"
	"time"

	"cotmoc/controller/e2e/stage"
	"cotmoc/controller/internal/ca"
	"cotmoc/controller/internal/mqttlink"
	"cotmoc/controller/up/children"
	"cotmoc/playlists"
)

// rawBrokerCommand has this program be the bare broker, in a process of its
// own as the controller is.
const rawBrokerCommand = "raw-broker"

// everybody is an admission that knows nobody who is revoked.
type everybody struct{}

func (everybody) Admits(playlists.ID) bool { return true }

// Holds implements mqttlink.Admission.
func (everybody) Holds(playlists.ID, *x509.Certificate) bool { return true }

// serveRawBroker serves the controller's broker without a controller: the
// reference that publishing is held against. args are the folder of the
// controller's keys and the address.
func serveRawBroker(ctx context.Context, args []string) error {
	if len(args) != 2 {
		return errors.New("cannot serve the bare broker: give the folder of keys and the address")
	}
	authority, err := ca.Open(args[0], []byte(stage.KeyPassphrase), time.Now)
	if err != nil {
		return err
	}
	leaf, err := authority.Server("raw", nil)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", args[1])
	if err != nil {
		return err
	}
	config := authority.ListenerTLS(leaf, tls.RequireAndVerifyClientCert, func(*x509.Certificate) error { return nil })
	broker, err := mqttlink.NewBroker(listener, config, everybody{}, mqttlink.DefaultLimits(), slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	return broker.Run(ctx)
}

// startRawBroker starts the bare broker and gives its address.
func startRawBroker(t stage.T, keys string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatalf("%v", err)
	}
	address := "127.0.0.1:" + stage.FreePort(t)
	child, err := children.Start(children.Spec{Name: "bare broker", Path: self, Args: []string{rawBrokerCommand, keys, address}, Output: os.Stderr})
	if err != nil {
		t.Fatalf("%v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := child.Stop(ctx); err != nil {
			t.Errorf("%v", err)
		}
	})
	stage.Await(t, 10*time.Second, "the bare broker to listen", func() bool {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			conn.Close()
		}
		return err == nil
	})
	return address
}
