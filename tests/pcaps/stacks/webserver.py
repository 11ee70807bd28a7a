#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Publish what certificates point to, over plain HTTP: webserver.py ADDRESS PATH=BEHAVIOUR...

BEHAVIOUR is one or more of these with commas between them; a path that is not named is not found:
  file:FILE        the file
  bytes:HEX        these bytes
  type:TYPE        content type (application/octet-stream)
  status:NUMBER    HTTP status (200)
  wait:SECONDS     before the answer
  location:PATH    where it is instead
  chunked          in chunks
"""
import http.server
import sys
import time


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        behaviour = self.server.paths.get(self.path.split("?")[0], self.server.paths.get("*", {"status": "404"}))
        body = bytes.fromhex(behaviour.get("bytes", ""))
        if "file" in behaviour:
            with open(behaviour["file"], "rb") as file:
                body = file.read()
        time.sleep(float(behaviour.get("wait", 0)))
        self.send_response(int(behaviour.get("status", 200)))
        self.send_header("Content-Type", behaviour.get("type", "application/octet-stream"))
        if "location" in behaviour:
            self.send_header("Location", behaviour["location"])
        if "chunked" in behaviour:
            self.send_header("Transfer-Encoding", "chunked")
            half = len(body) // 2
            body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:half], body[half:], b""))
        else:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = answer


def main():
    server = http.server.ThreadingHTTPServer((sys.argv[1], 80), Handler)
    server.paths = {}
    for argument in sys.argv[2:]:
        path, behaviour = argument.split("=", 1)
        server.paths[path] = dict((part.split(":", 1) + [""])[:2] for part in behaviour.split(","))
    print("ready", flush=True)
    server.serve_forever()


main()
