/** The settings of a room as fields hold them, and back. */
import type { RoomSettingsAnswer } from '../../api/admin.ts';

export interface RoomFields {
  title: string;
  description: string;
  listed: boolean;
  membersOnly: boolean;
  recording: boolean;
  chat: boolean;
  guestChat: boolean;
  slowMode: string;
  viewerLimit: string;
  joinsPerMinute: string;
  everybodyPublishes: boolean;
  /** One a line. */
  publishers: string;
  blockedWords: string;
  /** Empty leaves it as it is. */
  password: string;
  removesPassword: boolean;
}

export const SWITCHES = ['listed', 'membersOnly', 'recording', 'chat', 'guestChat'] as const;
export const NUMBERS = ['viewerLimit', 'joinsPerMinute', 'slowMode'] as const;

export function fieldsOf(settings: RoomSettingsAnswer): RoomFields {
  const { title, description, listed, membersOnly, recording, chat, guestChat, publishers, blockedWords } = settings;
  return {
    title,
    description,
    listed,
    membersOnly,
    recording,
    chat,
    guestChat,
    slowMode: String(settings.slowMode),
    viewerLimit: String(settings.viewerLimit),
    joinsPerMinute: String(settings.joinsPerMinute),
    everybodyPublishes: publishers === null,
    publishers: publishers?.join('\n') ?? '',
    blockedWords: blockedWords.join('\n'),
    password: '',
    removesPassword: false,
  };
}

/** What to send; undefined where a number is none. Settings without a field stay as they were. */
export function settingsOf(fields: RoomFields, before: RoomSettingsAnswer): object | undefined {
  if (NUMBERS.some((name) => !isCount(fields[name]))) return undefined;
  const { title, description, listed, membersOnly, recording, chat, guestChat } = fields;
  return {
    ...before,
    ...{ title, description, listed, membersOnly, recording, chat, guestChat },
    slowMode: Number(fields.slowMode),
    viewerLimit: Number(fields.viewerLimit),
    joinsPerMinute: Number(fields.joinsPerMinute),
    publishers: fields.everybodyPublishes ? null : linesOf(fields.publishers),
    blockedWords: linesOf(fields.blockedWords),
    ...passwordOf(fields),
  };
}

export function isCount(text: string): boolean {
  return /^\d{1,7}$/.test(text.trim());
}

function passwordOf({ password, removesPassword }: RoomFields): { password?: string | null } {
  if (removesPassword) return { password: null };
  return password === '' ? {} : { password };
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
