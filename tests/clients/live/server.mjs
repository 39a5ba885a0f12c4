// The real binary as a process of its own, on a database of its own, behind a proxy that can cut connections.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export class Server {
  #binary;
  #directory = mkdtempSync(join(tmpdir(), 'switchboard-live-'));
  #child;
  #port;
  #sockets = new Set();
  /** Tokens by name, as `serve --demo` printed them. */
  tokens = {};

  constructor(binary) {
    this.#binary = binary;
  }

  get #database() {
    return `sqlite://${join(this.#directory, 'live.db')}`;
  }

  /** Runs another command on the same database, such as `backup`. */
  command(...words) {
    return execFileSync(this.#binary, [...words, '--database-url', this.#database], { encoding: 'utf8' });
  }

  /** Where clients connect: the proxy, which stays when the server is started again. */
  url;
  /** Past the proxy, for those whose connections aren't cut. */
  direct;

  async start(...further) {
    const child = spawn(this.#binary, ['serve', '--listen', '127.0.0.1:0', '--database-url', this.#database, ...further], {
      env: { ...process.env, SWITCHBOARD_LOG: 'error' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child = child;
    for await (const line of createInterface({ input: child.stdout })) {
      const [, port] = line.match(/^listening on http:\/\/127\.0\.0\.1:(\d+)$/) ?? [];
      if (port) {
        this.#port = Number(port);
        this.direct = `http://127.0.0.1:${port}/graphql`;
        child.stdout.resume();
        if (!this.url) await this.#listen();
        return;
      }
      const [, name, token] = line.match(/^(\S+) (swb_\S+)$/) ?? [];
      if (name) this.tokens[name] = token;
    }
    throw new Error('the server ended before it listened');
  }

  /** Switches the demo's workflows off, for who looks at every entry. */
  async rest() {
    const { workflows } = await ask(this.direct, this.tokens.ada, '{ workflows { id } }');
    for (const { id } of workflows) {
      const { updateWorkflow } = await ask(
        this.direct,
        this.tokens.ada,
        'mutation($id: ID!) { updateWorkflow(input: { workflowId: $id, enabled: false }) { userErrors { code } } }',
        { id },
      );
      if (updateWorkflow.userErrors.length > 0) throw new Error(JSON.stringify(updateWorkflow));
    }
  }

  /** SIGTERM; resolves with what the process exited with. */
  async terminate() {
    const child = this.#child;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    const [status, signal] = await exited;
    return status ?? signal;
  }

  /** Cuts all connections, in the middle of whatever goes over them. */
  cut() {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close() {
    if (this.#child?.exitCode === null && this.#child.signalCode === null) {
      const exited = once(this.#child, 'exit');
      this.#child.kill('SIGKILL');
      await exited;
    }
    this.cut();
    this.proxy?.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async #listen() {
    this.proxy = createServer((socket) => {
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
    this.proxy.listen(0, '127.0.0.1');
    await once(this.proxy, 'listening');
    this.url = `http://127.0.0.1:${this.proxy.address().port}/graphql`;
  }
}

/** Sends one operation over plain HTTP; answers its data, or throws what it was refused with. */
export async function ask(url, token, query, variables) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(30_000),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(`${errors[0].extensions?.code}: ${errors[0].message}`);
  return data;
}
