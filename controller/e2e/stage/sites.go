package stage

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// NewAmongSites is New with a controller that finds these sites, whatever name
// it asks for, where the world would be.
func NewAmongSites(t T, programs Programs, sites http.Handler, names ...string) *Stage {
	t.Helper()
	s := Prepare(t, programs)
	at, roots := serveSites(t, sites, names)
	s.Controller.Path = programs.Standin
	s.Controller.Env = []string{"COTMOC_STANDIN=" + at, "COTMOC_STANDIN_ROOTS=" + roots}
	s.Open()
	return s
}

// serveSites answers for all the names over TLS and gives the address, and the
// file with what its certificate is checked against.
func serveSites(t T, sites http.Handler, names []string) (at, roots string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatalf("%v", err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "sites of a story"}, DNSNames: names, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour), KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatalf("%v", err)
	}
	roots = filepath.Join(t.TempDir(), "sites.pem")
	if err := os.WriteFile(roots, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatalf("%v", err)
	}
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS12})
	if err != nil {
		t.Fatalf("%v", err)
	}
	server := &http.Server{Handler: sites, ReadHeaderTimeout: time.Minute, BaseContext: func(net.Listener) context.Context { return t.Context() }}
	var running sync.WaitGroup
	running.Go(func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("the sites do not serve: %v", err)
		}
	})
	t.Cleanup(func() {
		_ = server.Close()
		running.Wait()
	})
	return listener.Addr().String(), roots
}
