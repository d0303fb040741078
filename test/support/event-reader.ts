/** Reads a stream of server-sent events. */

export interface ReceivedEvent {
  name: string;
  data: unknown;
}

export interface EventReader {
  response: Response;
  /** What has come so far. */
  events: ReceivedEvent[];
  /** Lines that begin with a colon. */
  comments: string[];
  /** The server has ended the stream. */
  ended: () => boolean;
  /** The names of what has come so far. */
  names: () => string[];
  close(): void;
}

/** Opens a stream by GET. */
export async function readEvents(url: string, headers: Record<string, string> = {}): Promise<EventReader> {
  const cancel = new AbortController();
  const response = await fetch(url, { headers, signal: cancel.signal });
  const events: ReceivedEvent[] = [];
  const comments: string[] = [];
  let ended = false;
  const take = (block: string): void => {
    const field = (name: string): string => new RegExp(`^${name}: ?(.*)$`, 'm').exec(block)?.[1] ?? '';
    if (block.startsWith(':')) comments.push(block.slice(1).trim());
    else events.push({ name: field('event'), data: JSON.parse(field('data')) as unknown });
  };
  const read = async (): Promise<void> => {
    let rest = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      const blocks = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n\n');
      rest = blocks.pop() ?? '';
      blocks.forEach(take);
    }
  };
  read()
    .catch(() => undefined)
    .finally(() => (ended = true));
  return {
    response,
    events,
    comments,
    ended: () => ended,
    names: () => events.map(({ name }) => name),
    close: () => cancel.abort(),
  };
}
