/** How the watch page is laid out, and its chat. */
import { computed, effect, signal } from '@preact/signals';
import { ChatModel } from '../../chat/chat-model.ts';
import { isRoomName } from '../../settings/access.ts';
import { readStored, writeStored } from '../../settings/storage.ts';
import { AboutRoom } from './about-room.ts';
import { player } from './player-model.ts';

const FOLDED = 'chat.folded';

export class WatchModel {
  readonly chat = new ChatModel();
  readonly #aboutRoom = new AboutRoom();
  /** What the room that the page stands at says of itself; undefined where nothing is known of it. */
  readonly about = computed(() => {
    const about = this.#aboutRoom.about.value;
    return about?.room === player.room.value.trim() ? about : undefined;
  });
  /** Of the room that is watched, or was asked about; undefined for none. */
  readonly title = computed(() => {
    const room = player.isActive.value ? player.room.value.trim() : this.about.value?.room;
    return room === undefined ? undefined : (this.about.value?.title ?? room);
  });
  readonly isChatFolded = signal(readStored('localStorage', FOLDED) === '1');
  readonly isTheatre = signal(false);
  readonly showsStatistics = signal(false);
  readonly showsKeys = signal(false);
  readonly showsShare = signal(false);

  constructor() {
    effect(() => {
      document.documentElement.classList.toggle('theatre', this.isTheatre.value);
    });
    effect(() => {
      if (player.isActive.value) this.enter();
    });
  }

  /** Goes into the chat of the room that the page stands at, and asks what the room is called. */
  enter(): void {
    const [room, token] = [player.room.peek().trim(), player.token.peek().trim()];
    if (!isRoomName(room)) return;
    this.chat.join(room, token);
    void this.#aboutRoom.ask(room, token);
  }

  foldChat(isFolded: boolean): void {
    this.isChatFolded.value = isFolded;
    writeStored('localStorage', FOLDED, isFolded ? '1' : '0');
  }

  toggleTheatre(): void {
    this.isTheatre.value = !this.isTheatre.value;
  }

  toggleStatistics(): void {
    this.showsStatistics.value = !this.showsStatistics.value;
  }

  /** Goes to where a token or a password is entered. */
  enterToken(): void {
    this.isTheatre.value = false;
    if (document.fullscreenElement !== null) void document.exitFullscreen().catch(() => undefined);
    window.requestAnimationFrame(() => document.querySelector<HTMLElement>('[data-testid=token]')?.focus());
  }

  /** Shows the chat and goes to where one writes. */
  writeMessage(): void {
    this.foldChat(false);
    window.requestAnimationFrame(() => document.querySelector<HTMLElement>('[data-testid=chat-input]')?.focus());
  }
}

/** The model of this page. */
export const watch = new WatchModel();
