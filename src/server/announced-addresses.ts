/** Finds out which addresses clients are told. */
import type { Config } from '../config/schema.ts';
import { SETTINGS } from '../config/schema.ts';
import { addressesToAnnounce } from './addresses.ts';
import { askPublicAddresses } from './ask-public-address.ts';
import type { ServerLog } from './log.ts';

/** The addresses of the settings or of this machine; those that a STUN server sees, where the settings want that. */
export async function announcedAddresses(
  { publicAddresses, stunUrls }: Pick<Config, 'publicAddresses' | 'stunUrls'>,
  { logger }: ServerLog,
): Promise<string[]> {
  if (!publicAddresses.askStun) return addressesToAnnounce(publicAddresses);
  const addresses = await askPublicAddresses(stunUrls);
  if (addresses.length === 0) {
    logger.warn(`No server of ${SETTINGS.stunUrls.name} has told the public address of this machine.`);
  }
  return addressesToAnnounce({ ...publicAddresses, addresses });
}
