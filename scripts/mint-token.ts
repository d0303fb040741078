/**
 * Makes a token without a running server, with JWT_SECRET, JWT_ISSUER and JWT_AUDIENCE of the environment or, as
 * scripts/start.sh takes them, of .env.local.
 * npm run token -- --room NAME --role publisher --ttl 2h [--name NAME] [--subject ID] [--url https://live.example.org]
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { parseRole, ROLES } from '../src/auth/actions.ts';
import { parseRoomScope } from '../src/auth/room-scope.ts';
import { tokenLinks } from '../src/auth/token-links.ts';
import { TokenMinter } from '../src/auth/token-minter.ts';
import { describeFaults, loadConfig } from '../src/config/load.ts';
import { duration } from '../src/config/value-types.ts';
import { parseRoomName } from '../src/util/room-name.ts';

const LONGEST_LIFETIME = 366 * 86_400_000;

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

const options = {
  room: { type: 'string', multiple: true, default: [] as string[] },
  role: { type: 'string', default: '' },
  ttl: { type: 'string', default: '1h' },
  name: { type: 'string' },
  subject: { type: 'string' },
  url: { type: 'string', default: 'http://localhost:8080' },
} as const;

function readOptions(): ReturnType<typeof parseArgs<{ options: typeof options }>>['values'] {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

const values = readOptions();
const settings = join(dirname(import.meta.dirname), '.env.local');
if (existsSync(settings)) process.loadEnvFile(settings);
const loaded = loadConfig(process.env);
if (!loaded.ok) fail(describeFaults(loaded.faults));
const { jwtSecret, jwtIssuer, jwtAudience } = loaded.config;
if (jwtSecret === '') fail('Set JWT_SECRET to the same value as for the server.');
const role = parseRole(values.role) ?? fail(`--role must be one of ${ROLES.join(', ')}.`);
if (parseRoomScope(values.room) === undefined) fail('--room must be the name of a room, or a beginning with "*".');
const ttl = duration(LONGEST_LIFETIME);
const lifetime = ttl.parse(values.ttl) ?? fail(`--ttl must be ${ttl.allowed}.`);
if (!URL.canParse(values.url)) fail('--url must be the address of the server.');

const minter = new TokenMinter({ secret: jwtSecret, issuer: jwtIssuer, audience: jwtAudience });
const { name, subject, room: rooms, url } = values;
const { token, expiresAt } = await minter.mint({ role, rooms, lifetime, name, subject }, Date.now());
console.log(`token     ${token}\nexpires   ${new Date(expiresAt).toISOString()}`);
const room = rooms.length === 1 ? parseRoomName(rooms[0] ?? '') : undefined;
if (room !== undefined) {
  for (const [where, link] of Object.entries(tokenLinks(url, room, role, token)))
    console.log(`${where.padEnd(10)}${link}`);
}
