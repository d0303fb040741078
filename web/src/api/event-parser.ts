/** Server-sent events out of the text of their stream (WHATWG HTML 9.2.6). Pure. */

export interface ServerEvent {
  event: string;
  /** The data lines, joined. */
  data: string;
}

/** An event that grows beyond this is none of ours: characters. */
const LONGEST_EVENT = 256 * 1024;

/** Takes text as it comes and gives the events that are complete. */
export class EventParser {
  #rest = '';
  #event = '';
  #data: string[] = [];

  push(text: string): ServerEvent[] {
    const events: ServerEvent[] = [];
    // A carriage return at the end may be half of a line end.
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = (lines.pop() ?? '').slice(-LONGEST_EVENT);
    for (const line of lines) {
      const complete = this.#takeLine(line);
      if (complete !== undefined) events.push(complete);
    }
    return events;
  }

  #takeLine(line: string): ServerEvent | undefined {
    if (line === '') {
      const complete = this.#data.length === 0 ? undefined : { event: this.#event, data: this.#data.join('\n') };
      this.#event = '';
      this.#data = [];
      return complete;
    }
    const [, field, value = ''] = /^([^:]*)(?:: ?(.*))?$/.exec(line) ?? [];
    if (field === 'event') this.#event = value;
    if (field === 'data') this.#data.push(value);
    return undefined;
  }
}
