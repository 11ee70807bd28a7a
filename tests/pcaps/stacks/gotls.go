// SPDX-License-Identifier: GPL-3.0-or-later

// gotls is a TLS client, or with -serve a server, that exchanges one HTTP request and its answer.
package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strings"
	"time"
)

var (
	serve     = flag.Bool("serve", false, "be the server")
	address   = flag.String("address", "", "where to listen or to connect")
	lowest    = flag.String("min", "1.2", "lowest version")
	highest   = flag.String("max", "1.3", "highest version")
	cert      = flag.String("cert", "", "certificate chain")
	key       = flag.String("key", "", "private key")
	ca        = flag.String("ca", "", "root that is trusted")
	clients   = flag.String("clients", "none", "client certificate: none, ask, require")
	keylog    = flag.String("keylog", "", "key log")
	alpn      = flag.String("alpn", "", "application protocols")
	suite     = flag.String("suite", "", "the only cipher suite (TLS 1.2)")
	group     = flag.Int("group", 0, "the only group, by its number")
	late      = flag.Duration("late", 0, "how long a server thinks before it refuses a client without certificate")
	keyBroken = flag.String("key-broken", "", "client certificate fails when it is asked for (get) or is to sign (sign); a client or server signs with another key (other)")
	broken    = flag.String("cert-broken", "", "what is sent in the place of the first certificate: its PEM (pem), a byte more (trailing), or all but its end (short)")
	only      = flag.String("only", "", "server: the only name there is a certificate for")
	crl       = flag.String("crl", "", "revocation lists for the peer's certificate")
	name      = flag.String("name", "", "client: the server's name, where it is not that of the address")
)

func version(name string) uint16 {
	return map[string]uint16{"1.0": tls.VersionTLS10, "1.1": tls.VersionTLS11, "1.2": tls.VersionTLS12,
		"1.3": tls.VersionTLS13}[name]
}

func config() *tls.Config {
	file, err := os.ReadFile(*ca)
	check(err)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(file)
	c := &tls.Config{RootCAs: roots, ClientCAs: roots, MinVersion: version(*lowest), MaxVersion: version(*highest)}
	if *cert != "" {
		pair, err := tls.LoadX509KeyPair(*cert, *key)
		check(err)
		c.Certificates = []tls.Certificate{pair}
	}
	if *keylog != "" {
		c.KeyLogWriter, err = os.Create(*keylog)
		check(err)
	}
	if *alpn != "" {
		c.NextProtos = strings.Split(*alpn, ",")
	}
	for _, known := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		if known.Name == *suite {
			c.CipherSuites = []uint16{known.ID}
		}
	}
	if *group != 0 {
		c.CurvePreferences = []tls.CurveID{tls.CurveID(*group)}
	}
	c.ClientAuth = map[string]tls.ClientAuthType{"none": tls.NoClientCert, "ask": tls.VerifyClientCertIfGiven,
		"require": tls.RequireAndVerifyClientCert}[*clients]
	if *serve && *late > 0 {
		c.VerifyConnection = func(state tls.ConnectionState) error {
			time.Sleep(*late)
			if len(state.PeerCertificates) == 0 {
				return errNobody
			}
			return nil
		}
	}
	if *only != "" {
		c.GetCertificate = func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
			if hello.ServerName != *only {
				return nil, fmt.Errorf("no certificate for %q", hello.ServerName)
			}
			return &c.Certificates[0], nil
		}
	}
	if *crl != "" {
		c.VerifyPeerCertificate = notRevoked
	}
	if *broken != "" {
		c.Certificates[0].Leaf, err = x509.ParseCertificate(c.Certificates[0].Certificate[0])
		check(err)
		c.Certificates[0].Certificate[0] = damage(c.Certificates[0].Certificate[0])
	}
	c.ServerName = *name
	switch *keyBroken {
	case "get":
		c.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			return nil, errBroken
		}
	case "other":
		c.Certificates[0].PrivateKey = anotherKey(c.Certificates[0].PrivateKey)
	case "sign":
		good := c.Certificates[0].PrivateKey.(crypto.Signer)
		c.Certificates[0].PrivateKey = brokenSigner{good.Public()}
	}
	return c
}

var (
	errBroken = errors.New("the key store does not open")
	errNobody = errors.New("the client does not say who it is")
)

func damage(der []byte) []byte {
	switch *broken {
	case "pem":
		return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	case "trailing":
		return append(append([]byte{}, der...), 0)
	default:
		return der[:len(der)-30]
	}
}

// anotherKey makes a new one of the same kind.
func anotherKey(like crypto.PrivateKey) crypto.Signer {
	var other crypto.Signer
	var err error
	switch key := like.(type) {
	case *ecdsa.PrivateKey:
		other, err = ecdsa.GenerateKey(key.Curve, rand.Reader)
	default:
		other, err = rsa.GenerateKey(rand.Reader, 2048)
	}
	check(err)
	return other
}

// notRevoked looks the peer's certificate up in the lists of -crl: that of its issuer must be there and current.
func notRevoked(_ [][]byte, chains [][]*x509.Certificate) error {
	if len(chains) == 0 {
		return nil
	}
	rest, err := os.ReadFile(*crl)
	check(err)
	leaf, issuer := chains[0][0], chains[0][1]
	for block, rest := pem.Decode(rest); block != nil; block, rest = pem.Decode(rest) {
		list, err := x509.ParseRevocationList(block.Bytes)
		if err != nil || list.CheckSignatureFrom(issuer) != nil {
			continue
		}
		if time.Now().After(list.NextUpdate) {
			return errors.New("the revocation list is out of date")
		}
		for _, entry := range list.RevokedCertificates {
			if entry.SerialNumber.Cmp(leaf.SerialNumber) == 0 {
				return errors.New("the certificate is revoked")
			}
		}
		return nil
	}
	return errors.New("there is no revocation list of the issuer")
}

// A brokenSigner is a key on a token that is gone.
type brokenSigner struct{ public crypto.PublicKey }

func (s brokenSigner) Public() crypto.PublicKey { return s.public }

func (brokenSigner) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) {
	return nil, errBroken
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	flag.Parse()
	if *serve {
		server := &http.Server{Addr: *address, TLSConfig: config()}
		http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "served") })
		check(server.ListenAndServeTLS("", ""))
	}
	transport := &http.Transport{TLSClientConfig: config(), DisableKeepAlives: true}
	response, err := (&http.Client{Transport: transport}).Get("https://" + *address + "/served")
	check(err)
	_, err = io.Copy(os.Stdout, response.Body)
	check(err)
	check(response.Body.Close())
}
