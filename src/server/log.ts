/** The log: one event a line, for machines as JSON or for people as text. */
import { pino } from 'pino';
import type { Logger } from 'pino';

export interface LogOptions {
  level: string;
  format: 'json' | 'pretty';
}

/** What a terminal would obey, and what looks like another line: clients have a say in what is logged. */
const CONTROL = /[\p{Cc}\u2028\u2029]/gu;

/** Columns for the names of facts in a block. */
const BLOCK_NAME_WIDTH = 10;

/** Where lines go. */
export interface LogSink {
  write(line: string): unknown;
}

export interface ServerLog {
  logger: Logger;
  /** Writes facts and warnings together: as a block for people, as an event each for machines. */
  announce(message: string, facts: Readonly<Record<string, string>>, warnings: readonly string[]): void;
  /** Logs what a worker wrote: a JSON line as it is, anything else as the message of an event. */
  passOn(worker: number, line: string): void;
}

/** Makes the log of this process. */
export function createLog({ level, format }: LogOptions, sink: LogSink = process.stdout): ServerLog {
  const destination: LogSink = format === 'json' ? sink : { write: (line) => sink.write(formatLine(line)) };
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: levelName } };
  const logger = pino(options, { write: (line) => void destination.write(line) });
  return {
    logger,
    announce(message, facts, warnings) {
      if (format === 'json' || !logger.isLevelEnabled('info')) {
        logger.info(facts, message);
        for (const warning of warnings) logger.warn(warning);
      } else {
        sink.write(formatBlock(message, facts, warnings));
      }
    },
    passOn(worker, line) {
      if (parseLine(line) === undefined) logger.warn({ worker }, line);
      else destination.write(`${line}\n`);
    },
  };
}

function levelName(label: string): { level: string } {
  return { level: label };
}

/** "12:30:01.123 INFO  message key=value ..." of a JSON line. */
export function formatLine(line: string): string {
  const entry = parseLine(line);
  if (entry === undefined) return line.endsWith('\n') ? line : `${line}\n`;
  const { level, time, msg, err, ...rest } = entry;
  const clock = typeof time === 'string' ? time.slice(11, 23) : new Date(Number(time)).toISOString().slice(11, 23);
  const fields = Object.entries(rest).map(([key, value]) => ` ${key}=${formatValue(value)}`);
  return `${clock} ${formatLevel(level).padEnd(5)} ${formatValue(msg)}${fields.join('')}\n${formatError(err)}`;
}

function formatBlock(message: string, facts: Readonly<Record<string, string>>, warnings: readonly string[]): string {
  const lines = Object.entries(facts).map(([name, value]) => `  ${name.padEnd(BLOCK_NAME_WIDTH)} ${value}\n`);
  return `\n${message}\n${lines.join('')}${warnings.map((warning) => `  ! ${warning}\n`).join('')}\n`;
}

function parseLine(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function formatLevel(level: unknown): string {
  const name = typeof level === 'number' ? (pino.levels.labels[level] ?? String(level)) : formatValue(level);
  return name.toUpperCase();
}

function formatValue(value: unknown): string {
  const text = typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
  return text.replace(CONTROL, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function formatError(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('stack' in error)) return '';
  return `${String(error.stack)}\n`;
}
