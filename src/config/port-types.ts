/** The type of a port that follows another setting. */
import type { ValueType } from './setting.ts';

/** A port; 0 for any; 'same' for the number of another one; 'off' for none. */
export type FollowingPort = number | 'same' | 'off';

const LARGEST_PORT = 65_535;

/** Empty follows. */
export const followingPort: ValueType<FollowingPort> = {
  allowed: `a whole number from 0 to ${LARGEST_PORT}, or off`,
  parse(text) {
    if (text === '') return 'same';
    if (text === 'off') return 'off';
    return /^\d{1,5}$/.test(text) && Number(text) <= LARGEST_PORT ? Number(text) : undefined;
  },
};
