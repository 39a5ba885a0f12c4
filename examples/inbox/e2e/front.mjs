// What a server does that serves the page at `/` beside the API at `/graphql`: the built files with their headers, everything else
// handed on. It stands in while the server under test has no such route.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { connect } from 'node:net';
import { extname, join } from 'node:path';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export class Front {
  #folder;
  #port;
  #server;
  #sockets = new Set();

  constructor(folder, port) {
    this.#folder = folder;
    this.#port = port;
  }

  async listen() {
    this.#server = createServer((incoming, answer) => void this.#answer(incoming, answer));
    this.#server.on('upgrade', (incoming, socket, head) => this.#upgrade(incoming, socket, head));
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this.#server.address().port;
  }

  async #answer(incoming, answer) {
    const path = new URL(incoming.url, 'http://page').pathname;
    if (path === '/graphql') return this.#handOn(incoming, answer);
    const asset = /^\/(?:assets\/)?[\w-]+\.(?:js|css|svg)$/.test(path);
    if (path !== '/' && !asset) return answer.writeHead(404).end();
    try {
      const body = await readFile(join(this.#folder, path === '/' ? 'index.html' : path));
      answer.writeHead(200, {
        'content-type': TYPES[path === '/' ? '.html' : extname(path)],
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
        ...(path === '/' && { 'content-security-policy': POLICY }),
      });
      answer.end(body);
    } catch {
      answer.writeHead(404).end();
    }
  }

  #handOn(incoming, answer) {
    const { method, url, headers } = incoming;
    const onward = request({ host: '127.0.0.1', port: this.#port, method, path: url, headers }, (response) => {
      answer.writeHead(response.statusCode, response.headers);
      response.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    answer.on('close', () => onward.destroy());
    incoming.pipe(onward);
  }

  #upgrade(incoming, socket, head) {
    const onward = connect(this.#port, '127.0.0.1', () => {
      const lines = [`${incoming.method} ${incoming.url} HTTP/1.1`];
      for (let i = 0; i < incoming.rawHeaders.length; i += 2) lines.push(`${incoming.rawHeaders[i]}: ${incoming.rawHeaders[i + 1]}`);
      onward.write(`${lines.join('\r\n')}\r\n\r\n`);
      onward.write(head);
      onward.pipe(socket);
      socket.pipe(onward);
    });
    for (const [one, other] of [[socket, onward], [onward, socket]]) {
      this.#sockets.add(one);
      one.on('error', () => {});
      one.on('close', () => {
        this.#sockets.delete(one);
        other.destroy();
      });
    }
  }

  close() {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
