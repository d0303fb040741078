/** Ends with 0 where the server of this container answers /healthz, with 1 otherwise. For Docker's HEALTHCHECK. */
import { get as getHttp } from 'node:http';
import { get as getHttps } from 'node:https';

const { host, port } = addressOf(process.env.HTTP_ADDR || ':8080');
// The certificate is for a name, not for this address: it says nothing about the server's health.
const options = { host, port, path: '/healthz', timeout: 4000, rejectUnauthorized: false };
const request = (process.env.TLS_CERT_FILE ? getHttps : getHttp)(options, (response) => {
  process.exit(response.statusCode === 200 ? 0 : 1);
});
request.on('timeout', () => process.exit(1));
request.on('error', () => process.exit(1));

/** The address to ask, of what HTTP_ADDR says: ':8080', '192.0.2.1:8080', '[::1]:8080'. */
function addressOf(text) {
  const separator = text.lastIndexOf(':');
  const host = text.slice(0, separator).replace(/^\[|\]$/g, '');
  const everywhere = host === '' || host === '0.0.0.0' || host === '::';
  return { host: everywhere ? '127.0.0.1' : host, port: Number(text.slice(separator + 1)) };
}
