// SPDX-License-Identifier: GPL-3.0-or-later
// server.js port=N versions=1.2-1.3 clients=none|ask|require cert=FILE key=FILE ca=FILE [ciphers=] [groups=] [alpn=] [sigalgs=] [crl=FILE] [only=NAME]
// With only= it fails for every other server name, as an application's own SNICallback does.
const fs = require('fs');
const https = require('https');

const option = Object.fromEntries(process.argv.slice(2).map(word => word.split(/=(.*)/s)));
const [lowest, highest = lowest] = option.versions.replaceAll('1.0', '1').split('-');

https
    .createServer(
        {
            cert: fs.readFileSync(option.cert),
            key: fs.readFileSync(option.key),
            ca: fs.readFileSync(option.ca),
            crl: option.crl && fs.readFileSync(option.crl, 'ascii').match(/-----BEGIN[^]*?-----END X509 CRL-----/g),
            minVersion: `TLSv${lowest}`,
            maxVersion: `TLSv${highest}`,
            requestCert: option.clients !== 'none',
            rejectUnauthorized: option.clients === 'require',
            ciphers: option.ciphers,
            ecdhCurve: option.groups,
            ALPNProtocols: option.alpn?.split(','),
            sigalgs: option.sigalgs,
            SNICallback: option.only &&
                ((name, done) => done(name === option.only ? null : new Error(`no certificate for ${name}`))),
        },
        (request, response) => response.end('served\n'))
    .on('tlsClientError', error => console.error(error.message))
    .listen(Number(option.port));
