/** What a setting is. schema.ts declares them, load.ts reads them from the environment. */

/** How the text of a setting becomes a value. */
export interface ValueType<T> {
  /** What a user may write; completes the sentence "allowed: ...". */
  readonly allowed: string;
  /** The value, or undefined where the text is not allowed. */
  parse(text: string): T | undefined;
}

/** Headings of docs/configuration.md, in their order. */
export const SETTING_GROUPS = [
  'HTTP',
  'Access',
  'Media',
  'Recording',
  'Events',
  'Chat',
  'Limits',
  'Operation',
] as const;

export interface Setting<T> {
  readonly group: (typeof SETTING_GROUPS)[number];
  /** Name of the environment variable. */
  readonly name: string;
  /** As a user would write it; empty where there is none. Also holds where the variable is empty. */
  readonly default: string;
  /** Unit of a plain number, empty where there is none. */
  readonly unit: string;
  /** One or two sentences for the operator. */
  readonly help: string;
  readonly type: ValueType<T>;
  /** True where the value must never be shown. */
  readonly secret: boolean;
}

/** Completes a declaration with the values that most settings have. */
export function setting<T>(
  declaration: Pick<Setting<T>, 'group' | 'name' | 'help' | 'type'> & Partial<Setting<T>>,
): Setting<T> {
  return { default: '', unit: '', secret: false, ...declaration };
}
