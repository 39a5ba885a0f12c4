// Real Chromium, and one agent in a context of their own who notices everything that shouldn't be.
import { chromium } from 'playwright-core';

export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

export class Agent {
  /** Requests to anywhere else, errors of scripts, and violations of the content security policy. */
  complaints = [];

  /** What was sent over the WebSocket, in order. */
  sent = [];
  /** The last cursor that streams told, by subscription. */
  told = new Map();
  /** Which operations were asked for over HTTP. */
  asked = [];

  static async open(browser, line, options = {}) {
    const agent = new Agent();
    agent.line = line;
    agent.context = await browser.newContext({ viewport: { width: 1440, height: 900 }, timezoneId: 'Europe/Stockholm', ...options });
    agent.page = await agent.context.newPage();
    agent.page.setDefaultTimeout(15_000);
    agent.page.on('request', (request) => {
      if (!request.url().startsWith(line.url)) agent.complaints.push(`a request to ${request.url()}`);
      if (request.url().includes('swb_')) agent.complaints.push('a token in an address');
      if (request.method() === 'POST') agent.asked.push(request.postDataJSON().operationName);
    });
    agent.page.on('websocket', (socket) => {
      if (!socket.url().startsWith(line.url.replace('http', 'ws'))) agent.complaints.push(`a socket to ${socket.url()}`);
      agent.#listenTo(socket);
    });
    agent.page.on('pageerror', (error) => agent.complaints.push(`an error: ${error.message}`));
    agent.page.on('console', (message) => {
      // A cut connection is told on the console by the browser itself.
      if (message.type() === 'error' && !/WebSocket connection|net::ERR_|Failed to load resource/.test(message.text()))
        agent.complaints.push(`on the console: ${message.text()}`);
    });
    await agent.page.goto(line.url);
    return agent;
  }

  #listenTo(socket) {
    const names = new Map();
    socket.on('framesent', ({ payload }) => {
      const message = JSON.parse(payload);
      if (message.type !== 'subscribe') return;
      const [, name] = /subscription (\w+)/.exec(message.payload.query);
      names.set(message.id, name);
      this.sent.push({ name, after: message.payload.variables.after });
    });
    socket.on('framereceived', ({ payload }) => {
      const message = JSON.parse(payload);
      const data = message.type === 'next' && message.payload.data;
      if (data) this.told.set(names.get(message.id), Object.values(data)[0].cursor);
    });
  }

  async signIn(token) {
    await this.page.getByLabel('Token').fill(token);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
    await this.page.locator('[data-link=live]').waitFor();
    await this.page.locator('[data-row]').first().waitFor();
    return this;
  }

  /** Opens a conversation by its address. */
  async show(place, number) {
    await this.page.evaluate((hash) => (location.hash = hash), `#/${place}${number ? `/${number}` : ''}`);
    if (number) await this.page.locator('#conversation-title', { hasText: `#${number}` }).waitFor();
  }

  /** The timeline as the ids of its entries. */
  entries() {
    return this.page.locator('[data-entry]').evaluateAll((all) => all.map((one) => one.dataset.entry));
  }

  rows() {
    return this.page.locator('[data-row]').evaluateAll((all) => all.map((one) => Number(one.dataset.number)));
  }

  count(place) {
    return this.page.locator(`[data-count="${place}"]`).evaluate((one) => Number.parseInt(one.textContent, 10));
  }
}
