/** What the visitor of the home page is told. Pure. */
import type { Failure } from '../../api/problem.ts';

export type HomeState = 'loading' | 'listed' | 'no-match' | 'empty' | 'token' | 'unreachable' | 'refused';

export interface HomeFacts {
  /** How many rooms are live; undefined before the first list. */
  total: number | undefined;
  /** How many of them the search finds. */
  found: number;
  /** Why the last call failed; undefined where it did not. */
  failure: Failure | undefined;
}

/** The state to show. A list that is there stays in sight while the server does not answer. */
export function homeState({ total, found, failure }: HomeFacts): HomeState {
  if (failure?.kind === 'refused' && (failure.status === 401 || failure.status === 403)) return 'token';
  if (total !== undefined && total > 0) return found > 0 ? 'listed' : 'no-match';
  if (failure !== undefined) return failure.kind === 'unreachable' ? 'unreachable' : 'refused';
  return total === undefined ? 'loading' : 'empty';
}
