// The counters of one transport: indexes into an array of doubles that JavaScript reads as a Float64Array.
#ifndef LIVE_WEBRTC_COUNTERS_H_
#define LIVE_WEBRTC_COUNTERS_H_

// COUNTER in src/native/addon.ts says what each counts.
enum Counter {
  kDatagramsReceived,
  kBytesReceived,
  kDatagramsSent,
  kBytesSent,
  kSendCalls,
  kSegmentedSends,
  kDroppedSocketFull,
  kDroppedUnknownAddress,
  kDroppedMalformed,
  kAuthenticationFailures,
  kReplays,
  kSendErrors,
  kReusedIndexes,
  kDroppedNotReady,
  kDroppedStreamFull,
  kHandshakeMicroseconds,
  kCounterCount,
};

#endif  // LIVE_WEBRTC_COUNTERS_H_
