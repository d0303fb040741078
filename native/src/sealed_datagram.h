// Seals and opens datagrams with AES-128-GCM in place: those of the pipes between workers (src/protocol/pipe).
#ifndef LIVE_WEBRTC_SEALED_DATAGRAM_H_
#define LIVE_WEBRTC_SEALED_DATAGRAM_H_

#include "js_value.h"

// The functions that src/native/addon.ts calls sealDatagram and openDatagram.
napi_value SealDatagram(napi_env env, napi_callback_info info);
napi_value OpenDatagram(napi_env env, napi_callback_info info);

#endif  // LIVE_WEBRTC_SEALED_DATAGRAM_H_
