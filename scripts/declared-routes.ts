/** The routes of the HTTP server, for the table of roles. */
import { createHttpServer } from '../src/http/http-server.ts';
import { routeTable } from '../src/http/route-table.ts';
import type { RouteRow } from '../src/http/route-table.ts';
import { openOptions } from '../src/http/testing/open-options.ts';
import type { RoomService } from '../src/sfu/room-service.ts';

/** What the server declares when it is built, without being started. */
export async function declaredRoutes(): Promise<RouteRow[]> {
  const noRooms = (): Promise<never> => Promise.reject(new Error('no media side'));
  const rooms: RoomService = {
    publish: noRooms,
    play: noRooms,
    session: () => undefined,
    patch: noRooms,
    selectLayer: noRooms,
    watch: noRooms,
    remove: noRooms,
    rooms: noRooms,
    room: noRooms,
    closeRoom: noRooms,
  };
  const app = await createHttpServer(openOptions(rooms));
  const rows = routeTable(app);
  await app.close();
  return rows;
}
