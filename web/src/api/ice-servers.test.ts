import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseIceServers } from './ice-servers.ts';

/** As a server writes it: quotes and backslashes escaped inside quotes. */
function link(server: { urls: string; username: string; credential: string }): string {
  const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;
  const { urls, username, credential } = server;
  return `<${urls}>; rel="ice-server"; username=${quoted(username)}; credential=${quoted(credential)}; credential-type="password"`;
}

describe('parseIceServers', () => {
  it('reads what RFC 9725 shows', () => {
    expect(
      parseIceServers(
        '<stun:stun.example.net>; rel="ice-server", ' +
          '<turn:turn.example.net?transport=udp>; rel="ice-server"; username="user"; credential="my,Pass;word"; ' +
          'credential-type="password"',
      ),
    ).toEqual([
      { urls: 'stun:stun.example.net' },
      { urls: 'turn:turn.example.net?transport=udp', username: 'user', credential: 'my,Pass;word' },
    ]);
  });

  it('reads back any list of credentials', () => {
    const text = fc.string({ unit: fc.integer({ min: 32, max: 126 }).map((code) => String.fromCharCode(code)) });
    const server = fc.record({
      urls: fc.constantFrom('turn:a.example:3478?transport=udp', 'turns:[2001:db8::1]:443?transport=tcp'),
      username: text,
      credential: text,
    });
    fc.assert(
      fc.property(fc.array(server, { maxLength: 5 }), (servers) => {
        expect(parseIceServers(servers.map(link).join(', '))).toEqual(servers);
      }),
    );
  });

  it('leaves out other links and TURN servers without credentials', () => {
    expect(
      parseIceServers('<https://x.example/>; rel="help", <turn:t.example>; rel="ice-server", <stun:s>; rel=ice-server'),
    ).toEqual([{ urls: 'stun:s' }]);
    expect(parseIceServers(null)).toEqual([]);
  });

  it('takes anything without an exception', () => {
    fc.assert(fc.property(fc.string(), (text) => Array.isArray(parseIceServers(text))));
  });
});
