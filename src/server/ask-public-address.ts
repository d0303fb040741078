/** Asks STUN servers by which address this machine is seen from outside (RFC 8489 2). */
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { canonicalAddress } from '../config/address-types.ts';
import { BINDING_METHOD, TRANSACTION_ID_BYTES } from '../protocol/stun/header.ts';
import { findAttribute, parseStunMessage, writeStunMessage } from '../protocol/stun/message.ts';

/** Requests to one server, and the wait for an answer to each: milliseconds. */
const ATTEMPTS = 3;
const ATTEMPT_TIMEOUT = 500;
const DEFAULT_PORT = 3478;

/** Names may take long to be looked up where there is no network: the start waits no longer than this, ms. */
const TOTAL_TIMEOUT = 3000;

/** The addresses that the first server to answer over each family saw, IPv4 first; empty where none answers. */
export async function askPublicAddresses(stunUrls: readonly string[]): Promise<string[]> {
  const families = [askOverFamily(4, stunUrls), askOverFamily(6, stunUrls)];
  const answers = await Promise.all(families.map((answer) => Promise.race([answer, waitInVain()])));
  return answers.filter((address) => address !== undefined);
}

function waitInVain(): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, TOTAL_TIMEOUT, undefined).unref());
}

async function askOverFamily(family: 4 | 6, stunUrls: readonly string[]): Promise<string | undefined> {
  const answers = stunUrls.map(async (url) => {
    const server = parseStunUrl(url);
    const address = server === undefined ? undefined : await askServer(server, family);
    if (address === undefined) throw new Error('no answer');
    return address;
  });
  return Promise.any(answers).catch(() => undefined);
}

interface StunServer {
  host: string;
  port: number;
}

/** 'stuns' servers speak TLS and are left out. */
function parseStunUrl(url: string): StunServer | undefined {
  const match = /^stun:(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(url);
  const host = match?.[1] ?? match?.[2];
  return host === undefined ? undefined : { host, port: Number(match?.[3] ?? DEFAULT_PORT) };
}

async function askServer({ host, port }: StunServer, family: 4 | 6): Promise<string | undefined> {
  const target = await lookup(host, { family }).catch(() => undefined);
  return target === undefined ? undefined : exchange(target.address, port, family);
}

function exchange(address: string, port: number, family: 4 | 6): Promise<string | undefined> {
  const transactionId = randomBytes(TRANSACTION_ID_BYTES);
  const request = writeStunMessage(
    { class: 'request', method: BINDING_METHOD, transactionId, attributes: [] },
    { fingerprint: false },
  );
  return new Promise((resolve) => {
    const socket = createSocket(family === 4 ? 'udp4' : 'udp6');
    let attempts = 0;
    let timer: NodeJS.Timeout | undefined;
    const finish = (result: string | undefined): void => {
      clearTimeout(timer);
      socket.removeAllListeners('message').close();
      resolve(result);
    };
    const attempt = (): void => {
      if (attempts++ === ATTEMPTS) {
        finish(undefined);
        return;
      }
      timer = setTimeout(attempt, ATTEMPT_TIMEOUT);
      // A network that cannot be reached shows as silence.
      socket.send(request, port, address, () => undefined);
    };
    socket.on('error', () => undefined);
    socket.on('message', (datagram) => {
      const mapped = mappedAddress(datagram, transactionId);
      if (mapped !== undefined) finish(mapped);
    });
    attempt();
  });
}

function mappedAddress(datagram: Uint8Array, transactionId: Uint8Array): string | undefined {
  const message = parseStunMessage(datagram);
  if (message?.class !== 'success' || Buffer.compare(message.transactionId, transactionId) !== 0) return undefined;
  const attribute = findAttribute(message, 'xor-mapped-address');
  return attribute === undefined ? undefined : canonicalAddress(attribute.address);
}
