/** A handler that leaves out the second half of a double click: it would stop what the first half has started. */
export function onSingleClick(action: () => void): (event: MouseEvent) => void {
  return (event) => {
    if (event.detail < 2) action();
  };
}
