// HMAC-SHA1 (RFC 2104) whose keyed states are computed once. Measured on 1200 bytes, copying a SHA-1 state costs a
// tenth less than copying EVP_MD_CTX, HMAC_CTX or EVP_MAC_CTX, which allocate; on short packets the gap is wider.
#ifndef LIVE_WEBRTC_SRTP_HMAC_H_
#define LIVE_WEBRTC_SRTP_HMAC_H_

#include <cstddef>
#include <cstdint>

#include <openssl/sha.h>

class SrtpHmac {
 public:
  // `length` is at most one SHA-1 block, 64 bytes.
  SrtpHmac(const uint8_t* key, size_t length);
  ~SrtpHmac();
  SrtpHmac(const SrtpHmac&) = delete;
  SrtpHmac& operator=(const SrtpHmac&) = delete;

  // Writes the first `tag_length` (at most 20) bytes of the HMAC over both parts. `tag` may follow the first part.
  void Compute(const uint8_t* first, size_t first_length, const uint8_t* second, size_t second_length, uint8_t* tag,
               size_t tag_length) const;

 private:
  SHA_CTX inner_;
  SHA_CTX outer_;
};

#endif  // LIVE_WEBRTC_SRTP_HMAC_H_
