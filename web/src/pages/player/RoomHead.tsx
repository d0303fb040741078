/** What is being watched: the room's title, how many watch, and what the room says of itself. */
import { Icon } from '../../components/Icon.tsx';
import { messages } from '../../i18n/language.ts';
import { player } from './player-model.ts';
import { watch } from './watch-model.ts';

export function RoomHead() {
  const texts = messages.value;
  const title = watch.title.value;
  if (title === undefined) return <h1 class="visually-hidden">{texts.player.title}</h1>;
  const room = player.room.value.trim();
  const viewers = player.broadcast.viewers.value;
  const description = watch.about.value?.description;
  return (
    <header class="watch-head">
      <h1 data-testid="room-title">{title}</h1>
      <p class="hint watch-facts">
        {viewers !== undefined && (
          <span class="watch-viewers" data-testid="viewers" data-count={viewers}>
            <Icon name="viewers" />
            {texts.home.viewers(viewers)}
          </span>
        )}
        {title !== room && <span>{room}</span>}
      </p>
      {description !== undefined && (
        <p class="hint watch-description" data-testid="description">
          {description}
        </p>
      )}
    </header>
  );
}
