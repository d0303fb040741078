/** The icons of the pages: strokes on a 24 by 24 grid. */
const PATHS = {
  microphone: 'M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3M5.5 11a6.5 6.5 0 0 0 13 0M12 17.5V21',
  microphoneOff:
    'M9 6a3 3 0 0 1 6 0v5q0 .6-.2 1M9 9v2a3 3 0 0 0 4 2.8M5.5 11a6.5 6.5 0 0 0 10 5.5M18.5 11q0 1-.3 2M12 17.5V21M4 4l16 16',
  camera:
    'M4.5 7h9A1.5 1.5 0 0 1 15 8.500v7a1.5 1.5 0 0 1-1.5 1.500h-9A1.5 1.5 0 0 1 3 15.500v-7A1.5 1.5 0 0 1 4.5 7M15 11l6-3.500v9L15 13',
  cameraOff:
    'M9 7h4.500A1.5 1.5 0 0 1 15 8.500V13M15 15.500a1.5 1.5 0 0 1-1.5 1.500h-9A1.5 1.5 0 0 1 3 15.500v-7q0-1 .9-1.400M15 11l6-3.500v9l-3-1.700M4 4l16 16',
  screen: 'M4 5h16a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1M9 20.500h6M12 17v3.5',
  play: 'M8 5.500v13l10.5-6.500z',
  stop: 'M7 7h10v10H7z',
  sound: 'M4 9.500v5h3.500L12 18.500v-13L7.5 9.500zM15.5 9a4 4 0 0 1 0 6M18 6.500a7.5 7.5 0 0 1 0 11',
  soundOff: 'M4 9.500v5h3.500L12 18.500v-13L7.5 9.500zM16 9.500l5 5M21 9.500l-5 5',
  fullscreen: 'M4 9V5a1 1 0 0 1 1-1h4M15 4h4a1 1 0 0 1 1 1v4M20 15v4a1 1 0 0 1-1 1h-4M9 20H5a1 1 0 0 1-1-1v-4',
  exitFullscreen: 'M9 4v4a1 1 0 0 1-1 1H4M20 9h-4a1 1 0 0 1-1-1V4M15 20v-4a1 1 0 0 1 1-1h4M4 15h4a1 1 0 0 1 1 1v4',
  pictureInPicture: 'M20 11V6a1 1 0 0 0-1-1H4a1 1 0 0 0-1 1v11a1 1 0 0 0 1 1h6M13 13.500h7.500v5.500H13z',
  copy: 'M9 9h10a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H9a1 1 0 0 1-1-1V10a1 1 0 0 1 1-1M4.5 15.500A1 1 0 0 1 4 15V4a1 1 0 0 1 1-1h10a1 1 0 0 1 1 1v1',
  choose: 'M7.5 10l4.5 4.5 4.5-4.5',
  check: 'M5 12.500l4.5 4.500L19 7.5',
  open: 'M14 4h6v6M20 4l-9 9M18 14v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1h5',
  show: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12M12 9.500a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5',
  hide: 'M9.5 5.900A9 9 0 0 1 12 5.500c6 0 9.5 6.5 9.5 6.500a16 16 0 0 1-2.7 3.400M6 7.500A16 16 0 0 0 2.5 12S6 18.5 12 18.500a9 9 0 0 0 4.5-1.200M10.2 10.200a2.5 2.5 0 0 0 3.6 3.600M4 4l16 16',
  alert: 'M12 4L2.5 20h19zM12 10v4.500M12 17.200v.3',
  language: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M3 12h18M12 3c3 3 3.5 6 3.5 9S15 18 12 21c-3-3-3.5-6-3.5-9S9 6 12 3',
  broadcast:
    'M12 10a2 2 0 1 0 0 4 2 2 0 0 0 0-4M7.8 7.800a6 6 0 0 0 0 8.400M16.2 7.800a6 6 0 0 1 0 8.400M5 5a10 10 0 0 0 0 14M19 5a10 10 0 0 1 0 14',
  download: 'M12 4v11M7.5 10.500l4.5 4.500 4.5-4.500M5 19.500h14',
  reload: 'M19.500 12a7.500 7.500 0 1 1-2.200-5.300M19.500 4v4h-4',
  close: 'M6 6l12 12M18 6L6 18',
  search: 'M10.500 4.500a6 6 0 1 0 0 12 6 6 0 0 0 0-12M15 15l5 5',
  film: 'M5 5h14a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1M8 5v14M16 5v14M4 9.700h4M4 14.300h4M16 9.700h4M16 14.300h4',
  lock: 'M7 11h10a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1H7a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1M8.500 11V8a3.500 3.500 0 0 1 7 0v3',
  settings:
    'M4 7h9M17 7h3M15 4.800a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.400M4 17h3M11 17h9M9 14.800a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4',
} as const;

export type IconName = keyof typeof PATHS;

/** Shapes rather than lines. */
const FILLED: readonly IconName[] = ['play', 'stop'];

/** One icon, for decoration only: the control around it carries the label. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg
      class={FILLED.includes(name) ? 'icon filled' : 'icon'}
      viewBox="0 0 24 24"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
