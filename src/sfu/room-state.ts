/** What viewers are told of their room while it changes. */
import type { LayerSummary, RoomState } from './room-service.ts';
import type { Room } from './room.ts';

/** A bitrate counts as another one where it differs by more than this share... */
const BITRATE_CHANGE = 0.25;
/** ...and has been told no later than so long ago, ms. */
const BITRATE_INTERVAL_MS = 2000;

/** The state of a room at this moment, monotonic ms. */
export function roomState(room: Room, now: number): RoomState {
  return { active: room.isLive(now), layers: room.videoLayers(now), viewerCount: room.subscriberCount };
}

/** Whether viewers should hear of a state, `elapsed` ms after they were told the one before. */
export function isNews(state: RoomState, told: RoomState, elapsed: number): boolean {
  if (state.active !== told.active || state.viewerCount !== told.viewerCount) return true;
  if (state.layers.length !== told.layers.length) return true;
  return state.layers.some((layer, index) => {
    const before = told.layers[index];
    return before === undefined || !isSameLayer(layer, before) || isOtherBitrate(layer, before, elapsed);
  });
}

function isSameLayer(layer: LayerSummary, before: LayerSummary): boolean {
  const isSameSize = layer.width === before.width && layer.height === before.height;
  return layer.rid === before.rid && layer.active === before.active && isSameSize && isSameScale(layer, before);
}

function isSameScale({ scalable }: LayerSummary, before: LayerSummary): boolean {
  return (
    scalable.length === before.scalable.length &&
    scalable.every(({ spatialLayerId, temporalLayerId, height }, index) => {
      const other = before.scalable[index];
      return (
        spatialLayerId === other?.spatialLayerId && temporalLayerId === other.temporalLayerId && height === other.height
      );
    })
  );
}

function isOtherBitrate(layer: LayerSummary, before: LayerSummary, elapsed: number): boolean {
  if (!layer.active || elapsed < BITRATE_INTERVAL_MS) return false;
  return Math.abs(layer.bitrate - before.bitrate) > BITRATE_CHANGE * Math.max(layer.bitrate, before.bitrate);
}
