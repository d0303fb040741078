/** Every error that a user can meet: a stable code, an HTTP status and one sentence that says what to do. */
interface ErrorEntry {
  status: number;
  title: string;
  /** Seconds for Retry-After where a refusal does not say better. */
  retryAfterSeconds?: number;
}

export const ERRORS = {
  bad_room_name: {
    status: 400,
    title: 'Use a room name of 1 to 64 letters, digits, "-", "_" or ".", that does not start with a dot.',
  },
  malformed_sdp: { status: 400, title: 'Send a complete SDP offer as RFC 8866 writes it.' },
  malformed_fragment: { status: 400, title: 'Send an ICE fragment as RFC 8840 writes it.' },
  unsupported_event: { status: 400, title: 'Ask for events that the Link header of the session names.' },
  malformed_request: { status: 400, title: 'Correct the request as the detail says.' },
  login_failed: { status: 400, title: 'Start the login again: this answer does not belong to it, or came too late.' },
  unauthorized: { status: 401, title: 'Send a valid token in the Authorization header.' },
  login_refused: { status: 403, title: 'Log in with an account that the provider lets use this server.' },
  forbidden: { status: 403, title: 'Use a token that is valid for this room.' },
  banned: { status: 403, title: 'Ask those who keep order here: you are banned.' },
  chat_off: { status: 403, title: 'Do without: the chat of this room is switched off.' },
  origin_not_allowed: { status: 403, title: 'Ask the operator to name the origin of this page in ALLOWED_ORIGIN.' },
  room_locked: { status: 403, title: 'Wait until a moderator unlocks the room: nobody new gets in.' },
  publisher_not_named: { status: 403, title: 'Ask the operator: only people that are named may publish in this room.' },
  link_expired: { status: 403, title: 'Ask GET /api/records for a new link: this one has expired.' },
  link_altered: { status: 403, title: 'Use the link as GET /api/records gives it.' },
  not_found: { status: 404, title: 'Check the address: nothing is served here.' },
  no_such_room: { status: 404, title: 'Check the room name: no such room is open.' },
  no_such_participant: { status: 404, title: 'Ask for the participants again: this one has left.' },
  no_such_ban: { status: 404, title: 'Ask for the bans again: this one has ended.' },
  no_such_mute: { status: 404, title: 'Ask for the mutes again: this one has ended.' },
  no_such_message: { status: 404, title: 'Ask for the messages again: this one is gone.' },
  no_such_session: { status: 404, title: 'Start a new session with POST: this one has ended.' },
  no_such_event_stream: { status: 404, title: 'Ask for a new event stream with POST: this one has ended.' },
  no_such_recording: { status: 404, title: 'Check the id: there is no such recording.' },
  method_not_allowed: { status: 405, title: 'Use one of the methods in the Allow header.' },
  no_publisher: { status: 409, title: 'Try again when a publisher is live in this room.', retryAfterSeconds: 2 },
  room_taken: { status: 409, title: 'Use another room, or wait until its publisher has left.', retryAfterSeconds: 5 },
  recording_in_progress: { status: 409, title: 'Wait until the recording has ended.', retryAfterSeconds: 10 },
  too_many_event_streams: { status: 409, title: 'Close an event stream of this session before you open another.' },
  nothing_to_retry: { status: 409, title: 'Retry recordings whose upload failed; this one has no such upload.' },
  minting_off: { status: 409, title: 'Set JWT_SECRET: without it this server signs no tokens.' },
  session_removed: { status: 410, title: 'Do not come back by yourself: a moderator has ended this session.' },
  tag_mismatch: { status: 412, title: 'Send the ETag of the current ICE session in If-Match.' },
  body_too_large: { status: 413, title: 'Send a smaller body.' },
  wrong_media_type: { status: 415, title: 'Send the media type that the Accept header names.' },
  range_not_satisfiable: { status: 416, title: 'Ask for bytes that the file has; Content-Range says how many.' },
  no_such_media: { status: 422, title: 'Name a video section of the session in mediaId.' },
  no_such_layer: { status: 422, title: 'Choose a layer that the publisher sends; GET on the room lists them.' },
  unservable_offer: { status: 422, title: 'Change the offer as the detail says.' },
  tag_missing: { status: 428, title: 'Send the ETag of the ICE session in If-Match.' },
  rate_limited: { status: 429, title: 'Slow down, and try again after Retry-After seconds.', retryAfterSeconds: 1 },
  too_many_joins: {
    status: 429,
    title: 'Try again after Retry-After seconds: many people are joining this room at once.',
    retryAfterSeconds: 1,
  },
  too_many_chat_connections: {
    status: 429,
    title: 'Close other pages with a chat: this address has as many connections as it may have.',
    retryAfterSeconds: 10,
  },
  too_many_connections: {
    status: 429,
    title: 'Close other connections: this address has as many as it may have.',
    retryAfterSeconds: 10,
  },
  internal: { status: 500, title: 'Try again; if it happens again, report it with the log line of this request.' },
  room_full: {
    status: 503,
    title: 'Try again later: the room has as many viewers as it may have.',
    retryAfterSeconds: 10,
  },
  too_many_rooms: { status: 503, title: 'Try again later: as many rooms are open as may be.', retryAfterSeconds: 10 },
  too_many_viewers: {
    status: 503,
    title: 'Try again later: the server has as many viewers as it may have.',
    retryAfterSeconds: 10,
  },
  worker_unavailable: {
    status: 503,
    title: 'Try again in a moment: the media worker is restarting.',
    retryAfterSeconds: 1,
  },
  worker_overloaded: {
    status: 503,
    title: 'Try again later: all media workers are as busy as they may be.',
    retryAfterSeconds: 10,
  },
  too_many_event_readers: {
    status: 503,
    title: 'Try again later, or close another stream: as many clients read events as may.',
    retryAfterSeconds: 10,
  },
  login_unavailable: {
    status: 503,
    title: 'Try again later: the provider of the login does not answer.',
    retryAfterSeconds: 10,
  },
  access_webhook_unavailable: {
    status: 503,
    title: 'Try again later: the program that decides who gets in does not answer.',
    retryAfterSeconds: 5,
  },
  key_set_unavailable: {
    status: 503,
    title: 'Try again later: the keys that check the token cannot be had at present.',
    retryAfterSeconds: 10,
  },
  store_unavailable: {
    status: 503,
    title: 'Try again later: the store of uploaded recordings does not do what it was asked.',
    retryAfterSeconds: 10,
  },
  draining: {
    status: 503,
    title: 'Try again at another server, or in a moment: this one is shutting down.',
    retryAfterSeconds: 5,
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERRORS;

export interface ErrorDetails {
  /** What was wrong in this case, in one sentence; shown to the client. */
  detail?: string | undefined;
  /** Seconds after which trying again makes sense. */
  retryAfterSeconds?: number | undefined;
  /** What went wrong below; for the log alone. */
  cause?: unknown;
}

/** A refusal that reaches the client as its entry in {@link ERRORS}. */
export class ServiceError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly title: string;
  readonly detail: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, details: ErrorDetails = {}) {
    super(details.detail ?? ERRORS[code].title, details.cause === undefined ? {} : { cause: details.cause });
    this.name = 'ServiceError';
    this.code = code;
    this.status = ERRORS[code].status;
    this.title = ERRORS[code].title;
    this.detail = details.detail;
    const entry: ErrorEntry = ERRORS[code];
    this.retryAfterSeconds = details.retryAfterSeconds ?? entry.retryAfterSeconds;
  }
}
