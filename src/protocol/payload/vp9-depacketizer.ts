import { byteAt } from '../../util/bytes.ts';
import type { Depacketizer, DepacketizerResult } from './depacketizer.ts';
import { FrameBytes, MAXIMUM_FRAME_BYTES } from './frame-bytes.ts';
import type { PictureSize } from './picture-size.ts';
import { parseVp9Descriptor, vp9FrameSize, type Vp9Descriptor } from './vp9.ts';
import { Vp9HiddenLayers } from './vp9-hidden-layers.ts';
import { MAXIMUM_SUPERFRAME_FRAMES, splitVp9Superframe, writeVp9Superframe } from './vp9-superframe.ts';

/**
 * VP9 pictures from packets (RFC 9628): the frames of all spatial layers, as one superframe of which the highest layer is
 * shown where there are several.
 */
export class Vp9Depacketizer implements Depacketizer {
  #layers: Uint8Array[] = [];
  readonly #hiddenLayers = new Vp9HiddenLayers();
  readonly #layer = new FrameBytes();
  #layerOpen = false;
  /** Of the layer in hand or the last one. */
  #previous: Vp9Descriptor | undefined;
  #size: PictureSize | undefined;
  #broken = false;

  add(payload: Uint8Array): void {
    if (payload.length === 0) return;
    const descriptor = parseVp9Descriptor(payload);
    if (descriptor === undefined || !this.#follows(descriptor)) {
      this.#broken = true;
      return;
    }
    this.#previous = descriptor;
    this.#size ??= vp9FrameSize(payload);
    this.#layer.add(payload.subarray(descriptor.length));
    this.#layerOpen = !descriptor.endOfFrame;
    if (descriptor.endOfFrame) this.#closeLayer();
  }

  finish(): DepacketizerResult {
    const { layers, size } = { layers: this.#layers, size: this.#size };
    const isEmpty = this.#previous === undefined && !this.#broken;
    const isBroken = this.#broken || this.#layerOpen;
    this.reset();
    if (isEmpty) return { state: 'nothing' };
    const data = isBroken ? undefined : joinLayers(layers, this.#hiddenLayers);
    if (data === undefined) return { state: 'broken' };
    const keyframe = isKeyframe(data);
    return { state: 'frame', data, keyframe, size: keyframe ? size : undefined };
  }

  reset(): void {
    this.#layers = [];
    this.#layer.clear();
    this.#layerOpen = false;
    this.#previous = undefined;
    this.#size = undefined;
    this.#broken = false;
  }

  /** Whether this packet can come next in the picture: in the same layer, or first in a higher one. */
  #follows(descriptor: Vp9Descriptor): boolean {
    if (descriptor.startOfFrame === this.#layerOpen) return false;
    // Without the layer below, a frame that is predicted from it shows what the encoder never made.
    if (this.#previous === undefined) return !(descriptor.interLayerPredicted && (descriptor.spatialLayer ?? 0) > 0);
    if (descriptor.pictureId !== this.#previous.pictureId) return false;
    const step = (descriptor.spatialLayer ?? 0) - (this.#previous.spatialLayer ?? 0);
    if (!descriptor.startOfFrame) return step === 0;
    return step === 1 || (step > 1 && !descriptor.interLayerPredicted);
  }

  #closeLayer(): void {
    const layer = this.#layer.take();
    if (layer === undefined || layer.length === 0) this.#broken = true;
    else this.#layers.push(layer);
  }
}

/** Undefined where the layers make no picture that one superframe can hold. */
function joinLayers(layers: readonly Uint8Array[], hiddenLayers: Vp9HiddenLayers): Uint8Array | undefined {
  const [first] = layers;
  if (first === undefined || !hasFrameMarker(first)) return undefined;
  // An encoder may have put an index behind a layer; it would hide the ones before it.
  const frames = hiddenLayers.hide(layers.flatMap(splitVp9Superframe));
  if (layers.length === 1) return first;
  const length = frames.reduce((sum, frame) => sum + frame.length, 0);
  if (frames.length > MAXIMUM_SUPERFRAME_FRAMES || length > MAXIMUM_FRAME_BYTES) return undefined;
  return writeVp9Superframe(frames);
}

function hasFrameMarker(frame: Uint8Array): boolean {
  return byteAt(frame, 0) >> 6 === 0b10;
}

/** show_existing_frame is 0 and frame_type KEY_FRAME (VP9 bitstream specification 6.2). */
function isKeyframe(frame: Uint8Array): boolean {
  const header = byteAt(frame, 0);
  const isProfile3 = (header & 0x30) === 0x30;
  return (header & (isProfile3 ? 0x06 : 0x0c)) === 0;
}
