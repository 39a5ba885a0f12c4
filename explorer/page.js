// Starts GraphiQL with a story's samples as tabs. The token, and what is typed in the tabs, live in this browser tab's session only.
(() => {
  const ENDPOINT = '/graphql';
  const TOKEN = 'switchboard:token';
  const TABS = 'switchboard:graphiql:';
  const REFUSED = 'UNAUTHENTICATED: this token is wrong, expired or revoked. `serve --demo` prints new ones at each start: paste one.';
  const { ids, stories } = JSON.parse(document.getElementById('samples').textContent);
  const asked = new URLSearchParams(location.search).get('story');
  const story = stories.find(({ slug }) => slug === asked) ?? stories[0];
  const token = sessionStorage.getItem(TOKEN) ?? '';
  const status = document.getElementById('status');

  // What stands in backticks is shown as code.
  function say(text, bad) {
    const code = (part) => Object.assign(document.createElement('code'), { textContent: part });
    status.replaceChildren(...text.split('`').map((part, place) => (place % 2 ? code(part) : part)));
    status.className = bad ? 'bad' : '';
  }

  // Each story is a page of its own with tabs of its own; GraphiQL's history and settings are one.
  function showStories() {
    const link = ({ slug, title, about }) => {
      const made = Object.assign(document.createElement('a'), { href: `/explorer?story=${slug}`, textContent: title, title: about });
      if (slug === story.slug) made.setAttribute('aria-current', 'page');
      return made;
    };
    document.getElementById('stories').replaceChildren(...stories.map(link));
    document.getElementById('about').textContent = story.about;
    document.title = `${story.title} · ${document.title}`;
  }

  let forgotten = false;
  const tabsKey = ({ slug }) => `${TABS}${slug}:tabs`;
  const keyOf = (key) => (key === 'graphiql:tabState' ? tabsKey(story) : TABS + key);
  const keptTabs = (of) => JSON.parse(sessionStorage.getItem(tabsKey(of)) ?? '{"tabs":[]}');

  // GraphiQL keeps the tab in front twice, and makes a tab of its own of it if the two differ, as they do for half a second.
  const IN_FRONT = /^graphiql:(query|variables|headers|operationName)$/;
  function inFront(key, defaultTabs) {
    const { tabs, activeTabIndex } = keptTabs(story);
    return tabs[activeTabIndex]?.[key.replace('graphiql:', '')] ?? (tabs.length ? null : variablesOfFirst(key, defaultTabs));
  }

  // Of the tab it begins with GraphiQL shows the query by itself, and of its variables what was kept.
  function variablesOfFirst(key, defaultTabs) {
    return key === 'graphiql:variables' ? (defaultTabs[0].variables ?? null) : null;
  }

  const keptKeys = (of = '') => Object.keys(sessionStorage).filter((key) => key.startsWith(TABS + of));
  const filledKey = ({ slug }) => `${TABS}${slug}:filled`;

  function forgetTabs(of) {
    keptKeys(of).forEach((key) => sessionStorage.removeItem(key));
  }

  const content = ({ query, variables }) => JSON.stringify([query, variables ?? null]);

  // Another token may be another person's, and another start of the demo has other ids: samples nobody touched are filled anew.
  function forgetUntouched(of) {
    const filled = JSON.parse(sessionStorage.getItem(filledKey(of)) ?? '[]');
    if (!keptTabs(of).tabs.every((tab) => filled.includes(content(tab)))) return;
    if (of === story) forgotten = true;
    forgetTabs(`${of.slug}:`);
  }

  // Tabs are kept once a token works: until then the samples' ids can't be filled in, and would be kept without them.
  function tabStorage(kept, defaultTabs) {
    if (kept) {
      return {
        getItem: (key) => (IN_FRONT.test(key) ? inFront(key, defaultTabs) : sessionStorage.getItem(keyOf(key))),
        // GraphiQL saves its tabs a moment after they changed, and once more when the page goes away.
        setItem: (key, value) => void (forgotten || IN_FRONT.test(key) || sessionStorage.setItem(keyOf(key), value)),
        removeItem: (key) => sessionStorage.removeItem(keyOf(key)),
        clear: () => forgetTabs(),
        get length() {
          return keptKeys().length;
        },
      };
    }
    const memory = new Map();
    return {
      getItem: (key) => memory.get(key) ?? variablesOfFirst(key, defaultTabs),
      setItem: (key, value) => void memory.set(key, value),
      removeItem: (key) => void memory.delete(key),
      clear: () => memory.clear(),
      get length() {
        return memory.size;
      },
    };
  }

  async function fetchWithToken(input, init) {
    const headers = new Headers(init.headers);
    if (token && !headers.has('authorization')) headers.set('authorization', `Bearer ${token}`);
    const response = await fetch(input, { ...init, headers });
    if (response.status === 401 && token) say(REFUSED, true);
    return response;
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
        told += 1;
        say(`Following live: told ${told === 1 ? 'once' : `${told} times`}, the newest is shown. The square stops it.`);
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
        // What a WebSocket is closed with whose token is refused.
        say(code === 4403 ? REFUSED : 'The connection was closed. Press play to follow again.', true);
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

  function greet({ __typename, handle, name, role }) {
    const who = `The token works: you are \`${handle ?? name}\``;
    if (__typename === 'Integration') say(`${who}, an integration. What its scopes don't cover is FORBIDDEN.`);
    else if (role === 'ADMIN') say(`${who}, an admin. Each tab is a sample: press play.`);
    else say(`${who}. Each tab is a sample: press play. Workflows and Admin need an admin's token.`);
  }

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
      if (!errors) greet(data.viewer);
      else if (response.status === 401) document.getElementById('token').select();
      else say(`${errors[0].extensions?.code ?? response.status}: ${errors[0].message} The samples' {{…}} are left for you to fill in.`, true);
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
    if (given !== token) stories.forEach(forgetUntouched);
    if (given) sessionStorage.setItem(TOKEN, given);
    else sessionStorage.removeItem(TOKEN);
    location.reload();
  });
  document.getElementById('reset').addEventListener('click', () => {
    forgotten = true;
    forgetTabs();
    location.reload();
  });

  // The samples begin with comments, which are read whole in a small window, too.
  function WrapLines() {
    const { queryEditor } = GraphiQL.React.useEditorContext({ nonNull: true });
    React.useEffect(() => queryEditor?.setOption('lineWrapping', true), [queryEditor]);
    return null;
  }

  async function start() {
    showStories();
    if (typeof GraphiQL === 'undefined' || typeof ReactDOM === 'undefined') {
      say('GraphiQL could not be loaded. Run `npm ci` in explorer/ and restart the server, or let this browser reach the CDN.', true);
      return;
    }
    const data = await readIds();
    const fill = ({ query, variables }) => ({ query, variables: variables && fillVariables(variables, data) });
    const defaultTabs = story.samples.map(fill);
    if (data && !sessionStorage.getItem(filledKey(story))) {
      sessionStorage.setItem(filledKey(story), JSON.stringify(defaultTabs.map(content)));
    }
    const once = GraphiQL.createFetcher({ url: ENDPOINT, fetch: fetchWithToken, enableIncrementalDelivery: false });
    const fetcher = (params, options) =>
      isSubscription(options?.documentAST, params.operationName) ? follow(params) : once(params, options);
    const options = { fetcher, defaultTabs, storage: tabStorage(data, defaultTabs), defaultEditorToolsVisibility: 'variables' };
    // Without a token the schema isn't asked for, so that nobody is met by an error.
    if (!token) options.schema = null;
    const footer = React.createElement(GraphiQL.Footer, null, React.createElement(WrapLines));
    ReactDOM.createRoot(document.getElementById('graphiql')).render(React.createElement(GraphiQL, options, footer));
  }
  start();
})();
