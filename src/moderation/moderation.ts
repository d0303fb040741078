/** Everything that keeps order in rooms, as one. */
import type { Database } from '../store/database.ts';
import { AuditLog } from './audit-log.ts';
import { Bans } from './bans.ts';
import { JoinRates } from './join-rates.ts';
import { Mutes } from './mutes.ts';
import { RemovedSessions } from './removed-sessions.ts';
import { RoomLocks } from './room-locks.ts';
import { RoomPasswords } from './room-passwords.ts';
import { RoomSettingsStore } from './room-settings.ts';

export interface Moderation {
  roomSettings: RoomSettingsStore;
  passwords: RoomPasswords;
  joinRates: JoinRates;
  locks: RoomLocks;
  bans: Bans;
  mutes: Mutes;
  removed: RemovedSessions;
  audit: AuditLog;
}

export interface ModerationOptions {
  /** How long the audit log keeps its entries, ms; 0 for good. */
  auditRetentionMs: number;
}

/** Reads what the database knows. */
export function openModeration(database: Database, { auditRetentionMs }: ModerationOptions): Moderation {
  const roomSettings = new RoomSettingsStore(database);
  return {
    roomSettings,
    passwords: new RoomPasswords(roomSettings),
    joinRates: new JoinRates(),
    locks: new RoomLocks(database),
    bans: new Bans(database),
    mutes: new Mutes(database),
    removed: new RemovedSessions(),
    audit: new AuditLog(database, auditRetentionMs),
  };
}
