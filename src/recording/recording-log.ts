/** Where the server's side of recordings reports: facts by name, and what happened. */
export interface RecordingLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}
