// The AEAD_AES_128_GCM transform (RFC 7714).
#ifndef LIVE_WEBRTC_SRTP_AEAD_H_
#define LIVE_WEBRTC_SRTP_AEAD_H_

#include "srtp_cipher_context.h"
#include "srtp_transform.h"

class SrtpAead final : public SrtpTransform {
 public:
  static constexpr size_t kTagLength = CipherContext::kTagLength;
  static constexpr size_t kIvLength = 12;

  // Null where OpenSSL fails.
  static std::unique_ptr<SrtpAead> Create(const SrtpSessionKeys& keys, Direction direction);

  size_t rtp_overhead() const override { return kTagLength; }
  size_t rtcp_overhead() const override { return kTagLength + kSrtcpIndexLength; }
  size_t rtcp_index_offset(size_t length) const override { return length - kSrtcpIndexLength; }

  void Prefetch() const override { context_->Prefetch(); }
  bool SealRtp(uint32_t ssrc, uint64_t index, uint8_t* packet, size_t header_length, const uint8_t* payload,
               size_t payload_length) override;
  bool SealRtcp(uint32_t ssrc, uint32_t index, const uint8_t* packet, size_t length, uint8_t* out) override;
  bool OpenRtp(uint32_t ssrc, uint64_t index, uint8_t* packet, size_t header_length, size_t length) override;
  bool OpenRtcp(uint32_t ssrc, uint32_t index, uint8_t* packet, size_t length) override;

  // Associated data in up to two parts (RFC 7714 9.2: header, then E bit and index).
  struct AssociatedData {
    const uint8_t* first;
    size_t first_length;
    const uint8_t* second = nullptr;
    size_t second_length = 0;
  };
  // `out` takes `length` bytes and the tag.
  bool Seal(uint32_t ssrc, uint64_t index, const AssociatedData& associated, const uint8_t* plain, size_t length,
            uint8_t* out);
  // `data` holds `length` bytes and the tag, and is decrypted in place.
  bool Open(uint32_t ssrc, uint64_t index, const AssociatedData& associated, uint8_t* data, size_t length);

 private:
  SrtpAead(std::unique_ptr<CipherContext> context, const uint8_t* salt);
  bool Begin(uint32_t ssrc, uint64_t index, const AssociatedData& associated);
  // Counter mode is its own inverse.
  void RestoreCiphertext(uint32_t ssrc, uint64_t index, uint8_t* data, size_t length);

  std::unique_ptr<CipherContext> context_;
  uint8_t salt_[kIvLength];
};

#endif  // LIVE_WEBRTC_SRTP_AEAD_H_
