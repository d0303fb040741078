// SRTP and SRTCP of one peer (RFC 3711, RFC 7714), one class a direction. Keys are those that DTLS exported
// (RFC 5764 4.2).
#ifndef LIVE_WEBRTC_SRTP_SESSION_H_
#define LIVE_WEBRTC_SRTP_SESSION_H_

#include <cstddef>
#include <cstdint>
#include <memory>

#include "srtp_profile.h"
#include "srtp_streams.h"
#include "srtp_transform.h"

// Protects what is sent to one peer. Guarantees that a key and packet index never encrypt twice, but for
// retransmissions that the caller declares.
class SrtpSender {
 public:
  // Why the last Protect call returned 0.
  enum class Refusal {
    kNone,
    kMalformed,       // not an RTP or RTCP packet
    kNoSpace,         // `capacity` is too small
    kReusedIndex,     // the index was used, is too old to know, or the key's index space is used up
    kTooManyStreams,  // more SSRCs than kMaxSrtpStreams
    kCrypto,          // OpenSSL failed
  };

  // `master_key` has kSrtpKeyLength bytes, `master_salt` SrtpSaltLength(profile). Null where OpenSSL fails.
  static std::unique_ptr<SrtpSender> Create(SrtpProfile profile, const uint8_t* master_key, const uint8_t* master_salt);
  // From session keys, for published vectors and for who derives keys otherwise.
  static std::unique_ptr<SrtpSender> CreateFromSessionKeys(SrtpProfile profile, const SrtpSessionKeys& rtp,
                                                           const SrtpSessionKeys& rtcp);

  // Bytes that protection adds to an RTP packet.
  size_t rtp_overhead() const { return rtp_->rtp_overhead(); }
  size_t rtcp_overhead() const { return rtcp_->rtcp_overhead(); }

  // Encrypts `payload` (with its padding) straight into `out` behind the header, which may already stand in `out`.
  // `header` is complete: fixed part, CSRCs, extension. `payload` and `out` + `header_length` are the same or do not
  // overlap. `retransmission` allows an index that was used; header and payload must then be byte for byte those first
  // sent. Returns the bytes written, 0 where refused.
  size_t ProtectRtp(const uint8_t* header, size_t header_length, const uint8_t* payload, size_t payload_length,
                    bool retransmission, uint8_t* out, size_t capacity);
  // Encrypts an RTCP compound packet; `packet` and `out` are the same or do not overlap. Returns the bytes written, 0
  // where refused.
  size_t ProtectRtcp(const uint8_t* packet, size_t length, uint8_t* out, size_t capacity);

  Refusal refusal() const { return refusal_; }

  // Fetches what the next RTP packet needs into the processor's cache, while other work goes on.
  void Prefetch() const {
    rtp_->Prefetch();
    streams_.Prefetch();
  }

  // Tests start near the end of the index space.
  void set_next_rtcp_index_for_test(uint32_t index) { next_rtcp_index_ = index; }
  SrtpSendStreams& streams_for_test() { return streams_; }

 private:
  SrtpSender(std::unique_ptr<SrtpTransform> rtp, std::unique_ptr<SrtpTransform> rtcp);
  size_t Refuse(Refusal refusal);

  std::unique_ptr<SrtpTransform> rtp_;
  std::unique_ptr<SrtpTransform> rtcp_;
  SrtpSendStreams streams_;
  uint32_t next_rtcp_index_ = 0;
  Refusal refusal_ = Refusal::kNone;
};

// Verifies, decrypts and replay-checks what one peer sends.
class SrtpReceiver {
 public:
  enum class Result { kOk, kAuthenticationFailure, kReplay, kMalformed };

  static std::unique_ptr<SrtpReceiver> Create(SrtpProfile profile, const uint8_t* master_key,
                                              const uint8_t* master_salt);
  static std::unique_ptr<SrtpReceiver> CreateFromSessionKeys(SrtpProfile profile, const SrtpSessionKeys& rtp,
                                                             const SrtpSessionKeys& rtcp);

  // Decrypts in place. `plain_length` is set with kOk only; otherwise the packet's content is undefined.
  Result UnprotectRtp(uint8_t* packet, size_t length, size_t* plain_length);
  Result UnprotectRtcp(uint8_t* packet, size_t length, size_t* plain_length);

  SrtpReceiveStreams& streams_for_test() { return rtp_streams_; }

 private:
  SrtpReceiver(std::unique_ptr<SrtpTransform> rtp, std::unique_ptr<SrtpTransform> rtcp);

  std::unique_ptr<SrtpTransform> rtp_;
  std::unique_ptr<SrtpTransform> rtcp_;
  SrtpReceiveStreams rtp_streams_;
  SrtpReceiveStreams rtcp_streams_;
};

#endif  // LIVE_WEBRTC_SRTP_SESSION_H_
