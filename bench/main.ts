/**
 * `npm run bench`: what the media worker's forwarding costs, beside the raw limit of the same run, and what joins cost.
 * Options: --load frames,even  --viewers 10,100  --joins  --seconds 8  --rounds 1  --json FILE, each of which measures
 * a part; --smoke, --recording, --chat, --danmaku, --feedback, --capacity and --workers 2 measure something else.
 * docs/performance.md explains all.
 */
import { describeCapacity, describeStep, measureCapacity } from './capacity.ts';
import { describeChat, measureChat } from './chat.ts';
import { describeDanmaku, measureDanmaku } from './danmaku.ts';
import './end-with-signal.ts';
import { describeFeedback, FEEDBACK_VIEWERS, measureFeedback } from './feedback.ts';
import {
  type ForwardingResult,
  FORWARDING_HEAD,
  FORWARDING_LEGEND,
  forwardingRow,
  measureForwarding,
} from './forwarding.ts';
import { describeJoinHolds, describeJoins, JOIN_HOLDS, JOINS } from './join-text.ts';
import { measureJoinHolds } from './measure/join-holds.ts';
import { measureJoins } from './measure/joins.ts';
import type { TargetResult } from './measure/loaded-target.ts';
import { startOwnServer, type Target } from './measure/target.ts';
import { type BenchOptions, parseBenchOptions } from './options.ts';
import { describeRecording, measureRecording } from './recording.ts';
import { writeResult } from './result-file.ts';
import { runSmoke } from './smoke.ts';
import { textTable } from './text-table.ts';
import { compareWorkers, describeWorkers } from './workers.ts';

/** As many as one worker carries beside the load on two cores. */
const WORKERS_VIEWERS = 400;

const options = parseBenchOptions(process.argv.slice(2));
if (options.mode === 'smoke') {
  const isGood = await runSmoke();
  console.log(isGood ? 'The smoke run forwarded everything.' : 'The smoke run lost packets.');
  process.exitCode = isGood ? 0 : 1;
} else {
  console.log(`Written to ${writeResult(await run(options), options.json)}`);
}

async function run(chosen: BenchOptions): Promise<object> {
  switch (chosen.mode) {
    case 'recording': {
      const recording = await measureRecording(chosen);
      console.log(describeRecording(recording));
      return { recording };
    }
    case 'chat': {
      const chat = await measureChat(chosen);
      console.log(describeChat(chat));
      return { chat };
    }
    case 'danmaku': {
      const danmaku = await measureDanmaku(chosen);
      console.log(describeDanmaku(danmaku));
      return { danmaku };
    }
    case 'feedback': {
      const feedback = await measureFeedback({ ...chosen, viewers: chosen.viewers ?? FEEDBACK_VIEWERS });
      console.log(describeFeedback(feedback));
      return { feedback };
    }
    case 'capacity': {
      const startTarget = (): Promise<Target> => startOwnServer({ MEDIA_WORKERS: String(chosen.workers) });
      const onStep = (step: TargetResult): void => console.log(describeStep(step));
      const capacity = await measureCapacity({ startTarget, step: chosen.step, durationMs: chosen.durationMs, onStep });
      console.log(describeCapacity(capacity));
      return { capacity };
    }
    case 'workers': {
      const comparison = await compareWorkers({ ...chosen, viewers: chosen.viewers ?? WORKERS_VIEWERS });
      console.log(describeWorkers(comparison));
      return { comparison };
    }
    case 'smoke':
    case 'table':
      return runTable(chosen);
  }
}

async function runTable(chosen: BenchOptions): Promise<object> {
  const onResult = (result: ForwardingResult): void => console.log(forwardingRow(result).join(' '));
  const forwarding = await measureForwarding(chosen, onResult, console.error);
  const joins = chosen.withJoins ? await measureJoins(JOINS) : undefined;
  const joinHolds = chosen.withJoins ? await measureJoinHolds(JOIN_HOLDS) : undefined;
  if (forwarding.length > 0) {
    console.log(`\n${textTable([FORWARDING_HEAD, ...forwarding.map(forwardingRow)])}\n\n${FORWARDING_LEGEND}`);
  }
  if (joins !== undefined) console.log(`\n${describeJoins(joins)}`);
  if (joinHolds !== undefined) console.log(`\n${describeJoinHolds(joinHolds)}`);
  return { forwarding, joins, joinHolds };
}
