// The SRTP protection profiles that the server speaks and their sizes (RFC 5764 4.1.2, RFC 7714 14.2).
#ifndef LIVE_WEBRTC_SRTP_PROFILE_H_
#define LIVE_WEBRTC_SRTP_PROFILE_H_

#include <cstddef>
#include <cstdint>

enum class SrtpProfile : uint16_t {
  kAes128CmHmacSha1_80 = 0x0001,
  kAeadAes128Gcm = 0x0007,
};

constexpr size_t kSrtpKeyLength = 16;
constexpr size_t kSrtpMaxSaltLength = 14;
constexpr size_t kSrtpAuthenticationKeyLength = 20;

// Bytes of master salt and session salt.
constexpr size_t SrtpSaltLength(SrtpProfile profile) { return profile == SrtpProfile::kAeadAes128Gcm ? 12 : 14; }

// Keys of one direction for either RTP or RTCP. `authentication_key` is unused with AEAD.
struct SrtpSessionKeys {
  uint8_t cipher_key[kSrtpKeyLength];
  uint8_t salt[kSrtpMaxSaltLength];
  uint8_t authentication_key[kSrtpAuthenticationKeyLength];
};

#endif  // LIVE_WEBRTC_SRTP_PROFILE_H_
