/** The picture with all that lies over it in a window of its own (W3C Document Picture-in-Picture). */

interface DocumentPictureInPicture {
  readonly window: Window | null;
  requestWindow(options: { width: number; height: number }): Promise<Window>;
}

/** Of the window, where a browser does not take the size of the picture: pixels. */
const WIDTH = 480;
const HEIGHT = 270;

function factory(): DocumentPictureInPicture | undefined {
  return (window as { documentPictureInPicture?: DocumentPictureInPicture }).documentPictureInPicture;
}

/** Whether an element can float, rather than a video alone. */
export function canFloatElements(): boolean {
  return factory() !== undefined;
}

/**
 * Floats an element, or brings it back where one floats. `words` stand in its place meanwhile. `onMoved` is called when
 * it is in the other window, and when it is back, however it comes back.
 */
export async function toggleFloating(
  element: HTMLElement,
  words: string,
  onMoved: (isFloating: boolean) => void,
): Promise<void> {
  const floating = factory();
  if (floating === undefined) return;
  if (floating.window !== null) {
    floating.window.close();
    return;
  }
  const view = await floating.requestWindow({
    width: element.clientWidth || WIDTH,
    height: element.clientHeight || HEIGHT,
  });
  const place = document.createElement('div');
  place.className = 'stage stage-place';
  place.textContent = words;
  view.addEventListener('pagehide', () => {
    place.replaceWith(element);
    void goOn(element);
    onMoved(false);
  });
  takeStyles(document, view.document);
  element.replaceWith(place);
  view.document.body.append(element);
  onMoved(true);
  await goOn(element);
}

/** A video that is moved to another document halts. */
async function goOn(element: HTMLElement): Promise<void> {
  const video = element.querySelector('video');
  if (video?.srcObject != null) await video.play().catch(() => undefined);
}

function takeStyles(from: Document, to: Document): void {
  to.documentElement.className = 'floating';
  to.documentElement.lang = from.documentElement.lang;
  to.title = from.title;
  for (const { href } of from.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet]')) {
    const link = to.createElement('link');
    link.rel = 'stylesheet';
    link.href = href;
    to.head.append(link);
  }
}
