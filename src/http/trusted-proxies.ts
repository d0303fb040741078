/** Which addresses are those of TRUST_PROXY. */
import { parseNetwork } from '../moderation/network.ts';

/** The names that Fastify knows, too. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

/** Tells the addresses of proxies from others. `proxies`: addresses, networks, and names. */
export function proxyMatcher(proxies: readonly string[]): (address: string) => boolean {
  const networks = proxies.flatMap((proxy) => NAMED[proxy] ?? [proxy]).map(parseNetwork);
  return (address) => networks.some((network) => network?.includes(address) === true);
}
