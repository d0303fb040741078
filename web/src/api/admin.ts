/** What the console asks the server for, with the token of who is logged in. */
import type { MintedToken, Person, RoomDetail, RoomList } from '../../../src/http/api-schemas.ts';
import type { AuditPage, BanAnswer, MuteAnswer } from '../../../src/http/moderation-schemas.ts';
import type { ParticipantAnswer, RoomSettingsAnswer } from '../../../src/http/moderation-schemas.ts';
import type { Overview, SettingList } from '../../../src/http/overview-schemas.ts';
import type { ChatMessage as Message } from '../../../src/chat/protocol.ts';
import { call } from './request.ts';

/** What the API answers that is of use here. */
export type { AuditPage, BanAnswer, Message, MintedToken, MuteAnswer, Overview, ParticipantAnswer, Person };
export type { RoomDetail, RoomList, RoomSettingsAnswer, SettingList };

/** Who a ban is for. */
export type BanTarget = { subject: string } | { address: string } | { participant: string };

export interface BanWish {
  target: BanTarget;
  /** Undefined for everywhere. */
  room: string | undefined;
  reason: string;
  /** Seconds; undefined for good. */
  duration: number | undefined;
}

export interface TokenWish {
  role: string;
  room: string;
  /** Seconds. */
  lifetime: number;
  name: string;
  subject: string;
}

const inRoom = (room: string): string => `/api/rooms/${encodeURIComponent(room)}`;
const adminRoom = (room: string): string => `/api/admin/rooms/${encodeURIComponent(room)}`;
const bansOf = (room: string | undefined): string => (room === undefined ? '/api/admin/bans' : `${inRoom(room)}/bans`);
const why = (reason: string): string => (reason === '' ? '' : `?${new URLSearchParams({ reason }).toString()}`);

/** All calls throw a CallError where the server refuses or does not answer. */
export class AdminApi {
  readonly #token: string;

  constructor(token: string) {
    this.#token = token;
  }

  me(room?: string): Promise<Person> {
    return this.#get(`/api/me${room === undefined ? '' : `?room=${encodeURIComponent(room)}`}`);
  }

  async logOut(): Promise<void> {
    await this.#do('POST', '/api/logout');
  }

  overview(since: number, signal: AbortSignal): Promise<Overview> {
    return this.#get(`/api/admin/overview?since=${since}`, signal);
  }

  settings(signal: AbortSignal): Promise<SettingList> {
    return this.#get('/api/admin/settings', signal);
  }

  rooms(signal: AbortSignal): Promise<RoomList> {
    return this.#get('/api/rooms', signal);
  }

  room(room: string, signal: AbortSignal): Promise<RoomDetail> {
    return this.#get(inRoom(room), signal);
  }

  participants(room: string, signal: AbortSignal): Promise<ParticipantAnswer[]> {
    return this.#get(`${inRoom(room)}/participants`, signal);
  }

  removeParticipant(room: string, id: string, reason: string): Promise<void> {
    return this.#do('DELETE', `${inRoom(room)}/participants/${id}${why(reason)}`);
  }

  async isLocked(room: string, signal: AbortSignal): Promise<boolean> {
    const { locked } = await this.#get<{ locked: boolean }>(`${inRoom(room)}/lock`, signal);
    return locked;
  }

  setLocked(room: string, isLocked: boolean, reason: string): Promise<void> {
    return this.#do(isLocked ? 'PUT' : 'DELETE', `${inRoom(room)}/lock${why(reason)}`);
  }

  closeRoom(room: string, reason: string): Promise<void> {
    return this.#do('POST', `${inRoom(room)}/close${why(reason)}`);
  }

  roomSettings(signal: AbortSignal): Promise<RoomSettingsAnswer[]> {
    return this.#get('/api/admin/rooms', signal);
  }

  settingsOf(room: string, signal: AbortSignal): Promise<RoomSettingsAnswer> {
    return this.#get(adminRoom(room), signal);
  }

