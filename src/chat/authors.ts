/** Who somebody is in a chat. */
import { createHmac, randomBytes } from 'node:crypto';
import type { ChatPerson } from './chat-member.ts';
import type { ChatAuthor } from './protocol.ts';
import { beginningOf, cleanName } from './text.ts';

/** Characters of an id: 96 bits. */
const ID_LENGTH = 16;
const KEY_BYTES = 16;

/** What a person without a subject is known by; see `ChatSelf.key`. */
export function createKey(): string {
  return randomBytes(KEY_BYTES).toString('base64url');
}

/**
 * The id of a person in a room: by the subject of their token or, where it has none, by their key. Neither follows from
 * the id, nor which ids in two rooms are the same person.
 */
export function authorId(secret: Uint8Array, room: string, identity: { subject: string } | { key: string }): string {
  const [kind, value] = 'subject' in identity ? ['subject', identity.subject] : ['key', identity.key];
  const digest = createHmac('sha256', secret).update([kind, room, value].join('\0')).digest('base64url');
  return digest.slice(0, ID_LENGTH);
}

/**
 * The name that somebody is to have: that of their token, the one they chose, or one that the server makes of their id.
 * Undefined where they chose one that cannot be.
 */
export function chooseName(
  { isKnown, name, subject }: ChatPerson,
  nickname: string | undefined,
  id: string,
  nameLength: number,
): string | undefined {
  const given = cleanName(beginningOf(name ?? '', nameLength), nameLength);
  if (given !== undefined) return given;
  if (nickname !== undefined && nickname.trim() !== '') return cleanName(nickname, nameLength);
  const kind = isKnown && subject !== undefined ? 'Member' : 'Guest';
  return `${kind} ${(Buffer.from(id, 'base64url').readUInt16BE(0) % 9000) + 1000}`;
}

/** What others see of a person. Guests may do what a role may, but it says nothing about them. */
export function authorOf({ isKnown, role }: ChatPerson, id: string, name: string): ChatAuthor {
  return { id, name, role: isKnown ? role : 'viewer', isGuest: !isKnown };
}
