/** One track out of several sounds, such as a shared tab and the microphone. */
export interface AudioMix {
  track: MediaStreamTrack | undefined;
  stop: () => void;
}

/** Mixes tracks through an AudioContext; the given tracks stay the caller's to stop. */
export function mixAudio(tracks: readonly MediaStreamTrack[]): AudioMix {
  const context = new AudioContext();
  const destination = context.createMediaStreamDestination();
  for (const track of tracks) context.createMediaStreamSource(new MediaStream([track])).connect(destination);
  void context.resume();
  return { track: destination.stream.getAudioTracks()[0], stop: () => void context.close() };
}
