import type { FuzzTarget } from '../target.ts';
import { STUN_TARGETS } from './stun.ts';

/** Every target. A parser of src/protocol that none of them runs fails parsers.test.ts. */
export const TARGETS: readonly FuzzTarget[] = [...STUN_TARGETS];
