/** Names of rooms. */

/** 1 to 64 characters: letters and digits of any script with their marks, "-", "_", "."; the first is no dot. */
const ROOM_NAME = /^(?!\.)[\p{L}\p{N}\p{M}\-_.]{1,64}$/u;

/** The name in the form that rooms are known by (Unicode NFC); undefined where it is not allowed. */
export function parseRoomName(text: string): string | undefined {
  const name = text.normalize('NFC');
  return ROOM_NAME.test(name) ? name : undefined;
}
