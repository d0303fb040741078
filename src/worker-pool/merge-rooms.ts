/** One room out of what several workers say of it. */
import type { RoomDetail, RoomSummary } from '../sfu/room-service.ts';
import type { WorkerRoomDetail, WorkerRoomSummary } from '../worker-protocol.ts';

/** The room; undefined where no worker says anything. All are of the same name. */
export function mergeSummaries(summaries: readonly WorkerRoomSummary[]): RoomSummary | undefined {
  const source = summaries.toSorted(compareKnowledge)[0];
  if (source === undefined) return undefined;
  const { name, live, liveSince, tracks, warnings } = source;
  const subscribers = summaries.reduce((sum, summary) => sum + summary.subscribers, 0);
  return { name, live, liveSince, tracks, subscribers, warnings };
}

/** The same with the sessions of all workers, those of the publisher's worker first. */
export function mergeDetails(details: readonly WorkerRoomDetail[]): RoomDetail | undefined {
  const merged = mergeSummaries(details);
  const sessions = details.toSorted(compareKnowledge).flatMap((detail) => detail.sessions);
  return merged && { ...merged, sessions };
}

/** Rooms of all workers as one list in the order of their names. */
export function mergeLists(lists: readonly (readonly WorkerRoomSummary[])[]): RoomSummary[] {
  const byName = new Map<string, WorkerRoomSummary[]>();
  for (const summary of lists.flat()) byName.set(summary.name, [...(byName.get(summary.name) ?? []), summary]);
  const rooms = [...byName.values()].flatMap((summaries) => mergeSummaries(summaries) ?? []);
  return rooms.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The publisher's own worker knows most; of two, while a publisher takes the room over, the one that went live last. */
function compareKnowledge(a: WorkerRoomSummary, b: WorkerRoomSummary): number {
  const rank = { local: 0, pipe: 1, none: 2 };
  return rank[a.origin] - rank[b.origin] || (b.liveSince ?? 0) - (a.liveSince ?? 0);
}
