/** Datagrams that reached a UDP socket whose buffer was full. */
import { readFileSync } from 'node:fs';

/** Drops since their opening of the UDP sockets that are bound to these ports. */
export function socketDrops(ports: readonly number[]): number {
  return sumDrops(readFileSync('/proc/net/udp', 'utf8') + readFileSync('/proc/net/udp6', 'utf8'), ports);
}

/** The same from the text of /proc/net/udp: the local address ends with the port in hexadecimal, drops stand last. */
export function sumDrops(table: string, ports: readonly number[]): number {
  let sum = 0;
  for (const line of table.split('\n')) {
    const fields = line.trim().split(/\s+/);
    const port = /:([0-9A-F]{4})$/.exec(fields[1] ?? '')?.[1];
    if (port !== undefined && ports.includes(Number.parseInt(port, 16))) sum += Number(fields.at(-1));
  }
  return sum;
}
