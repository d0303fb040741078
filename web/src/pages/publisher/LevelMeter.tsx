/** How loud the sound is that goes out; shown as soon as a microphone is open. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { messages } from '../../i18n/language.ts';
import { fallingLevel, levelOf } from '../../media/sound-level.ts';
import { publisher } from './publisher-model.ts';

/** Milliseconds between two values for screen readers. */
const SPOKEN_INTERVAL = 500;

export function LevelMeter() {
  const bar = useRef<HTMLSpanElement>(null);
  const percent = useSignal(0);
  const track = publisher.camera.capture.value?.audio;
  const isOn = publisher.camera.microphoneOn.value;

  useEffect(() => {
    if (track === undefined) return;
    return measure(track, (level, isToBeSpoken) => {
      bar.current?.style.setProperty('clip-path', `inset(0 ${100 - level * 100}% 0 0)`);
      if (isToBeSpoken) percent.value = Math.round(level * 100);
    });
  }, [track, percent]);

  if (track === undefined) return null;
  const texts = messages.value.studio;
  return (
    <div class={isOn ? 'level' : 'level off'}>
      <span
        class="level-meter"
        role="meter"
        aria-label={texts.level}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent.value}
        data-testid="level"
      >
        <span ref={bar} class="level-bar" />
      </span>
      {!isOn && <span class="hint">{messages.value.publisher.microphoneMuted}</span>}
    </div>
  );
}

/** Tells the level of a track with every picture of the screen, until the returned function is called. */
function measure(track: MediaStreamTrack, tell: (level: number, isToBeSpoken: boolean) => void): () => void {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  let [level, at, spokenAt, request] = [0, performance.now(), 0, 0];
  const step = (): void => {
    const now = performance.now();
    analyser.getFloatTimeDomainData(samples);
    level = fallingLevel(level, levelOf(samples), now - at);
    at = now;
    const isToBeSpoken = now - spokenAt >= SPOKEN_INTERVAL;
    if (isToBeSpoken) spokenAt = now;
    tell(level, isToBeSpoken);
    request = requestAnimationFrame(step);
  };
  step();
  // Browsers start no sound before the first touch of the page.
  const wake = (): void => void context.resume();
  wake();
  window.addEventListener('pointerdown', wake);
  return () => {
    cancelAnimationFrame(request);
    window.removeEventListener('pointerdown', wake);
    void context.close();
  };
}
