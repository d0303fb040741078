/** Who may join a room, beyond what their role allows. Every rule that a room's settings have for joining is here. */
import type { ErrorCode } from '../errors.ts';
import type { RoomRules, SessionRole } from '../sfu/room-service.ts';
import type { RoomSettings } from './room-settings.ts';

/** Somebody who wants to join, and whom the role of their token lets. */
export interface Applicant {
  role: SessionRole;
  /** The `sub` of their token. */
  subject: string | undefined;
  /** They keep order in this room. */
  isModerator: boolean;
  isAdmin: boolean;
}

/** The room that they want to join. */
export interface RoomState {
  settings: RoomSettings;
  /** Nobody new gets in. */
  isLocked: boolean;
}

/** Why somebody may not join; undefined where they may. */
export function refusalToJoin(applicant: Applicant, { settings, isLocked }: RoomState): ErrorCode | undefined {
  if (isLocked && !applicant.isModerator) return 'room_locked';
  if (applicant.role === 'publish' && !applicant.isAdmin && !isNamed(applicant.subject, settings)) {
    return 'publisher_not_named';
  }
  return undefined;
}

function isNamed(subject: string | undefined, { publishers }: RoomSettings): boolean {
  if (publishers === undefined) return true;
  return subject !== undefined && publishers.includes(subject);
}

/** What the media side has to know of the settings. */
export function rulesOf({ viewerLimit, recording }: RoomSettings): RoomRules {
  return { viewerLimit, recorded: recording };
}
