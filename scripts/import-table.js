/**
 * Who may import whom: the table of docs/design.md in a form that the linter reads.
 * `layers` names folders or files below src/, `modules` names what may come from npm or Node itself
 * ('*' allows everything). Test files are free to import anything.
 */
export const IMPORT_TABLE = {
  util: { layers: [], modules: [] },
  protocol: { layers: ['util'], modules: ['node:crypto', 'sdp-transform'] },
  errors: { layers: [], modules: [] },
  config: { layers: ['util', 'errors'], modules: ['ipaddr.js', 'node:fs', 'node:os'] },
  peer: { layers: ['protocol', 'util', 'errors'], modules: [] },
  sfu: { layers: ['peer', 'protocol', 'util', 'errors'], modules: [] },
  recording: {
    layers: ['sfu', 'protocol', 'util', 'errors'],
    modules: [
      'mediabunny',
      '@aws-sdk/client-s3',
      '@aws-sdk/s3-request-presigner',
      'node:crypto',
      'node:fs',
      'node:fs/promises',
      'node:path',
      'node:stream',
      'node:worker_threads',
    ],
  },
  native: { layers: ['util', 'errors'], modules: ['node:module', 'node:path', 'node:url', 'node:fs'] },
  'worker-protocol': { layers: ['sfu', 'recording', 'errors'], modules: [] },
  worker: {
    layers: ['sfu', 'peer', 'protocol', 'native', 'recording', 'util', 'errors', 'worker-protocol'],
    modules: ['*'],
  },
  'worker-pool': {
    layers: ['sfu', 'recording', 'util', 'errors', 'worker-protocol'],
    modules: ['node:child_process', 'node:url', 'node:crypto'],
  },
  http: {
    layers: ['sfu', 'auth', 'chat', 'events', 'metrics', 'moderation', 'recording', 'util', 'errors'],
    modules: ['*'],
  },
  auth: { layers: ['sfu', 'protocol', 'util', 'errors'], modules: ['node:crypto', 'jose', 'openid-client'] },
  chat: { layers: ['sfu', 'protocol', 'util', 'errors'], modules: ['node:crypto'] },
  events: { layers: ['store', 'util', 'errors'], modules: ['node:crypto', 'node:stream'] },
  moderation: { layers: ['sfu', 'store', 'util', 'errors'], modules: ['ipaddr.js', 'node:crypto'] },
  store: { layers: ['util', 'errors'], modules: ['node-sqlite3-wasm', 'node:fs', 'node:net', 'node:path'] },
  metrics: { layers: ['sfu', 'protocol', 'util', 'errors', 'worker-protocol'], modules: ['prom-client'] },
  server: { layers: ['*'], modules: ['*'] },
  main: { layers: ['server', 'config', 'errors'], modules: ['*'] },
};
