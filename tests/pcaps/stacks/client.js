// SPDX-License-Identifier: GPL-3.0-or-later
// client.js host= port= versions=1.2-1.3 ca=FILE [cert=FILE key=FILE] [ciphers=] [groups=] [alpn=] [sigalgs=] [crl=FILE] [name=SNI]
const fs = require('fs');
const https = require('https');

const option = Object.fromEntries(process.argv.slice(2).map(word => word.split(/=(.*)/s)));
const [lowest, highest = lowest] = option.versions.replaceAll('1.0', '1').split('-');

https
    .get({
        host: option.host,
        path: '/served',
        port: Number(option.port),
        minVersion: `TLSv${lowest}`,
        maxVersion: `TLSv${highest}`,
        ca: fs.readFileSync(option.ca),
        crl: option.crl && fs.readFileSync(option.crl, 'ascii').match(/-----BEGIN[^]*?-----END X509 CRL-----/g),
        cert: option.cert && fs.readFileSync(option.cert),
        key: option.key && fs.readFileSync(option.key),
        ciphers: option.ciphers,
        ecdhCurve: option.groups,
        ALPNProtocols: option.alpn?.split(','),
        sigalgs: option.sigalgs,
        servername: option.name,
        agent: false,
    }, response => response.pipe(process.stdout))
    .on('error', error => {
        console.error(error.message);
        process.exitCode = 1;
    });
