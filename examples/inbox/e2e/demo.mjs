// The real binary with its demo and the built page, and lines to it that can be cut.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const DIST = fileURLToPath(new URL('../dist/', import.meta.url));

export class Demo {
  #directory = mkdtempSync(join(tmpdir(), 'switchboard-inbox-'));
  #binary;
  #child;
  #lines = [];
  /** By name, as `serve --demo` printed them. */
  tokens = {};

  constructor(binary) {
    this.#binary = binary;
    // However the test ends.
    process.once('exit', () => this.#child?.kill('SIGKILL'));
  }

  async start(...further) {
    const database = ['--database-url', `sqlite://${join(this.#directory, 'e2e.db')}`];
    this.#child = spawn(this.#binary, ['serve', '--listen', '127.0.0.1:0', ...database, ...further], {
      env: { ...process.env, SWITCHBOARD_LOG: 'error', SWITCHBOARD_INBOX_DIR: DIST },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    for await (const line of createInterface({ input: this.#child.stdout })) {
      const [, name, token] = line.match(/^(\S+) (swb_\S+)$/) ?? [];
      if (name) this.tokens[name] = token;
      const [, port] = line.match(/^listening on http:\/\/127\.0\.0\.1:(\d+)$/) ?? [];
      if (!port) continue;
      this.#child.stdout.resume();
      this.#listens(Number(port));
      return;
    }
    throw new Error('the server ended before it listened');
  }

  #listens(port) {
    this.port = port;
    for (const line of this.#lines) line.leadsTo(port);
  }

  /** SIGTERM, as when a node is replaced, and again without --demo, which would make new tokens. `meanwhile` runs other commands of the program on the same database. */
  async restart(...meanwhile) {
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await exited;
    for (const command of meanwhile) {
      const child = spawn(this.#binary, [command, '--database-url', `sqlite://${join(this.#directory, 'e2e.db')}`], { stdio: 'ignore' });
      const [status] = await once(child, 'exit');
      if (status !== 0) throw new Error(`${command} exited with ${status}`);
    }
    await this.start();
  }

  /** A way to the page that can be cut without the others'. */
  async line() {
    const line = new Line(this.port);
    await line.listen();
    this.#lines.push(line);
    return line;
  }

  async ask(token, query, variables) {
    const response = await fetch(`http://127.0.0.1:${this.port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(30_000),
    });
    const { data, errors } = await response.json();
    if (errors) throw new Error(`${errors[0].extensions?.code}: ${errors[0].message}`);
    return data;
  }

  async close() {
    for (const line of this.#lines) line.close();
    if (this.#child && this.#child.exitCode === null && this.#child.signalCode === null) {
      const exited = once(this.#child, 'exit');
      this.#child.kill('SIGKILL');
      await exited;
    }
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

class Line {
  #port;
  #sockets = new Set();
  #down = false;
  #proxy;

  constructor(port) {
    this.#port = port;
  }

  leadsTo(port) {
    this.#port = port;
  }

  async listen() {
    this.#proxy = createServer((socket) => {
      if (this.#down) return socket.destroy();
      const onward = connect(this.#port, '127.0.0.1');
      for (const [one, other] of [[socket, onward], [onward, socket]]) {
        this.#sockets.add(one);
        one.on('error', () => {});
        one.on('close', () => {
          this.#sockets.delete(one);
          other.destroy();
        });
        one.pipe(other);
      }
    });
    this.#proxy.listen(0, '127.0.0.1');
    await once(this.#proxy, 'listening');
    this.url = `http://127.0.0.1:${this.#proxy.address().port}/`;
  }

  /** Ends every connection in the middle of whatever goes over it, and takes no new ones. */
  cut() {
    this.#down = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  mend() {
    this.#down = false;
  }

  close() {
    this.cut();
    this.#proxy.close();
  }
}
