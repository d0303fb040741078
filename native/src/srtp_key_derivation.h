// SRTP key derivation (RFC 3711 4.3, RFC 7714 11).
#ifndef LIVE_WEBRTC_SRTP_KEY_DERIVATION_H_
#define LIVE_WEBRTC_SRTP_KEY_DERIVATION_H_

#include "srtp_profile.h"

// Derives the session keys of one direction with a key derivation rate of 0. `master_salt` has SrtpSaltLength(profile)
// bytes. False where OpenSSL fails.
bool DeriveSrtpSessionKeys(SrtpProfile profile, const uint8_t* master_key, const uint8_t* master_salt,
                           SrtpSessionKeys* rtp, SrtpSessionKeys* rtcp);

#endif  // LIVE_WEBRTC_SRTP_KEY_DERIVATION_H_
