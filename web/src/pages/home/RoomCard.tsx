/** One live room: its picture, what it is called, and the ways to it. */
import type { Room } from '../../../../src/http/api-schemas.ts';
import { Duration } from '../../components/Duration.tsx';
import { Icon } from '../../components/Icon.tsx';
import { messages } from '../../i18n/language.ts';
import { pageUrl } from '../../settings/access.ts';
import { CopyLink } from './CopyLink.tsx';
import { home } from './home-model.ts';
import { titleOf } from './live-rooms.ts';
import { RoomPicture } from './RoomPicture.tsx';

export function RoomCard({ room }: { room: Room }) {
  const texts = messages.value.home;
  const title = titleOf(room);
  const { name, description, liveSince, subscribers } = room;
  const url = `${pageUrl('player', name)}&autostart=1`;
  const isPreviewed = home.preview.room.value === name;
  const hasPicture = room.tracks.some(({ kind }) => kind === 'video');
  const show = (): void => {
    if (hasPicture) home.showPreview(room);
  };
  const hide = (): void => home.preview.hide(name);
  return (
    <li
      class="tile live-card"
      data-testid="live-room"
      data-room={name}
      onPointerEnter={(event) => {
        if (event.pointerType === 'mouse') show();
      }}
      onPointerLeave={(event) => {
        if (event.pointerType === 'mouse') hide();
      }}
      onFocusOut={(event) => {
        if (!(event.relatedTarget instanceof Node) || !event.currentTarget.contains(event.relatedTarget)) hide();
      }}
    >
      {/* The title is the same link; once is enough for the keyboard and for screen readers. */}
      <a class="tile-picture live-picture" href={url} tabIndex={-1} aria-hidden="true">
        <RoomPicture room={room} />
        <span class="live-badge">
          <span class="live-dot" />
          {texts.live}
        </span>
        {liveSince !== undefined && <Duration since={Date.parse(liveSince)} />}
      </a>
      <div class="tile-body live-body">
        <h2>
          <a
            href={url}
            aria-label={texts.watch(title)}
            onFocus={(event) => {
              if (event.currentTarget.matches(':focus-visible')) show();
            }}
            data-testid="open"
          >
            {title}
          </a>
        </h2>
        <p class="live-facts hint">
          <span class="live-viewers" data-testid="viewers" data-count={subscribers}>
            <Icon name="viewers" />
            {texts.viewers(subscribers)}
          </span>
          {title !== name && <span data-testid="room-name">{name}</span>}
        </p>
        {description !== undefined && description !== '' && (
          <p class="live-description hint" data-testid="description">
            {description}
          </p>
        )}
        <div class="live-actions">
          <CopyLink room={name} title={title} />
          {hasPicture && (
            <button
              type="button"
              class="button quiet icon-only"
              aria-label={texts.preview(title)}
              title={texts.preview(title)}
              aria-pressed={isPreviewed}
              onClick={() => (isPreviewed ? hide() : show())}
              data-testid="preview"
            >
              <Icon name={isPreviewed ? 'hide' : 'show'} />
            </button>
          )}
        </div>
      </div>
    </li>
  );
}
