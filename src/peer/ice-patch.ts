import type { ErrorCode } from '../errors.ts';
import type { IceCredentials, IceFragment } from '../protocol/sdp/types.ts';

/** The ICE session that a PATCH meets. */
export interface PatchedSession {
  /** The peer's present credentials. */
  remote: IceCredentials;
  /** ETag of the present ICE session, without quotes. */
  tag: string;
}

export type IcePatch =
  { type: 'trickle' } | { type: 'restart'; remote: IceCredentials } | { type: 'refusal'; code: ErrorCode };

/**
 * What a PATCH asks for (RFC 9725 4.4): new credentials are an ICE restart, which any tag or '*' may begin; the same
 * or none are trickle, which must name the present tag. `ifMatch` is without quotes, undefined where it is missing.
 */
export function decideIcePatch(fragment: IceFragment, ifMatch: string | undefined, session: PatchedSession): IcePatch {
  if (ifMatch === undefined) return { type: 'refusal', code: 'tag_missing' };
  const { ice } = fragment;
  if (ice !== undefined && (ice.ufrag !== session.remote.ufrag || ice.password !== session.remote.password)) {
    if (ifMatch !== '*' && ifMatch !== session.tag) return { type: 'refusal', code: 'tag_mismatch' };
    return { type: 'restart', remote: ice };
  }
  if (ifMatch !== session.tag) return { type: 'refusal', code: 'tag_mismatch' };
  return { type: 'trickle' };
}
