/** What the feedback of viewers costs a media worker: its CPU while they report, beside that while they are silent. */
import { SHAPES } from './load/shape.ts';
import { LoadedTarget } from './measure/loaded-target.ts';
import { pause, SETTLE_MS } from './measure/pause.ts';
import { startOwnServer } from './measure/target.ts';

/** Viewers where no number is given. */
export const FEEDBACK_VIEWERS = 1000;

export interface FeedbackFigures {
  viewers: number;
  /** Shares of a core: before, while all report, and after. */
  before: number;
  reporting: number;
  after: number;
  /** What reporting adds. */
  added: number;
}

/** Measures in a room with next to no packets; each part takes `durationMs`. */
export async function measureFeedback(options: { viewers: number; durationMs: number }): Promise<FeedbackFigures> {
  const { viewers, durationMs } = options;
  const loaded = await LoadedTarget.start(await startOwnServer(), SHAPES.sparse);
  const share = async (): Promise<number> => {
    await pause(SETTLE_MS);
    return (await loaded.measure(durationMs)).mediaCpuShares[0] ?? Number.NaN;
  };
  try {
    await loaded.add(viewers);
    const before = await share();
    await loaded.report(true);
    const reporting = await share();
    await loaded.report(false);
    const after = await share();
    return { viewers, before, reporting, after, added: reporting - (before + after) / 2 };
  } finally {
    await loaded.end();
  }
}

export function describeFeedback({ viewers, before, reporting, after, added }: FeedbackFigures): string {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  return [
    `${viewers} viewers, each with a receiver report and a transport feedback a second, a twentieth with a NACK:`,
    `${percent(added)} of a core (${percent(reporting)} beside ${percent(before)} before and ${percent(after)} after).`,
  ].join('\n');
}
