// SPDX-License-Identifier: GPL-3.0-or-later

// goquic is a QUIC client, or with -serve a server, that exchanges one line and its answer over one stream.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/lucas-clemente/quic-go"
)

var (
	serve    = flag.Bool("serve", false, "be the server")
	address  = flag.String("address", "", "where to listen or to connect")
	versions = flag.String("versions", "1", "QUIC versions, as numbers, the preferred first")
	cert     = flag.String("cert", "", "certificate chain")
	key      = flag.String("key", "", "private key")
	ca       = flag.String("ca", "", "root that is trusted")
	clients  = flag.String("clients", "none", "client certificate: none, ask, require")
	alpn     = flag.String("alpn", "tlswhy", "application protocols")
	group    = flag.Int("group", 0, "the only group, by its number")
	retry    = flag.Bool("retry", false, "have clients prove their address")
	name     = flag.String("name", "server.test", "name that the client asks for; empty: none")
	patience = flag.Duration("patience", 5*time.Second, "of the handshake")
	keylog   = flag.String("keylog", "", "key log")
)

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func tlsConfig() *tls.Config {
	pem, err := os.ReadFile(*ca)
	check(err)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	c := &tls.Config{RootCAs: roots, ClientCAs: roots, NextProtos: strings.Split(*alpn, ","), ServerName: *name}
	if *cert != "" {
		pair, err := tls.LoadX509KeyPair(*cert, *key)
		check(err)
		c.Certificates = []tls.Certificate{pair}
	}
	if *group != 0 {
		c.CurvePreferences = []tls.CurveID{tls.CurveID(*group)}
	}
	if *keylog != "" {
		c.KeyLogWriter, err = os.Create(*keylog)
		check(err)
	}
	c.ClientAuth = map[string]tls.ClientAuthType{"none": tls.NoClientCert, "ask": tls.VerifyClientCertIfGiven,
		"require": tls.RequireAndVerifyClientCert}[*clients]
	return c
}

func quicConfig() *quic.Config {
	c := &quic.Config{HandshakeIdleTimeout: *patience, MaxIdleTimeout: *patience}
	for _, number := range strings.Split(*versions, ",") {
		version, err := strconv.ParseUint(number, 0, 32)
		check(err)
		c.Versions = append(c.Versions, quic.VersionNumber(version))
	}
	c.RequireAddressValidation = func(net.Addr) bool { return *retry }
	return c
}

func answer(connection quic.Connection) {
	stream, err := connection.AcceptStream(context.Background())
	if err != nil {
		log.Print(err)
		return
	}
	line, _ := io.ReadAll(stream)
	fmt.Fprintf(stream, "served %d bytes\n", len(line))
	stream.Close()
}

func main() {
	flag.Parse()
	if *serve {
		listener, err := quic.ListenAddr(*address, tlsConfig(), quicConfig())
		check(err)
		for {
			connection, err := listener.Accept(context.Background())
			check(err)
			go answer(connection)
		}
	}
	connection, err := quic.DialAddr(*address, tlsConfig(), quicConfig())
	check(err)
	stream, err := connection.OpenStreamSync(context.Background())
	check(err)
	fmt.Fprintln(stream, "please")
	stream.Close()
	_, err = io.Copy(os.Stdout, stream)
	check(err)
	check(connection.CloseWithError(0, "bye"))
}
