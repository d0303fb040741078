import { fileURLToPath } from 'node:url';
import preact from '@preact/preset-vite';
import { defineConfig } from 'vite';
import { scriptBudget } from './script-budget.ts';

/** The path of a file beside this one. */
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here('.'),
  base: '/web/',
  plugins: [preact({ prefreshEnabled: false }), scriptBudget('player')],
  build: {
    outDir: here('../dist/web'),
    emptyOutDir: true,
    target: ['chrome111', 'firefox115', 'safari16.4'],
    // A strict content security policy allows neither data: URLs nor inline scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        home: here('index.html'),
        publisher: here('publisher.html'),
        player: here('player.html'),
        admin: here('admin/index.html'),
        recordings: here('recordings.html'),
      },
    },
  },
  server: { proxy: { '/api': 'http://localhost:8080', '/records': 'http://localhost:8080' } },
});
