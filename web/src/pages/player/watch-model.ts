/** How the watch page is laid out, and its chat. */
import { effect, signal } from '@preact/signals';
import { ChatModel } from '../../chat/chat-model.ts';
import { isRoomName } from '../../settings/access.ts';
import { readStored, writeStored } from '../../settings/storage.ts';
import { player } from './player-model.ts';

const FOLDED = 'chat.folded';

export class WatchModel {
  readonly chat = new ChatModel();
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
      if (player.isActive.value) this.joinChat();
    });
  }

  /** Goes into the chat of the room that the page stands at. */
  joinChat(): void {
    const room = player.room.peek().trim();
    if (isRoomName(room)) this.chat.join(room, player.token.peek().trim());
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
