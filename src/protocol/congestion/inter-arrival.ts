import type { ReceivedResult } from './packet-result.ts';

/** Packets sent within this time of the first belong to one group, ms (draft-ietf-rmcat-gcc-02 5.2). */
const GROUP_SPAN_MS = 5;
/** Packets that arrive this close together may be one burst of a queue that was held up, ms. */
const BURST_SPAN_MS = 5;
/** A burst ends after this time all the same, ms. */
const MAXIMUM_BURST_MS = 100;
/** An arrival this far behind or ahead of the one before is another clock, ms. */
const MAXIMUM_JUMP_MS = 3000;

interface Group {
  firstSend: number;
  lastSend: number;
  firstArrival: number;
  lastArrival: number;
}

/** How much later than the group before a group was sent, and how much later it arrived, ms. */
export interface GroupDelta {
  sendDelta: number;
  arrivalDelta: number;
  /** When its last packet arrived, on the receiver's clock, ms. */
  arrivalTime: number;
}

/**
 * Groups packets that left together, so that what a burst does to itself does not count as delay of the network
 * (draft-ietf-rmcat-gcc-02 5.2 and 5.3).
 */
export class InterArrival {
  #previous: Group | undefined;
  #current: Group | undefined;

  /** Packets in the order in which they were sent. The difference to the group before, where this one begins another. */
  add({ sendTime, arrivalTime }: ReceivedResult): GroupDelta | undefined {
    const current = this.#current;
    if (current === undefined || Math.abs(arrivalTime - current.lastArrival) > MAXIMUM_JUMP_MS) {
      this.#previous = undefined;
      this.#current = begin(sendTime, arrivalTime);
      return undefined;
    }
    // A packet that was overtaken tells nothing of the queue.
    if (sendTime < current.firstSend) return undefined;
    if (belongs(current, sendTime, arrivalTime)) {
      current.lastSend = Math.max(current.lastSend, sendTime);
      current.lastArrival = Math.max(current.lastArrival, arrivalTime);
      return undefined;
    }
    const delta = this.#previous === undefined ? undefined : difference(this.#previous, current);
    this.#previous = current;
    this.#current = begin(sendTime, arrivalTime);
    return delta;
  }
}

function begin(sendTime: number, arrivalTime: number): Group {
  return { firstSend: sendTime, lastSend: sendTime, firstArrival: arrivalTime, lastArrival: arrivalTime };
}

function belongs(group: Group, sendTime: number, arrivalTime: number): boolean {
  if (sendTime - group.firstSend <= GROUP_SPAN_MS) return true;
  const arrivalDelta = arrivalTime - group.lastArrival;
  const delayGradient = arrivalDelta - (sendTime - group.lastSend);
  return delayGradient < 0 && arrivalDelta <= BURST_SPAN_MS && arrivalTime - group.firstArrival < MAXIMUM_BURST_MS;
}

function difference(previous: Group, current: Group): GroupDelta | undefined {
  const arrivalDelta = current.lastArrival - previous.lastArrival;
  if (arrivalDelta < 0) return undefined;
  return { sendDelta: current.lastSend - previous.lastSend, arrivalDelta, arrivalTime: current.lastArrival };
}
