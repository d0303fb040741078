/** A line without its end, or a function that gives the lines in its place. */
export type TemplateLine<T> = string | ((values: T) => readonly string[]);

const LINE_END = '\r\n';

/** Text in lines of which some are written once, and the others for each set of values. */
export class TextTemplate<T> {
  readonly #parts: TemplateLine<T>[] = [];

  constructor(lines: Iterable<TemplateLine<T>>) {
    let fixed = '';
    for (const line of lines) {
      if (typeof line === 'string') {
        fixed += line + LINE_END;
      } else {
        this.#parts.push(fixed, line);
        fixed = '';
      }
    }
    this.#parts.push(fixed);
  }

  /** The whole text; every line ends with CRLF. */
  fill(values: T): string {
    let text = '';
    for (const part of this.#parts) {
      if (typeof part === 'string') text += part;
      else for (const line of part(values)) text += line + LINE_END;
    }
    return text;
  }
}
