// SPDX-License-Identifier: GPL-3.0-or-later
// other.js server|client port=N versions=1.2-1.3 ca=FILE [cert=FILE key=FILE] [clients=none|require] [host=]
// An HTTP server or client in words that old Node.js, Bun and Deno all understand: what speaks TLS is what they are
// built on.
const fs = require('fs');
const tls = require('tls');

const option = {};
process.argv.slice(3).forEach(word => { option[word.split('=')[0]] = word.slice(word.indexOf('=') + 1); });
const lowest = option.versions.split('-')[0], highest = option.versions.split('-')[1] || lowest;

const settings = {ca: fs.readFileSync(option.ca)};
if (option.cert) {
    settings.cert = fs.readFileSync(option.cert);
    settings.key = fs.readFileSync(option.key);
}
if (process.version.startsWith('v8.')) { // these names came later
    settings.secureProtocol = 'TLSv1_2_method';
} else {
    settings.minVersion = 'TLSv' + lowest;
    settings.maxVersion = 'TLSv' + highest;
}

if (process.argv[2] === 'server') {
    settings.requestCert = option.clients === 'require';
    settings.rejectUnauthorized = settings.requestCert;
    tls.createServer(settings, socket => {
        socket.on('error', error => console.error(error.message));
        socket.once('data', () => socket.end('HTTP/1.0 200 OK\r\n\r\nserved\n'));
    }).on('tlsClientError', error => console.error(error.message)).listen(Number(option.port));
} else {
    settings.host = option.host;
    settings.port = Number(option.port);
    settings.servername = option.host;
    const socket = tls.connect(settings, () => socket.write('GET /served HTTP/1.0\r\n\r\n'));
    socket.on('data', data => process.stdout.write(data));
    socket.on('error', error => { console.error(error.message); process.exitCode = 1; });
}
