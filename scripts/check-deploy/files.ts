/** Fails where the container's files do not fit together: what is copied, ignored, mounted; Compose's schema. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { SETTINGS } from '../../src/config/schema.ts';
import { commandOf, copiesOf, isIgnored, parseStages } from './dockerfile.ts';
import { composeFaults, readYaml, root } from './tools.ts';

const faults: string[] = [];
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const expectThat = (condition: boolean, fault: string): void => {
  if (!condition) faults.push(fault);
};

function checkDockerfile(): void {
  const stages = parseStages(read('Dockerfile'));
  const ignore = read('.dockerignore');
  const names = stages.flatMap((stage) => / AS (\S+)$/i.exec(stage[0]?.rest ?? '')?.[1] ?? []);
  for (const { from, sources } of stages.flatMap(copiesOf)) {
    if (from !== undefined) expectThat(names.includes(from), `Dockerfile: no stage ${from}`);
    for (const source of from === undefined ? sources : []) {
      expectThat(existsSync(join(root, source)), `Dockerfile: ${source} does not exist`);
      expectThat(source === '.' || !isIgnored(source, ignore), `.dockerignore leaves out ${source}`);
    }
  }
  for (const path of ['.env.local', '.git', 'node_modules', 'dist', 'native/build', 'records', 'data']) {
    expectThat(isIgnored(path, ignore), `.dockerignore lets ${path} through`);
  }
  for (const path of ['src/main.ts', 'web/player.html', 'native/binding.gyp', 'tsconfig.build.json']) {
    expectThat(!isIgnored(path, ignore), `.dockerignore leaves out ${path}`);
  }
  const last = stages.at(-1) ?? [];
  for (const name of ['CMD', 'HEALTHCHECK'] as const) {
    expectThat(commandOf(last, name) !== undefined, `Dockerfile: ${name} is not in exec form`);
  }
  const user = last.findLast(({ name }) => name === 'USER')?.rest ?? 'root';
  expectThat(user !== 'root' && user !== '0', 'Dockerfile: the server runs as root');
}

interface ComposeFile {
  services: Record<
    string,
    { volumes?: string[]; stop_grace_period?: string; command?: string[]; environment?: Record<string, string> }
  >;
}

function checkCompose(path: string): void {
  const value = readYaml(path);
  faults.push(...composeFaults(value).map((fault) => `${path}: ${fault}`));
  for (const { volumes = [] } of Object.values((value as ComposeFile).services)) {
    for (const source of volumes.flatMap((volume) => /^(\.[^:]*):/.exec(volume)?.[1] ?? [])) {
      const full = posix.join(dirname(path), source);
      expectThat(existsSync(join(root, full)), `${path}: ${full} does not exist`);
    }
  }
}

/** Supervisors must wait longer than the server takes at most. */
function checkStopTimes(): void {
  const shutdown = seconds(SETTINGS.shutdownTimeout.default);
  const { services } = readYaml('docker-compose.yml') as ComposeFile;
  const unit = read('deploy/systemd/live-webrtc.service');
  const compose = seconds(services['live-webrtc']?.stop_grace_period ?? '0s');
  const systemd = seconds(/^TimeoutStopSec=(.*)$/m.exec(unit)?.[1] ?? '0s');
  expectThat(compose > shutdown, `docker-compose.yml: stop_grace_period is not above SHUTDOWN_TIMEOUT (${shutdown} s)`);
  expectThat(systemd > shutdown, `live-webrtc.service: TimeoutStopSec is not above SHUTDOWN_TIMEOUT (${shutdown} s)`);
}

function seconds(text: string): number {
  return Number(/^(\d+)s$/.exec(text)?.[1] ?? NaN);
}

/** What the server keeps must outlive a container, and be where a service may write. */
function checkFolders(): void {
  const last = parseStages(read('Dockerfile')).at(-1) ?? [];
  const rest = last.map((instruction) => instruction.rest).join('\n');
  const { environment = {}, volumes = [] } =
    (readYaml('docker-compose.yml') as ComposeFile).services['live-webrtc'] ?? {};
  const unit = read('deploy/systemd/live-webrtc.service');
  const state = `/var/lib/${/^StateDirectory=(\S+)$/m.exec(unit)?.[1] ?? ''}/`;
  for (const { name } of [SETTINGS.recordDirectory, SETTINGS.dataDirectory]) {
    const folder = new RegExp(`${name}=(\\S+)`).exec(rest)?.[1] ?? '';
    expectThat(/install -d .*/.exec(rest)?.[0].split(' ').includes(folder) === true, `Dockerfile: ${name} is not made`);
    expectThat(environment[name] === folder, `docker-compose.yml: ${name} is not ${folder}`);
    expectThat(
      volumes.some((volume) => /^[a-z]+:/.test(volume) && volume.endsWith(`:${folder}`)),
      `docker-compose.yml: no volume for ${folder}`,
    );
    const ofUnit = new RegExp(`^Environment=${name}=(\\S+)$`, 'm').exec(unit)?.[1] ?? '';
    expectThat(ofUnit.startsWith(state), `live-webrtc.service: ${name} is not below ${state}`);
  }
}

checkDockerfile();
checkFolders();
checkCompose('docker-compose.yml');
checkCompose('deploy/docker/bridge.yml');
checkStopTimes();
for (const path of ['datasources/prometheus.yml', 'dashboards/live-webrtc.yml']) {
  readYaml(`deploy/grafana/provisioning/${path}`);
}
for (const fault of faults) console.error(fault);
process.exitCode = faults.length === 0 ? 0 : 1;