  saveSettings(room: string, settings: object): Promise<RoomSettingsAnswer> {
    return this.#send('PUT', adminRoom(room), settings);
  }

  forgetSettings(room: string): Promise<void> {
    return this.#do('DELETE', adminRoom(room));
  }

  bans(room: string | undefined, signal: AbortSignal): Promise<BanAnswer[]> {
    return this.#get(bansOf(room), signal);
  }

  /** How many live sessions a ban would end; nothing is done. */
  async previewBan({ target, room }: Pick<BanWish, 'target' | 'room'>): Promise<number> {
    const { sessions } = await this.#send<{ sessions: number }>('POST', bansOf(room), { ...target, preview: true });
    return sessions;
  }

  async ban({ target, room, reason, duration }: BanWish): Promise<void> {
    await this.#send('POST', bansOf(room), { ...target, reason, ...(duration === undefined ? {} : { duration }) });
  }

  liftBan(id: number, room: string | undefined, reason: string): Promise<void> {
    return this.#do('DELETE', `${bansOf(room)}/${id}${why(reason)}`);
  }

  mutes(room: string, signal: AbortSignal): Promise<MuteAnswer[]> {
    return this.#get(`${inRoom(room)}/mutes`, signal);
  }

  async mute(room: string, participant: string, reason: string, duration: number): Promise<void> {
    await this.#send('POST', `${inRoom(room)}/mutes`, { participant, reason, duration });
  }

  unmute(room: string, id: number, reason: string): Promise<void> {
    return this.#do('DELETE', `${inRoom(room)}/mutes/${id}${why(reason)}`);
  }

  async chatMessages(room: string, signal: AbortSignal): Promise<Message[]> {
    const { messages } = await this.#get<{ messages: Message[] }>(`${inRoom(room)}/chat/messages`, signal);
    return messages;
  }

  /** How many people are in the chat of a room. */
  async chatPresence(room: string, signal: AbortSignal): Promise<number> {
    const people = await this.#get<unknown[]>(`${inRoom(room)}/chat/people`, signal);
    return people.length;
  }

  deleteMessage(room: string, id: number, reason: string): Promise<void> {
    return this.#do('DELETE', `${inRoom(room)}/chat/messages/${id}${why(reason)}`);
  }

  clearChat(room: string, reason: string): Promise<void> {
    return this.#do('POST', `${inRoom(room)}/chat/clear${why(reason)}`);
  }

  audit(query: { before?: number | undefined; room?: string }, signal: AbortSignal): Promise<AuditPage> {
    const parameters = new URLSearchParams({ limit: '50' });
    if (query.before !== undefined) parameters.set('before', String(query.before));
    if (query.room !== undefined && query.room !== '') parameters.set('room', query.room);
    return this.#get(`/api/admin/audit?${parameters.toString()}`, signal);
  }

  deleteRecording(id: string): Promise<void> {
    return this.#do('DELETE', `/api/admin/records/${encodeURIComponent(id)}`);
  }

  retryUpload(id: string): Promise<void> {
    return this.#do('POST', `/api/admin/records/${encodeURIComponent(id)}/retry`);
  }

  mint({ role, room, lifetime, name, subject }: TokenWish): Promise<MintedToken> {
    const who = { ...(name === '' ? {} : { name }), ...(subject === '' ? {} : { subject }) };
    return this.#send('POST', '/api/admin/tokens', { role, room, lifetime, ...who });
  }

  async #get<T>(url: string, signal?: AbortSignal): Promise<T> {
    const response = await call('GET', url, { token: this.#token, signal });
    return (await response.json()) as T;
  }

  async #do(method: string, url: string): Promise<void> {
    await call(method, url, { token: this.#token });
  }

  async #send<T>(method: string, url: string, body: object): Promise<T> {
    const contentType = 'application/json';
    const response = await call(method, url, { token: this.#token, contentType, body: JSON.stringify(body) });
    return (await response.json()) as T;
  }
}
