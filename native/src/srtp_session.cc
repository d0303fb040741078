#include "srtp_session.h"

#include <cstring>
#include <utility>

#include <openssl/crypto.h>

#include "bytes.h"
#include "rtp_header.h"
#include "srtp_key_derivation.h"

namespace {

constexpr uint32_t kMaxSrtcpIndex = 0x7fffffff;
constexpr uint16_t kHalfSequenceSpace = 0x8000;
constexpr uint64_t kOneRollover = 0x10000;

// Makes a session of either class from master keys.
template <class Session>
std::unique_ptr<Session> FromMaster(SrtpProfile profile, const uint8_t* key, const uint8_t* salt) {
  SrtpSessionKeys rtp;
  SrtpSessionKeys rtcp;
  std::unique_ptr<Session> session;
  if (DeriveSrtpSessionKeys(profile, key, salt, &rtp, &rtcp)) {
    session = Session::CreateFromSessionKeys(profile, rtp, rtcp);
  }
  OPENSSL_cleanse(&rtp, sizeof rtp);
  OPENSSL_cleanse(&rtcp, sizeof rtcp);
  return session;
}

// Version 2 and room for the SSRC.
bool IsRtcp(const uint8_t* packet, size_t length) { return length >= kRtcpHeaderLength && packet[0] >> 6 == 2; }

}  // namespace

std::unique_ptr<SrtpSender> SrtpSender::Create(SrtpProfile profile, const uint8_t* master_key,
                                               const uint8_t* master_salt) {
  return FromMaster<SrtpSender>(profile, master_key, master_salt);
}

std::unique_ptr<SrtpSender> SrtpSender::CreateFromSessionKeys(SrtpProfile profile, const SrtpSessionKeys& rtp,
                                                              const SrtpSessionKeys& rtcp) {
  auto rtp_transform = SrtpTransform::Create(profile, rtp, SrtpTransform::Direction::kSend);
  auto rtcp_transform = SrtpTransform::Create(profile, rtcp, SrtpTransform::Direction::kSend);
  if (rtp_transform == nullptr || rtcp_transform == nullptr) return nullptr;
  return std::unique_ptr<SrtpSender>(new SrtpSender(std::move(rtp_transform), std::move(rtcp_transform)));
}

SrtpSender::SrtpSender(std::unique_ptr<SrtpTransform> rtp, std::unique_ptr<SrtpTransform> rtcp)
    : rtp_(std::move(rtp)), rtcp_(std::move(rtcp)) {}

size_t SrtpSender::Refuse(Refusal refusal) {
  refusal_ = refusal;
  return 0;
}

size_t SrtpSender::ProtectRtp(const uint8_t* header, size_t header_length, const uint8_t* payload,
                              size_t payload_length, bool retransmission, uint8_t* out, size_t capacity) {
  if (header_length < kRtpFixedHeaderLength) return Refuse(Refusal::kMalformed);
  const size_t overhead = rtp_->rtp_overhead();
  if (capacity < overhead || header_length > capacity - overhead ||
      payload_length > capacity - overhead - header_length) {
    return Refuse(Refusal::kNoSpace);
  }
  const uint32_t ssrc = ReadU32(header + 8);
  uint64_t index;
  switch (streams_.Use(ssrc, ReadU16(header + 2), retransmission, &index)) {
    case SrtpSendStreams::Verdict::kSend:
      break;
    case SrtpSendStreams::Verdict::kReused:
      return Refuse(Refusal::kReusedIndex);
    case SrtpSendStreams::Verdict::kTooManyStreams:
      return Refuse(Refusal::kTooManyStreams);
  }
  if (header != out) std::memmove(out, header, header_length);
  if (!rtp_->SealRtp(ssrc, index, out, header_length, payload, payload_length)) return Refuse(Refusal::kCrypto);
  refusal_ = Refusal::kNone;
  return header_length + payload_length + overhead;
}

