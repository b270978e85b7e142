"""A Keystone whose tokens take long to come and do not last.

    slow_keystone.py DELAY LIFE

Listens on a free port of 127.0.0.1 and prints it. Answers POST /v3/auth/tokens after DELAY seconds, whoever asks, with
a token of LIFE seconds. Ends when its standard input does.
"""
import datetime
import http.server
import json
import sys
import threading
import time

DELAY, LIFE = float(sys.argv[1]), float(sys.argv[2])


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def do_POST(self):
        self.rfile.read(int(self.headers['Content-Length']))
        time.sleep(DELAY)
        issued = datetime.datetime.now(datetime.timezone.utc)
        expires = issued + datetime.timedelta(seconds=LIFE)
        form = '%Y-%m-%dT%H:%M:%S.%fZ'
        domain = {'id': 'default', 'name': 'Default'}
        body = json.dumps({'token': {
            'methods': ['password'], 'issued_at': issued.strftime(form), 'expires_at': expires.strftime(form),
            'user': {'id': 'k', 'name': 'karbor', 'domain': domain},
            'project': {'id': 's', 'name': 'service', 'domain': domain},
            'roles': [{'id': 'r', 'name': 'service'}], 'catalog': []}}).encode()
        self.send_response(201)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(body)))
        self.send_header('X-Subject-Token', 't' * 190)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


def main():
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    print(server.server_address[1], flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()


main()
