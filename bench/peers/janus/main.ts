/**
 * Janus with WHIP and WHEP, for `npm run bench:compare`: starts the janus of Debian's package with the configuration of
 * this folder and speaks its API for the load. POST /whip and /whep on port 8098.
 */
import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { answerFor } from './swap-roles.ts';
import { Videoroom } from './videoroom.ts';

const PORT = 8098;
const START_ATTEMPTS = 50;

const janus = spawn('janus', ['-F', import.meta.dirname], { stdio: ['ignore', 'ignore', 'inherit'] });
process.on('SIGTERM', () => {
  janus.kill();
  process.exit(0);
});

const room = await openRoom();
createServer((request, response) => {
  void handle(request).then(
    (answer) => response.writeHead(answer === undefined ? 204 : 201, { 'Content-Type': 'application/sdp' }).end(answer),
    (error: unknown) => response.writeHead(400).end(String(error)),
  );
}).listen(PORT, '127.0.0.1');

async function openRoom(): Promise<Videoroom> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await Videoroom.open('http://127.0.0.1:8088');
    } catch (error) {
      if (attempt === START_ATTEMPTS) throw error;
      await delay(200);
    }
  }
}

async function handle(request: IncomingMessage): Promise<string | undefined> {
  if (request.method !== 'POST') return undefined;
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const offer = Buffer.concat(chunks).toString();
  if (request.url === '/whip') return room.publish(offer);
  return room.play((serverOffer) => answerFor(serverOffer, offer));
}
