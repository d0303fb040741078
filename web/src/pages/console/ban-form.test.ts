import { signal } from '@preact/signals';
import { describe, expect, it } from 'vitest';
import { type BanForm, wishOf } from './ban-form.ts';

function formOf(changes: { kind?: 'subject' | 'address'; named?: string; place?: 'everywhere'; duration?: string }) {
  const { kind = 'address', named = '', place = 'room', duration = '3600' } = changes;
  return {
    kind: signal(kind),
    named: signal(named),
    place: signal(place),
    reason: signal(' noise '),
    duration: signal(duration),
  } satisfies BanForm;
}

describe('the wish of a ban', () => {
  it('is for who is behind a session, or who is named', () => {
    expect(wishOf(formOf({ named: 'other' }), 'p1', 'class')?.target).toEqual({ participant: 'p1' });
    expect(wishOf(formOf({ named: ' 192.0.2.1 ' }), undefined, 'class')?.target).toEqual({ address: '192.0.2.1' });
    expect(wishOf(formOf({ kind: 'subject', named: 'ada' }), undefined, 'class')?.target).toEqual({ subject: 'ada' });
  });

  it('is none while nobody is named', () => {
    expect(wishOf(formOf({ named: '  ' }), undefined, 'class')).toBeUndefined();
  });

  it('holds in the room or everywhere, for a time or for good', () => {
    const room = wishOf(formOf({}), 'p1', 'class');
    expect(room).toMatchObject({ room: 'class', duration: 3600, reason: 'noise' });
    const everywhere = wishOf(formOf({ place: 'everywhere', duration: '' }), 'p1', 'class');
    expect(everywhere).toMatchObject({ room: undefined, duration: undefined });
  });
});
