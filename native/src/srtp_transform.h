// The cryptographic part of SRTP: what a profile does to a packet whose index is known. Keeps no packet state.
#ifndef LIVE_WEBRTC_SRTP_TRANSFORM_H_
#define LIVE_WEBRTC_SRTP_TRANSFORM_H_

#include <cstddef>
#include <cstdint>
#include <memory>

#include "srtp_profile.h"

// SSRC and the fixed part stay readable in SRTCP (RFC 3711 3.4).
constexpr size_t kRtcpHeaderLength = 8;
// E bit and SRTCP index.
constexpr size_t kSrtcpIndexLength = 4;
constexpr uint32_t kSrtcpEncryptedBit = 0x80000000u;

// One key of one direction. Contexts are made once; a packet sets only the IV.
class SrtpTransform {
 public:
  enum class Direction { kSend, kReceive };

  static std::unique_ptr<SrtpTransform> Create(SrtpProfile profile, const SrtpSessionKeys& keys, Direction direction);
  virtual ~SrtpTransform() = default;
  SrtpTransform(const SrtpTransform&) = delete;
  SrtpTransform& operator=(const SrtpTransform&) = delete;

  // Bytes added to a packet.
  virtual size_t rtp_overhead() const = 0;
  virtual size_t rtcp_overhead() const = 0;

  // Fetches what a packet needs into the processor's cache.
  virtual void Prefetch() const = 0;

  // `packet` holds the header; encrypts `payload` behind it and appends the tag. False where OpenSSL fails.
  // `index` is the 48-bit packet index.
  virtual bool SealRtp(uint32_t ssrc, uint64_t index, uint8_t* packet, size_t header_length, const uint8_t* payload,
                       size_t payload_length) = 0;
  // Encrypts `length` bytes of RTCP into `out` and appends tag and index (31 bits).
  virtual bool SealRtcp(uint32_t ssrc, uint32_t index, const uint8_t* packet, size_t length, uint8_t* out) = 0;

  // Verifies and decrypts in place; `length` includes the overhead. False leaves the packet as it was.
  virtual bool OpenRtp(uint32_t ssrc, uint64_t index, uint8_t* packet, size_t header_length, size_t length) = 0;
  // The same for RTCP; the caller has read the index. False leaves the packet undefined.
  virtual bool OpenRtcp(uint32_t ssrc, uint32_t index, uint8_t* packet, size_t length) = 0;
  // Where the E bit and the index stand in an SRTCP packet of that length, which holds more than the overhead.
  virtual size_t rtcp_index_offset(size_t length) const = 0;

 protected:
  SrtpTransform() = default;
};

#endif  // LIVE_WEBRTC_SRTP_TRANSFORM_H_
