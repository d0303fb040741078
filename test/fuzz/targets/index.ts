import type { FuzzTarget } from '../target.ts';
import { CHAT_TARGETS } from './chat.ts';
import { DEPENDENCY_DESCRIPTOR_TARGETS } from './dependency-descriptor.ts';
import { DEPACKETIZER_TARGETS } from './depacketizer.ts';
import { FRAMING_TARGETS } from './framing.ts';
import { PAYLOAD_TARGETS } from './payload.ts';
import { RED_TARGETS } from './red.ts';
import { PIPE_TARGETS } from './pipe.ts';
import { RTCP_TARGETS } from './rtcp.ts';
import { RTP_TARGETS } from './rtp.ts';
import { SDP_TARGETS } from './sdp.ts';
import { STUN_TARGETS } from './stun.ts';

/** Every target. A parser of src/protocol that none of them runs fails parsers.test.ts. */
export const TARGETS: readonly FuzzTarget[] = [
  ...STUN_TARGETS,
  ...FRAMING_TARGETS,
  ...RTP_TARGETS,
  ...DEPENDENCY_DESCRIPTOR_TARGETS,
  ...RTCP_TARGETS,
  ...PAYLOAD_TARGETS,
  ...RED_TARGETS,
  ...DEPACKETIZER_TARGETS,
  ...SDP_TARGETS,
  ...PIPE_TARGETS,
  ...CHAT_TARGETS,
];
