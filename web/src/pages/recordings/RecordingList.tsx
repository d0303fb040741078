/** The recordings in sight; more come as their end comes near. */
import { useEffect, useRef } from 'preact/hooks';
import { messages } from '../../i18n/language.ts';
import { RecordingCard } from './RecordingCard.tsx';
import { shelf } from './recordings-model.ts';

/** How near the end of the list is when more are added. */
const NEAR = '800px';

export function RecordingList() {
  const sections = shelf.sections.value;
  return (
    <>
      {sections.map(({ room, recordings }) => (
        <section key={room ?? ''} class="shelf-section" aria-label={room ?? messages.value.recordings.title}>
          {room !== undefined && <h2>{room}</h2>}
          <ul class="tile-list">
            {recordings.map((recording) => (
              <RecordingCard key={recording.id} recording={recording} headed={room !== undefined} />
            ))}
          </ul>
        </section>
      ))}
      {shelf.left.value > 0 && <MoreButton left={shelf.left.value} />}
    </>
  );
}

function MoreButton({ left }: { left: number }) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const target = button.current;
    if (target === null) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) shelf.showMore();
      },
      { rootMargin: NEAR },
    );
    observer.observe(target);
    return () => observer.disconnect();
    // A new look for each step: where one step does not fill the window, the next one follows.
  }, [left]);
  return (
    <button ref={button} type="button" class="button shelf-more" onClick={() => shelf.showMore()} data-testid="more">
      {messages.value.recordings.more(left)}
    </button>
  );
}
