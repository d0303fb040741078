/** Chromium makes offers, our code answers, and Chromium says what it understood. Nothing connects. */
import type { Browser, Page } from 'playwright-core';
import { parse } from 'sdp-transform';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EXTENSION } from '../../src/protocol/sdp/extensions.ts';
import { negotiatePlay, negotiatePublish } from '../../src/protocol/sdp/negotiate.ts';
import { parseOffer } from '../../src/protocol/sdp/parse-offer.ts';
import type { Negotiation, Offer, SdpResult } from '../../src/protocol/sdp/types.ts';
import { writeAnswer } from '../../src/protocol/sdp/write-answer.ts';
import { launchBrowser } from '../support/browser.ts';

/** What the page tells of a transceiver after the answer. */
interface Understood {
  kind: string;
  direction: string | null;
  /** In order of preference: of a sender what was agreed on, of a receiver all that the browser offered. */
  codecs: string[];
  extensions: string[];
  rids: string[];
  streamId: string | undefined;
}

/** Functions of the page: an offer for a role, and what became of the answer. */
const SCRIPT = `
  let connection, streamIds;
  async function makeOffer({ role, codec, layers, bundlePolicy }) {
    connection = new RTCPeerConnection({ bundlePolicy });
    streamIds = new Map();
    connection.addEventListener('track', ({ transceiver, streams }) => streamIds.set(transceiver.mid, streams[0]?.id));
    const direction = role === 'publish' ? 'sendonly' : 'recvonly';
    const sendEncodings = layers.map((rid, index) => ({ rid, scaleResolutionDownBy: 2 ** (layers.length - 1 - index) }));
    const picture = document.createElement('canvas');
    picture.getContext('2d');
    const sound = new AudioContext().createMediaStreamDestination();
    const stream = new MediaStream([...sound.stream.getTracks(), ...picture.captureStream(5).getTracks()]);
    for (const kind of ['audio', 'video']) {
      const track = stream.getTracks().find((candidate) => candidate.kind === kind);
      const transceiver = connection.addTransceiver(role === 'publish' ? track : kind, {
        direction,
        ...(role === 'publish' && { streams: [stream] }),
        ...(role === 'publish' && kind === 'video' && layers.length > 0 && { sendEncodings }),
      });
      if (kind === 'audio' || codec === undefined) continue;
      const { codecs } = (role === 'publish' ? RTCRtpSender : RTCRtpReceiver).getCapabilities('video');
      const wanted = codecs.filter((candidate) => candidate.mimeType === 'video/' + codec);
      transceiver.setCodecPreferences([...wanted, ...codecs.filter((candidate) => candidate.mimeType === 'video/rtx')]);
    }
    await connection.setLocalDescription();
    return connection.localDescription.sdp;
  }
  async function takeAnswer(sdp) {
    await connection.setRemoteDescription({ type: 'answer', sdp });
    const understood = connection.getTransceivers().map(({ sender, receiver, mid, currentDirection }) => {
      const side = currentDirection === 'sendonly' ? sender : receiver;
      const parameters = side.getParameters();
      return {
        kind: receiver.track.kind,
        direction: currentDirection,
        codecs: parameters.codecs.map((codec) => codec.mimeType),
        extensions: parameters.headerExtensions.map((extension) => extension.uri),
        rids: (sender.getParameters().encodings ?? []).filter((encoding) => encoding.active && encoding.rid)
          .map((encoding) => encoding.rid),
        streamId: streamIds.get(mid),
      };
    });
    const state = connection.signalingState;
    // The browser writes this anew from what it understood.
    const { sdp: remote } = connection.remoteDescription;
    connection.close();
    return { state, understood, remote };
  }
`;

let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  page = await browser.newPage();
  await page.addScriptTag({ content: SCRIPT });
});
afterEach(() => page.close());

interface Wanted {
  role: 'publish' | 'play';
  codec?: string;
  layers?: string[];
  bundlePolicy?: string;
}

function valueOf<T>(result: SdpResult<T>): T {
  if (!result.ok) throw new Error(result.detail);
  return result.value;
}

