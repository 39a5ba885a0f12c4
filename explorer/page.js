// Starts GraphiQL with the samples as tabs. The token, and what is typed in the tabs, live in this browser tab's session only.
(() => {
  const ENDPOINT = '/graphql';
  const TOKEN = 'switchboard:token';
  const TABS = 'switchboard:graphiql:';
  const { ids, samples } = JSON.parse(document.getElementById('samples').textContent);
  const token = sessionStorage.getItem(TOKEN) ?? '';
  const status = document.getElementById('status');

  // What stands in backticks is shown as code.
  function say(text, bad) {
    const code = (part) => Object.assign(document.createElement('code'), { textContent: part });
    status.replaceChildren(...text.split('`').map((part, place) => (place % 2 ? code(part) : part)));
    status.className = bad ? 'bad' : '';
  }

  let forgotten = false;
  const keptKeys = () => Object.keys(sessionStorage).filter((key) => key.startsWith(TABS));

  function forgetTabs() {
    keptKeys().forEach((key) => sessionStorage.removeItem(key));
  }

  // Tabs are kept once a token works: until then the samples' ids can't be filled in, and would be kept without them.
  function tabStorage(kept) {
    if (kept) {
      return {
        getItem: (key) => sessionStorage.getItem(TABS + key),
        // GraphiQL saves its tabs a moment after they changed, and once more when the page goes away.
        setItem: (key, value) => void (forgotten || sessionStorage.setItem(TABS + key, value)),
        removeItem: (key) => sessionStorage.removeItem(TABS + key),
        clear: forgetTabs,
        get length() {
          return keptKeys().length;
        },
      };
    }
    const memory = new Map();
    return {
      getItem: (key) => memory.get(key) ?? null,
      setItem: (key, value) => void memory.set(key, value),
      removeItem: (key) => void memory.delete(key),
      clear: () => memory.clear(),
      get length() {
        return memory.size;
      },
    };
  }

  function fetchWithToken(input, init) {
    const headers = new Headers(init.headers);
    if (token && !headers.has('authorization')) headers.set('authorization', `Bearer ${token}`);
    return fetch(input, { ...init, headers });
  }

  // A subscription over its own WebSocket, as graphql-transport-ws wants it. Closing it ends the subscription.
  function follow(params) {
    const socket = new WebSocket(new URL(ENDPOINT, location.href).href.replace(/^http/, 'ws'), 'graphql-transport-ws');
    const results = [];
    let told = 0;
    let wake = () => {};
    let over = false;
    const put = (result) => (results.push(result), wake());
    const end = () => ((over = true), wake());
    const send = (message) => socket.send(JSON.stringify(message));
    socket.onopen = () => send({ type: 'connection_init', payload: { Authorization: `Bearer ${token}` } });
    socket.onmessage = ({ data }) => {
      const { type, payload } = JSON.parse(data);
      if (type === 'connection_ack') {
        send({ id: '1', type: 'subscribe', payload: params });
        say('Following live: act in a second window and see it here. The square stops it.');
      }
      if (type === 'next') {
        put(payload);
        say(`Following live: told ${++told} times, the newest is shown. The square stops it.`);
      }
      if (type === 'error') put({ errors: payload });
      if (type === 'error' || type === 'complete') {
        say('The subscription has ended.');
        end();
      }
    };
    socket.onclose = ({ code, reason }) => {
      if (!over) {
        put({ errors: [{ message: `The connection was closed: ${code} ${reason}`.trim() }] });
        say('The connection was closed. Press play to follow again.', true);
      }
      end();
    };
    async function next() {
      for (;;) {
        if (results.length) return { value: results.shift(), done: false };
        if (over) return { value: undefined, done: true };
        await new Promise((resolve) => (wake = resolve));
      }
    }
    async function stop() {
      if (!over) say('No longer following.');
      end();
      socket.close(1000);
      return { value: undefined, done: true };
    }
    return { [Symbol.asyncIterator]: () => ({ next, return: stop }) };
  }

  const isSubscription = (document, name) =>
    document?.definitions.some(
      (definition) => definition.operation === 'subscription' && (!name || definition.name?.value === name),
    );

  async function readIds() {
    if (!token) {
      say('Paste an API token: `switchboard serve --demo` prints three, `switchboard admin` makes one.');
      document.getElementById('token').focus();
      return undefined;
    }
    try {
      const response = await fetchWithToken(ENDPOINT, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json, application/json' },
        body: JSON.stringify({ query: ids }),
      });
      const { data, errors } = await response.json();
      if (errors) say(`${errors[0].extensions?.code ?? response.status}: ${errors[0].message}`, true);
      else say('The token works. Each tab is a sample: press play.');
      return data ?? undefined;
    } catch (error) {
      say(`The server did not answer: ${error.message}`, true);
      return undefined;
    }
  }

  document.getElementById('token').value = token;
  document.getElementById('bar').addEventListener('submit', (event) => {
    event.preventDefault();
    const given = document.getElementById('token').value.trim().replace(/^Bearer\s+/i, '');
    if (given) sessionStorage.setItem(TOKEN, given);
    else sessionStorage.removeItem(TOKEN);
    location.reload();
  });
  document.getElementById('reset').addEventListener('click', () => {
    forgotten = true;
    forgetTabs();
    location.reload();
  });

  async function start() {
    if (typeof GraphiQL === 'undefined' || typeof ReactDOM === 'undefined') {
      say('GraphiQL could not be loaded. Run `npm ci` in explorer/ and restart the server, or let this browser reach the CDN.', true);
      return;
    }
    const data = await readIds();
    const defaultTabs = samples.map(({ query, variables }) => ({ query, variables: variables && fillVariables(variables, data) }));
    const once = GraphiQL.createFetcher({ url: ENDPOINT, fetch: fetchWithToken, enableIncrementalDelivery: false });
    const fetcher = (params, options) =>
      isSubscription(options?.documentAST, params.operationName) ? follow(params) : once(params, options);
    const options = { fetcher, defaultTabs, storage: tabStorage(data), defaultEditorToolsVisibility: 'variables' };
    ReactDOM.createRoot(document.getElementById('graphiql')).render(React.createElement(GraphiQL, options));
  }
  start();
})();
