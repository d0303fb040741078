// The AES128_CM_HMAC_SHA1_80 transform (RFC 3711 4.1.1 and 4.2.1).
#ifndef LIVE_WEBRTC_SRTP_COUNTER_MODE_H_
#define LIVE_WEBRTC_SRTP_COUNTER_MODE_H_

#include "srtp_cipher_context.h"
#include "srtp_hmac.h"
#include "srtp_transform.h"

class SrtpCounterMode final : public SrtpTransform {
 public:
  static constexpr size_t kTagLength = 10;
  static constexpr size_t kIvLength = 16;

  // Null where OpenSSL fails.
  static std::unique_ptr<SrtpCounterMode> Create(const SrtpSessionKeys& keys);

  size_t rtp_overhead() const override { return kTagLength; }
  size_t rtcp_overhead() const override { return kTagLength + kSrtcpIndexLength; }
  size_t rtcp_index_offset(size_t length) const override { return length - kTagLength - kSrtcpIndexLength; }

  void Prefetch() const override { context_->Prefetch(); }
  bool SealRtp(uint32_t ssrc, uint64_t index, uint8_t* packet, size_t header_length, const uint8_t* payload,
               size_t payload_length) override;
  bool SealRtcp(uint32_t ssrc, uint32_t index, const uint8_t* packet, size_t length, uint8_t* out) override;
  bool OpenRtp(uint32_t ssrc, uint64_t index, uint8_t* packet, size_t header_length, size_t length) override;
  bool OpenRtcp(uint32_t ssrc, uint32_t index, uint8_t* packet, size_t length) override;

  // XORs the keystream; `in` and `out` are the same or do not overlap.
  bool Crypt(uint32_t ssrc, uint64_t index, const uint8_t* in, size_t length, uint8_t* out);

 private:
  SrtpCounterMode(std::unique_ptr<CipherContext> context, const SrtpSessionKeys& keys);

  std::unique_ptr<CipherContext> context_;
  SrtpHmac hmac_;
  uint8_t salt_[kIvLength];
};

#endif  // LIVE_WEBRTC_SRTP_COUNTER_MODE_H_
