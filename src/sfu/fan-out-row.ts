/** The row of a viewer in a fan-out table, from what was negotiated and where its stream stands. */
import { EXTENSION } from '../protocol/sdp/extensions.ts';
import type { AcceptedMedia, Codec, HeaderExtension } from '../protocol/sdp/types.ts';
import type { FanOutRow } from './fan-out-table.ts';
import type { SourceTrack } from './sink.ts';
import type { SubscriberTrack } from './subscriber-track.ts';

/** Extensions that name the stream on its own connection, and mean nothing on another. */
const PER_CONNECTION: ReadonlySet<string> = new Set([
  EXTENSION.mid,
  EXTENSION.rid,
  EXTENSION.repairedRid,
  EXTENSION.transportWideCc,
  EXTENSION.absoluteSendTime,
]);

export function describeRow(track: SubscriberTrack, codec: Codec, source: SourceTrack): FanOutRow {
  const { peer, media, ssrc, twoByteExtensions } = track.options;
  const { sequence, timestamp, picture } = track.offsets;
  const renumbered = codec.name === 'VP8' && (picture.pictureId !== 0 || picture.tl0PictureIndex !== 0);
  return {
    peer,
    ssrc,
    payloadType: codec.payloadType,
    sequenceOffset: sequence,
    timestampOffset: timestamp,
    mid: midExtension(media),
    extensionIds: extensionIds(source.extensions, media.extensions),
    twoByteExtensions,
    vp8: renumbered
      ? { pictureIdOffset: picture.pictureId, tl0PictureIndexOffset: picture.tl0PictureIndex }
      : undefined,
    transportSequenceId: track.numbered ? (track.options.transportSequenceId ?? 0) : 0,
  };
}

/** The MID extension of a viewer's section, where it has negotiated one (RFC 9143 9.2). */
export function midExtension(media: AcceptedMedia): { id: number; value: string } | undefined {
  const id = media.extensions.find((extension) => extension.uri === EXTENSION.mid)?.id;
  return id === undefined ? undefined : { id, value: media.offered.mid };
}

/** Id of the transport-wide sequence number extension, where this section can have numbers. */
export function transportSequenceId({ codecs, extensions }: AcceptedMedia): number | undefined {
  const supported = codecs.every(
    ({ feedback, rtxPayloadType }) => feedback.includes('transport-cc') && rtxPayloadType !== undefined,
  );
  return supported ? extensions.find(({ uri }) => uri === EXTENSION.transportWideCc)?.id : undefined;
}

/** The viewer's id for each of the publisher's header extensions that goes through. */
export function extensionIds(from: readonly HeaderExtension[], to: readonly HeaderExtension[]): Map<number, number> {
  const ids = new Map<number, number>();
  for (const { id, uri } of from) {
    if (PER_CONNECTION.has(uri)) continue;
    const target = to.find((extension) => extension.uri === uri);
    if (target !== undefined) ids.set(id, target.id);
  }
  return ids;
}
