/** Settings that are fine by themselves and cannot be together. */
import { SETTINGS } from './schema.ts';
import type { Config } from './schema.ts';

const LARGEST_PORT = 65_535;

/** One setting that cannot be used. */
export interface ConfigFault {
  /** The variable. */
  name: string;
  /** Its value, masked where it is secret. */
  value: string;
  /** What is allowed. */
  allowed: string;
}

/** What a configuration says that cannot be. */
export function findContradictions(config: Config): ConfigFault[] {
  const faults: ConfigFault[] = [];
  const needs = (key: keyof typeof SETTINGS, reason: string): void => {
    faults.push({ name: SETTINGS[key].name, value: '', allowed: `${SETTINGS[key].type.allowed}; ${reason}` });
  };
  if (config.turnUrls.length > 0) {
    if (config.turnUsername === '') needs('turnUsername', 'TURN_URLS needs a user name');
    if (config.turnPassword === '') needs('turnPassword', 'TURN_URLS needs a password');
  }
  if (config.tlsCertFile !== '' && config.tlsKeyFile === '') needs('tlsKeyFile', 'TLS_CERT_FILE needs it');
  if (config.tlsKeyFile !== '' && config.tlsCertFile === '') needs('tlsCertFile', 'TLS_KEY_FILE needs it');
  const { authToken, adminToken, roomTokens, jwtSecret, jwtKeySetUrl } = config;
  const hasTokens =
    [authToken, adminToken, jwtSecret, jwtKeySetUrl, config.oidcIssuer].some((text) => text !== '') ||
    roomTokens.size > 0;
  if (config.guestRole === 'none' && !hasTokens) {
    needs(
      'authToken',
      'with GUEST_ROLE=none nobody could do anything without it, ROOM_TOKENS, JWT_SECRET or JWT_JWKS_URL',
    );
  }
  // A key that is missing by mistake would leave the server open.
  if (config.jwtIssuer + config.jwtAudience !== '' && jwtSecret === '' && jwtKeySetUrl === '') {
    needs('jwtSecret', 'JWT_ISSUER and JWT_AUDIENCE need it, or JWT_JWKS_URL');
  }
  const { udpPort, tcpPort, mediaWorkers } = config;
  for (const [key, port] of Object.entries({ udpPort, tcpPort })) {
    const last = Number(port) + mediaWorkers - 1;
    if (typeof port === 'number' && port > 0 && last > LARGEST_PORT) {
      needs(key as 'udpPort' | 'tcpPort', `MEDIA_WORKERS=${mediaWorkers} takes the ports from ${port} to ${last}`);
    }
  }
  if (config.oidcIssuer !== '') {
    if (config.oidcClientId === '') needs('oidcClientId', 'OIDC_ISSUER needs it');
    if (config.oidcClientSecret === '') needs('oidcClientSecret', 'OIDC_ISSUER needs it');
  }
  if (config.webhookUrls.length > 0 && config.webhookSecret === '') needs('webhookSecret', 'WEBHOOK_URLS needs it');
  if (config.uploadRecordings) {
    for (const key of ['s3Endpoint', 's3Bucket', 's3AccessKey', 's3SecretKey'] as const) {
      if (config[key] === '') needs(key, 'UPLOAD_RECORDINGS needs it');
    }
  }
  return faults;
}
