/** The certificate of HTTPS: read at the start, and again whenever the operator has renewed it. */
import { readFileSync } from 'node:fs';
import type { Server } from 'node:net';
import { createSecureContext, Server as TlsServer } from 'node:tls';
import { SETTINGS } from '../config/schema.ts';
import type { TlsFiles } from '../http/http-options.ts';
import type { ServerLog } from './log.ts';
import { StartError } from './start-error.ts';

export interface TlsPaths {
  tlsCertFile: string;
  tlsKeyFile: string;
}

/** The files' content; undefined where none are configured. Throws a StartError where they cannot be used. */
export function readTlsFiles({ tlsCertFile, tlsKeyFile }: TlsPaths): TlsFiles | undefined {
  if (tlsCertFile === '') return undefined;
  const files = {
    cert: read(SETTINGS.tlsCertFile.name, tlsCertFile),
    key: read(SETTINGS.tlsKeyFile.name, tlsKeyFile),
  };
  try {
    createSecureContext(files);
  } catch (error) {
    const names = `${SETTINGS.tlsCertFile.name} and ${SETTINGS.tlsKeyFile.name}`;
    const reason = `${names} are no certificate and its key in PEM: ${describe(error)}.`;
    throw new StartError(`HTTPS cannot start: ${reason}`, { cause: error });
  }
  return files;
}

/** Reads the certificate again, for the connections that come; the old one stays where the new one cannot be used. */
export function reloadTls(server: Server, paths: TlsPaths, { logger }: ServerLog): void {
  if (!(server instanceof TlsServer)) return;
  try {
    const files = readTlsFiles(paths);
    if (files !== undefined) server.setSecureContext(files);
    logger.info('the certificate has been read again');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    logger.error({ reason }, 'the certificate stays as it was');
  }
}

function read(name: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new StartError(`HTTPS cannot start: ${name}=${path} cannot be read: ${describe(error)}.`, { cause: error });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'this user may not read it',
  EISDIR: 'it is a directory',
  ERR_OSSL_X509_KEY_VALUES_MISMATCH: 'the key belongs to another certificate',
};

function describe(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return REASONS[code ?? ''] ?? message;
}
