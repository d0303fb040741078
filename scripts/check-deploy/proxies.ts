/** nginx and Caddy with the configurations of deploy/, but on free ports of this machine, before a given server. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './tools.ts';

export interface Ports {
  server: number;
  https: number;
  /** Where HTTP is redirected to HTTPS. */
  http: number;
}

export interface Proxy {
  stop(): Promise<void>;
}

/** Makes a certificate that signs itself. */
function makeCertificate(folder: string): { certificate: string; key: string } {
  const certificate = join(folder, 'certificate.pem');
  const key = join(folder, 'key.pem');
  const files = ['-keyout', key, '-out', certificate];
  const options = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  execFileSync('openssl', ['req', ...options, '-subj', '/CN=localhost', ...files], { stdio: 'ignore' });
  return { certificate, key };
}

/** Replaces each text, every time that it is there; one that is not there is an error. */
function adapt(path: string, replacements: readonly [string, string][]): string {
  let text = readFileSync(join(root, path), 'utf8');
  for (const [from, to] of replacements) {
    if (!text.includes(from))
      throw new Error(`${path} has no "${from}" any more: adapt scripts/check-deploy/proxies.ts`);
    text = text.replaceAll(from, to);
  }
  return text;
}

/** Checks the configuration of nginx and runs it. */
export function startNginx(folder: string, ports: Ports): Proxy {
  const { certificate, key } = makeCertificate(folder);
  const site = adapt('deploy/nginx/live-webrtc.conf', [
    ['127.0.0.1:8080;', `127.0.0.1:${ports.server};`],
    ['listen 80;', `listen 127.0.0.1:${ports.http};`],
    ['listen [::]:80;', ''],
    ['listen 443 ssl http2;', `listen 127.0.0.1:${ports.https} ssl http2;`],
    ['listen [::]:443 ssl http2;', ''],
    ['/etc/letsencrypt/live/live.example.org/fullchain.pem', certificate],
    ['/etc/letsencrypt/live/live.example.org/privkey.pem', key],
  ]);
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  const configuration = join(folder, 'nginx.conf');
  writeFileSync(
    configuration,
    `pid ${folder}/nginx.pid;\nerror_log stderr warn;\nevents {}\nhttp {\naccess_log off;\n${paths.join('\n')}\n${site}}\n`,
  );
  const options = ['-p', folder, '-e', 'stderr', '-c', configuration];
  execFileSync('nginx', ['-t', '-q', ...options], { stdio: 'inherit' });
  return run('nginx', [...options, '-g', 'daemon off;'], folder);
}

/** Checks the configuration of Caddy and runs it. */
export function startCaddy(folder: string, ports: Ports): Proxy {
  const { certificate, key } = makeCertificate(folder);
  const options = `{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n}\n\n`;
  const site = adapt('deploy/caddy/Caddyfile', [
    ['live.example.org {', `https://localhost:${ports.https} {\n\tbind 127.0.0.1\n\ttls ${certificate} ${key}`],
    ['reverse_proxy 127.0.0.1:8080', `reverse_proxy 127.0.0.1:${ports.server}`],
  ]);
  const configuration = join(folder, 'Caddyfile');
  writeFileSync(configuration, options + site);
  const file = ['--adapter', 'caddyfile', '--config', configuration];
  execFileSync('caddy', ['validate', ...file], { stdio: ['ignore', 'ignore', 'pipe'], env: caddyHome(folder) });
  return run('caddy', ['run', ...file], folder);
}

/** Caddy keeps certificates and its last configuration there. */
function caddyHome(folder: string): NodeJS.ProcessEnv {
  const home = join(folder, 'home');
  mkdirSync(home, { recursive: true });
  return { ...process.env, HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home };
}

function run(program: string, args: readonly string[], folder: string): Proxy {
  const child = spawn(program, args, { env: caddyHome(folder), stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
  const exit = once(child, 'exit');
  return {
    async stop() {
      if (child.exitCode !== null) throw new Error(`${program} ended by itself:\n${errors}`);
      child.kill('SIGTERM');
      await exit;
    },
  };
}
