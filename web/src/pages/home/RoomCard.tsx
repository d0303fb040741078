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
  const { name, description } = room;
  const url = `${pageUrl('player', name)}&autostart=1`;
  const show = (): void => {
    if (hasPicture(room)) home.showPreview(room);
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
      <PictureLink room={room} url={url} />
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
        <Facts room={room} />
        {description !== undefined && description !== '' && (
          <p class="live-description hint" data-testid="description">
            {description}
          </p>
        )}
        <div class="live-actions">
          <CopyLink room={name} title={title} />
          {hasPicture(room) && <PreviewButton room={room} />}
        </div>
      </div>
    </li>
  );
}

interface PictureLinkProps {
  room: Room;
  url: string;
}

/** The title is the same link; once is enough for the keyboard and for screen readers. */
function PictureLink({ room, url }: PictureLinkProps) {
  const { liveSince } = room;
  return (
    <a class="tile-picture live-picture" href={url} tabIndex={-1} aria-hidden="true">
      <RoomPicture room={room} />
      <span class="live-badge">
        <span class="live-dot" />
        {messages.value.home.live}
      </span>
      {liveSince !== undefined && <Duration since={Date.parse(liveSince)} />}
    </a>
  );
}

/** How many watch, and the room's name where it is not its title. */
function Facts({ room }: { room: Room }) {
  const { name, subscribers } = room;
  return (
    <p class="live-facts hint">
      <span class="live-viewers" data-testid="viewers" data-count={subscribers}>
        <Icon name="viewers" />
        {messages.value.home.viewers(subscribers)}
      </span>
      {titleOf(room) !== name && <span data-testid="room-name">{name}</span>}
    </p>
  );
}

function PreviewButton({ room }: { room: Room }) {
  const isPreviewed = home.preview.room.value === room.name;
  const label = messages.value.home.preview(titleOf(room));
  return (
    <button
      type="button"
      class="button quiet icon-only"
      aria-label={label}
      title={label}
      aria-pressed={isPreviewed}
      onClick={() => (isPreviewed ? home.preview.hide(room.name) : home.showPreview(room))}
      data-testid="preview"
    >
      <Icon name={isPreviewed ? 'hide' : 'show'} />
    </button>
  );
}

function hasPicture({ tracks }: Room): boolean {
  return tracks.some(({ kind }) => kind === 'video');
}
