/** Full screen and picture in picture, as far as the browser has them. */

/** iPhones have neither the Fullscreen API nor the Picture-in-Picture API, but these on the video element. */
interface AppleVideo {
  webkitEnterFullscreen?: () => void;
  webkitSupportsPresentationMode?: (mode: string) => boolean;
  webkitSetPresentationMode?: (mode: string) => void;
  webkitPresentationMode?: string;
}

/** Goes to full screen or back; the stage with its controls where possible, else the video alone. */
export async function toggleFullscreen(stage: HTMLElement, video: HTMLVideoElement): Promise<void> {
  const present: Element | null | undefined = document.fullscreenElement;
  if (present) {
    await document.exitFullscreen();
  } else if ('requestFullscreen' in stage) {
    await stage.requestFullscreen();
  } else {
    (video as HTMLVideoElement & AppleVideo).webkitEnterFullscreen?.();
  }
}

/** Whether this browser can float a video over other windows. */
export function hasPictureInPicture(): boolean {
  if ('pictureInPictureEnabled' in document && document.pictureInPictureEnabled) return true;
  const video: HTMLVideoElement & AppleVideo = document.createElement('video');
  return video.webkitSupportsPresentationMode?.('picture-in-picture') ?? false;
}

/** Floats the video or takes it back. */
export async function togglePictureInPicture(video: HTMLVideoElement & AppleVideo): Promise<void> {
  if ('requestPictureInPicture' in video && document.pictureInPictureEnabled) {
    if (document.pictureInPictureElement === video) await document.exitPictureInPicture();
    else await video.requestPictureInPicture();
    return;
  }
  const isFloating = video.webkitPresentationMode === 'picture-in-picture';
  video.webkitSetPresentationMode?.(isFloating ? 'inline' : 'picture-in-picture');
}
