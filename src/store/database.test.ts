import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Database } from './database.ts';

let directory: string;
let open: Database[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'store-'));
});
afterEach(() => {
  for (const database of open) database.close();
  open = [];
  rmSync(directory, { recursive: true });
});

const NOTES = ['CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL, size REAL) STRICT'];

async function openDatabase(migrations = NOTES, folder = directory): Promise<Database> {
  const database = await Database.open(folder, migrations);
  open.push(database);
  return database;
}

function close(database: Database): void {
  database.close();
  open = open.filter((one) => one !== database);
}

describe('Database', () => {
  it('keeps what is written, in a folder that it makes', async () => {
    const folder = join(directory, 'a', `long-${'x'.repeat(150)}`);
    const database = await openDatabase(NOTES, folder);
    expect(database.run('INSERT INTO notes (text, size) VALUES (?, ?)', '直播 😀', 1.5)).toEqual({
      changes: 1,
      lastId: 1,
    });
    expect(database.run("INSERT INTO notes (text) VALUES ('b')").lastId).toBe(2);
    close(database);
    const again = await openDatabase(NOTES, folder);
    expect(again.all('SELECT * FROM notes ORDER BY id')).toEqual([
      { id: 1, text: '直播 😀', size: 1.5 },
      { id: 2, text: 'b', size: null },
    ]);
    expect(again.get('SELECT id FROM notes WHERE text = ?', 'none')).toBeUndefined();
    expect(statSync(folder).mode & 0o007).toBe(0);
  });

  it('does all of a transaction or nothing', async () => {
    const database = await openDatabase();
    const count = (): unknown => database.get('SELECT count(*) AS n FROM notes')?.['n'];
    const insert = (): unknown => database.run("INSERT INTO notes (text) VALUES ('a')");
    expect(() =>
      database.transaction(() => {
        insert();
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(count()).toBe(0);
    expect(database.transaction(() => [insert(), insert()].length)).toBe(2);
    expect(count()).toBe(2);
  });

  it('brings an older file up to date, once', async () => {
    close(await openDatabase());
    const added = [...NOTES, "INSERT INTO notes (text) VALUES ('new')"];
    close(await openDatabase(added));
    const database = await openDatabase(added);
    expect(database.all('SELECT text FROM notes')).toEqual([{ text: 'new' }]);
  });

  it('leaves nothing of a step that fails', async () => {
    const broken = [...NOTES, "INSERT INTO notes (text) VALUES ('half'); INSERT INTO nowhere VALUES (1)"];
    await expect(Database.open(directory, broken)).rejects.toThrow(/nowhere/);
    const database = await openDatabase();
    expect(database.all('SELECT * FROM notes')).toEqual([]);
  });

  it('refuses the file of a newer version, one that is in use, and what is no database', async () => {
    close(await openDatabase([...NOTES, 'CREATE TABLE more (a)']));
    await expect(Database.open(directory, NOTES)).rejects.toThrow('a newer version of this server has written it');
    const database = await openDatabase([...NOTES, 'CREATE TABLE more (a)']);
    await expect(Database.open(directory, NOTES)).rejects.toThrow('another server uses it');
    close(database);
    const other = join(directory, 'other');
    mkdirSync(other);
    writeFileSync(join(other, 'live-webrtc.db'), 'x'.repeat(10_000));
    await expect(Database.open(other)).rejects.toThrow(/not a database/);
  });

  it('has everything that was written before its process was killed', async () => {
    const source = `
      import { Database } from ${JSON.stringify(fileURLToPath(new URL('database.ts', import.meta.url)))};
      const database = await Database.open(${JSON.stringify(directory)}, ${JSON.stringify(NOTES)});
      for (let n = 1; ; n++) {
        database.run('INSERT INTO notes (text) VALUES (?)', String(n));
        process.send(n);
        if (n % 20 === 0) await new Promise(setImmediate);
      }`;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', source], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    let told = 0;
    child.on('message', (n) => {
      told = Number(n);
      if (told === 200) child.kill('SIGKILL');
    });
    await once(child, 'exit');
    const database = await openDatabase();
    const kept = database.all('SELECT text FROM notes ORDER BY id').map(({ text }) => Number(text));
    expect(told).toBeGreaterThanOrEqual(200);
    expect(kept.length).toBeGreaterThanOrEqual(told);
    expect(kept).toEqual(kept.map((_, index) => index + 1));
  }, 20_000);
});
