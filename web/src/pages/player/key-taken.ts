/** Which keys belong to what has the focus. */

/** What text is written into, and lists that are searched by typing. */
const TAKES_ALL = 'textarea, select, input:not([type=range], [type=checkbox], [type=radio])';
/** What is pressed. */
const TAKES_PRESSES = 'button, a, summary, input';
const PRESSES = [' ', 'enter'];

/** Whether a key (in small letters) has a meaning of its own where it was pressed, or a dialog is open over the page. */
export function isKeyTaken(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest(TAKES_ALL) !== null) return true;
  if (PRESSES.includes(key) && target.closest(TAKES_PRESSES) !== null) return true;
  return key !== '?' && target.ownerDocument.querySelector('dialog[open]') !== null;
}
