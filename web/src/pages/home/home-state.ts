/** What the visitor of the home page is told. Pure. */
import { isAboutToken, type Failure } from '../../api/problem.ts';

/** 'token': one is needed; 'no-list': the one that is used does not show the list. */
export type HomeState = 'loading' | 'listed' | 'no-match' | 'empty' | 'token' | 'no-list' | 'unreachable' | 'refused';

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
  if (failure !== undefined && isAboutToken(failure)) return failure.status === 403 ? 'no-list' : 'token';
  if (total !== undefined && total > 0) return found > 0 ? 'listed' : 'no-match';
  if (failure !== undefined) return failure.kind === 'unreachable' ? 'unreachable' : 'refused';
  return total === undefined ? 'loading' : 'empty';
}
