package main

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// tlsConfig returns nil without a certificate.
func (o options) tlsConfig(log *slog.Logger) (*tls.Config, error) {
	if o.cert == "" {
		return nil, nil
	}
	k := &keyPair{cert: o.cert, key: o.key, log: log}
	if err := k.load(); err != nil {
		return nil, fmt.Errorf("can't use the certificate: %w; --cert and --key are PEM files, and this user must be able to read both", err)
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: k.get}, nil
}

// keyPair is a certificate that is read again when its file changes, so that
// renewing it needs no restart.
type keyPair struct {
	cert, key string
	log       *slog.Logger

	mu      sync.Mutex
	changed time.Time
	pair    *tls.Certificate
}

func (k *keyPair) load() error {
	fi, err := os.Stat(k.cert)
	if err != nil {
		return err
	}
	if k.pair != nil && fi.ModTime().Equal(k.changed) {
		return nil
	}
	pair, err := tls.LoadX509KeyPair(k.cert, k.key)
	if err != nil {
		return err
	}
	k.pair, k.changed = &pair, fi.ModTime()
	return nil
}

func (k *keyPair) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.load(); err != nil {
		k.log.Error("the new certificate can't be used; keeping the old one", "err", err)
	}
	return k.pair, nil
}
