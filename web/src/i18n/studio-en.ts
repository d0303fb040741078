/** What the studio (publisher page) says beside the texts of `publisher`, in English. */
export const studioEn = {
  both: 'Both',
  composition: 'Camera in the screen',
  corner: 'Camera stands',
  corners: {
    'bottom-right': 'Bottom right',
    'bottom-left': 'Bottom left',
    'top-right': 'Top right',
    'top-left': 'Top left',
  },
  cameraSize: 'Camera size',
  cameraSizes: { small: 'Small', medium: 'Medium', large: 'Large' },
  hiddenTab:
    'Keep this tab in sight, in a window of its own: while it is hidden, browsers let it draw one picture a second at most. Sound goes on.',
  level: 'Sound level',
  countdown: 'Count down 3 seconds before going live',
  goingLiveIn: (seconds: number) => `Live in ${seconds}`,
  cancel: 'Cancel',
  viewers: (count: number) => (count === 1 ? '1 viewer' : `${count} viewers`),
  framesSent: 'Frames sent',
  limit: 'Held back by',
  limits: { none: 'nothing', cpu: 'this computer', bandwidth: 'the upload', other: 'the browser' },
  encoder: 'Broadcast with OBS instead',
  encoderHint:
    'In OBS 30 or newer: Settings, Stream, Service “WHIP”. Keyframe interval 2 s, no B-frames (profile “baseline” or tune “zerolatency”).',
  server: 'Server',
  bearer: 'Bearer token',
  noBearer: 'Leave the bearer token empty unless this server asks for one.',
  noRight: {
    watch: 'You may watch in this room, but not broadcast. Broadcasting takes the token of a publisher.',
    token: 'Broadcasting in this room takes a token: enter one that is valid here.',
    room: 'This token is not valid for this room. Check the room name and the token.',
  },
  watchInstead: 'Watch instead',
  chat: 'Chat',
  openChat: 'Show chat',
};
