// Static files with relative addresses, so that they can be served under any path; and, while developing, the API beside them.
import { defineConfig } from 'vite';

// The server's address, or the endpoint as other programs take it.
const target = (process.env.SWITCHBOARD_URL ?? 'http://127.0.0.1:8080').replace(/(\/graphql)?\/?$/, '');
const api = { target, ws: true };

export default defineConfig({
  base: './',
  // The content security policy allows no data: addresses.
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: false },
  server: { proxy: { '/graphql': api } },
  preview: { proxy: { '/graphql': api } },
});