size_t SrtpSender::ProtectRtcp(const uint8_t* packet, size_t length, uint8_t* out, size_t capacity) {
  if (!IsRtcp(packet, length)) return Refuse(Refusal::kMalformed);
  const size_t overhead = rtcp_->rtcp_overhead();
  if (capacity < overhead || length > capacity - overhead) return Refuse(Refusal::kNoSpace);
  if (next_rtcp_index_ > kMaxSrtcpIndex) return Refuse(Refusal::kReusedIndex);
  const uint32_t index = next_rtcp_index_++;
  if (!rtcp_->SealRtcp(ReadU32(packet + 4), index, packet, length, out)) return Refuse(Refusal::kCrypto);
  refusal_ = Refusal::kNone;
  return length + overhead;
}

std::unique_ptr<SrtpReceiver> SrtpReceiver::Create(SrtpProfile profile, const uint8_t* master_key,
                                                   const uint8_t* master_salt) {
  return FromMaster<SrtpReceiver>(profile, master_key, master_salt);
}

std::unique_ptr<SrtpReceiver> SrtpReceiver::CreateFromSessionKeys(SrtpProfile profile, const SrtpSessionKeys& rtp,
                                                                  const SrtpSessionKeys& rtcp) {
  auto rtp_transform = SrtpTransform::Create(profile, rtp, SrtpTransform::Direction::kReceive);
  auto rtcp_transform = SrtpTransform::Create(profile, rtcp, SrtpTransform::Direction::kReceive);
  if (rtp_transform == nullptr || rtcp_transform == nullptr) return nullptr;
  return std::unique_ptr<SrtpReceiver>(new SrtpReceiver(std::move(rtp_transform), std::move(rtcp_transform)));
}

SrtpReceiver::SrtpReceiver(std::unique_ptr<SrtpTransform> rtp, std::unique_ptr<SrtpTransform> rtcp)
    : rtp_(std::move(rtp)), rtcp_(std::move(rtcp)) {}

SrtpReceiver::Result SrtpReceiver::UnprotectRtp(uint8_t* packet, size_t length, size_t* plain_length) {
  RtpHeader header;
  const size_t overhead = rtp_->rtp_overhead();
  if (!ParseRtpHeader(packet, length, &header) || length - header.header_length < overhead) return Result::kMalformed;
  auto* stream = rtp_streams_.Find(header.ssrc);
  uint64_t index = header.sequence;
  if (stream != nullptr) {
    if (!EstimateSrtpIndex(stream->seen.highest(), header.sequence, &index)) return Result::kReplay;
    if (stream->seen.Look(index) != IndexWindow<kReplayWindowPackets>::Place::kNew) return Result::kReplay;
  }
  bool opened = rtp_->OpenRtp(header.ssrc, index, packet, header.header_length, length);
  // A stream may begin just before the sequence number wraps, and all packets before the wrap may be late or lost.
  if (!opened && stream == nullptr && header.sequence < kHalfSequenceSpace) {
    index += kOneRollover;
    opened = rtp_->OpenRtp(header.ssrc, index, packet, header.header_length, length);
  }
  if (!opened) return Result::kAuthenticationFailure;
  rtp_streams_.Accept(stream, header.ssrc, index);
  *plain_length = length - overhead;
  return Result::kOk;
}

SrtpReceiver::Result SrtpReceiver::UnprotectRtcp(uint8_t* packet, size_t length, size_t* plain_length) {
  const size_t overhead = rtcp_->rtcp_overhead();
  if (!IsRtcp(packet, length) || length < kRtcpHeaderLength + overhead) return Result::kMalformed;
  const uint32_t trailer = ReadU32(packet + rtcp_->rtcp_index_offset(length));
  // DTLS-SRTP has no profile here without encryption of SRTCP (RFC 5764 4.1.2).
  if ((trailer & kSrtcpEncryptedBit) == 0) return Result::kMalformed;
  const uint32_t index = trailer & kMaxSrtcpIndex;
  const uint32_t ssrc = ReadU32(packet + 4);
  auto* stream = rtcp_streams_.Find(ssrc);
  if (stream != nullptr && stream->seen.Look(index) != IndexWindow<kReplayWindowPackets>::Place::kNew) {
    return Result::kReplay;
  }
  if (!rtcp_->OpenRtcp(ssrc, index, packet, length)) return Result::kAuthenticationFailure;
  rtcp_streams_.Accept(stream, ssrc, index);
  *plain_length = length - overhead;
  return Result::kOk;
}
