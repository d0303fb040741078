import { describe, expect, it } from 'vitest';
import { socketDrops, sumDrops } from './socket-drops.ts';

const TABLE = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
   54: 00000000:D431 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 8671 2 0000000000000000 17
   99: 00000000000000000000000000000000:D431 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000 0 0 99 2 0 5
  102: 0100007F:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 8672 2 0000000000000000 900
`;

describe('sumDrops', () => {
  it('adds up what sockets of these ports have dropped, of both families', () => {
    expect(sumDrops(TABLE, [0xd431])).toBe(22);
    expect(sumDrops(TABLE, [0xd431, 53])).toBe(922);
    expect(sumDrops(TABLE, [1])).toBe(0);
  });

  it('reads the tables of this system', () => {
    expect(socketDrops([])).toBe(0);
  });
});