function answer(offer: Offer, role: Wanted['role']): { negotiation: Negotiation; text: string } {
  const negotiation = valueOf(role === 'publish' ? negotiatePublish(offer) : negotiatePlay(offer));
  const text = writeAnswer(negotiation, {
    sessionId: '4611686018427387904',
    ice: { ufrag: 'Ufrag+/1', password: 'Password+/901234567890' },
    fingerprint: Uint8Array.from({ length: 32 }, (_, index) => index),
    candidates: [
      { address: '203.0.113.1', port: 8189, protocol: 'udp' },
      { address: '2001:db8::1', port: 8189, protocol: 'udp' },
      { address: '203.0.113.1', port: 8189, protocol: 'tcp' },
    ],
    streams: negotiation.media.map((_media, index) => ({
      ssrc: 1000 + index,
      rtxSsrc: 2000 + index,
      cname: 'cname',
      streamId: 'stream',
      trackId: `track${index}`,
    })),
  });
  return { negotiation, text };
}

interface Exchange {
  negotiation: Negotiation;
  audio: Understood;
  video: Understood;
  /** Encoding names of the answer's video section as the browser understood it. */
  answered: string[];
}

async function exchange(wanted: Wanted): Promise<Exchange> {
  const options = { layers: [], bundlePolicy: 'balanced', ...wanted };
  const offered = await page.evaluate<string>(`makeOffer(${JSON.stringify(options)})`);
  const { negotiation, text } = answer(valueOf(parseOffer(offered)), wanted.role);
  const { state, understood, remote } = await page.evaluate<{
    state: string;
    understood: Understood[];
    remote: string;
  }>(`takeAnswer(${JSON.stringify(text)})`);
  expect(state).toBe('stable');
  const [audio, video] = understood;
  if (audio === undefined || video === undefined) throw new Error('a transceiver is missing');
  const answered = (parse(remote).media[1]?.rtp ?? []).map((format) => format.codec);
  return { negotiation, audio, video, answered };
}

describe.each(['VP8', 'VP9', 'H264', 'AV1'])('an offer of %s', (codec) => {
  it('to publish is sent in that codec', async () => {
    const { audio, video } = await exchange({ role: 'publish', codec });
    expect([audio.direction, video.direction]).toEqual(['sendonly', 'sendonly']);
    expect(audio.codecs[0]).toBe('audio/opus');
    expect(video.codecs[0]).toBe(`video/${codec}`);
    expect(video.codecs).toContain('video/rtx');
    expect(video.extensions).toEqual(expect.arrayContaining([EXTENSION.mid, EXTENSION.transportWideCc]));
  });

  it('to play is received in that codec', async () => {
    const { audio, video, answered } = await exchange({ role: 'play', codec });
    expect([audio.direction, video.direction]).toEqual(['recvonly', 'recvonly']);
    expect([audio.streamId, video.streamId]).toEqual(['stream', 'stream']);
    expect(new Set(answered)).toEqual(new Set([codec, 'rtx']));
  });
});

it('an offer of every codec keeps all of them for a viewer', async () => {
  const { negotiation, video, answered } = await exchange({ role: 'play' });
  const names = negotiation.media[1]?.codecs.map((codec) => codec.name) ?? [];
  expect(names).toEqual(expect.arrayContaining(['VP8', 'VP9', 'H264', 'AV1']));
  expect(answered.filter((name) => name !== 'rtx')).toEqual(names);
  expect(video.extensions).toEqual(expect.arrayContaining([EXTENSION.mid, EXTENSION.transportWideCc]));
});

it.each([
  ['VP8', ['q', 'h', 'f']],
  ['H264', ['low', 'high']],
])('simulcast in %s keeps its layers', async (codec, layers) => {
  const { negotiation, video } = await exchange({ role: 'publish', codec, layers });
  expect(negotiation.media[1]?.offered.sendRids).toEqual(layers);
  expect(video.rids).toEqual(layers);
  expect(video.extensions).toEqual(expect.arrayContaining([EXTENSION.rid, EXTENSION.repairedRid]));
});

it.each(['publish', 'play'] as const)('a max-bundle offer to %s is answered whole', async (role) => {
  const { negotiation, video } = await exchange({ role, bundlePolicy: 'max-bundle' });
  expect(negotiation.media).toHaveLength(2);
  expect(video.direction).toBe(role === 'publish' ? 'sendonly' : 'recvonly');
});
