/** Tells when the machine came back online or went over to a network of another kind. */

/** Calls back at each change until the returned function is called. */
export function watchNetwork(onChange: () => void): () => void {
  const information: unknown = Reflect.get(navigator, 'connection');
  const source = information instanceof EventTarget ? information : undefined;
  let kind = kindOf(source);
  // The Network Information API also reports each new estimate of the bandwidth: only another kind of network counts.
  const compare = (): void => {
    const present = kindOf(source);
    if (present === kind) return;
    kind = present;
    onChange();
  };
  window.addEventListener('online', onChange);
  source?.addEventListener('change', compare);
  return () => {
    window.removeEventListener('online', onChange);
    source?.removeEventListener('change', compare);
  };
}

function kindOf(source: EventTarget | undefined): unknown {
  return source && Reflect.get(source, 'type');
}
