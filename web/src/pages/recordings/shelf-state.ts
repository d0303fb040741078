/** What the visitor of the shelf is told. Pure. */
import { isAboutToken, type Failure } from '../../api/problem.ts';

export type ShelfState = 'loading' | 'listed' | 'no-match' | 'empty' | 'off' | 'token' | 'unreachable' | 'refused';

export interface ShelfFacts {
  /** How many recordings there are; undefined before the first list. */
  total: number | undefined;
  /** How many of them the search finds. */
  found: number;
  /** Why the last call failed; undefined where it did not. */
  failure: Failure | undefined;
  isRecordingOn: boolean | undefined;
}

/** The state to show. A list that is there stays in sight while the server does not answer. */
export function shelfState({ total, found, failure, isRecordingOn }: ShelfFacts): ShelfState {
  if (failure !== undefined && isAboutToken(failure)) return 'token';
  if (total !== undefined && total > 0) return found > 0 ? 'listed' : 'no-match';
  if (failure !== undefined) return failure.kind === 'unreachable' ? 'unreachable' : 'refused';
  if (total === undefined) return 'loading';
  return isRecordingOn === false ? 'off' : 'empty';
}
