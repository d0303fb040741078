// Sessions under one key, and packets for them.
#ifndef LIVE_WEBRTC_TEST_SRTP_PACKETS_H_
#define LIVE_WEBRTC_TEST_SRTP_PACKETS_H_

#include <memory>

#include "../src/srtp_session.h"
#include "check.h"

using Result = SrtpReceiver::Result;
using Refusal = SrtpSender::Refusal;

constexpr SrtpProfile kProfiles[] = {SrtpProfile::kAes128CmHmacSha1_80, SrtpProfile::kAeadAes128Gcm};
constexpr uint32_t kSsrc = 0x12345678;

constexpr uint8_t kMasterKey[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
constexpr uint8_t kMasterSalt[14] = {21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34};

inline std::unique_ptr<SrtpSender> MakeSender(SrtpProfile profile) {
  return SrtpSender::Create(profile, kMasterKey, kMasterSalt);
}

inline std::unique_ptr<SrtpReceiver> MakeReceiver(SrtpProfile profile) {
  return SrtpReceiver::Create(profile, kMasterKey, kMasterSalt);
}

inline Bytes MakeRtp(uint16_t sequence, size_t payload_length = 50, uint32_t ssrc = kSsrc) {
  Bytes packet = {0x80, 96, uint8_t(sequence >> 8), uint8_t(sequence), 0, 0, 0, 1,
                  uint8_t(ssrc >> 24), uint8_t(ssrc >> 16), uint8_t(ssrc >> 8), uint8_t(ssrc)};
  for (size_t i = 0; i < payload_length; ++i) packet.push_back(static_cast<uint8_t>(i * 7 + sequence));
  return packet;
}

// A receiver report without blocks, then as many more bytes.
inline Bytes MakeRtcp(size_t more = 0, uint32_t ssrc = kSsrc) {
  Bytes packet = {0x80, 201, 0, 1, uint8_t(ssrc >> 24), uint8_t(ssrc >> 16), uint8_t(ssrc >> 8), uint8_t(ssrc)};
  for (size_t i = 0; i < more; ++i) packet.push_back(static_cast<uint8_t>(i));
  return packet;
}

// Empty where refused.
inline Bytes Protect(SrtpSender* sender, const Bytes& packet, bool retransmission = false, size_t header_length = 12) {
  Bytes out(packet.size() + 32);
  out.resize(sender->ProtectRtp(packet.data(), header_length, packet.data() + header_length,
                                packet.size() - header_length, retransmission, out.data(), out.size()));
  return out;
}

inline Bytes ProtectRtcp(SrtpSender* sender, const Bytes& packet) {
  Bytes out(packet.size() + 32);
  out.resize(sender->ProtectRtcp(packet.data(), packet.size(), out.data(), out.size()));
  return out;
}

// Opens a copy of exactly that size, so that a sanitizer sees every byte read too many.
inline Result Open(SrtpReceiver* receiver, Bytes packet, Bytes* plain = nullptr) {
  size_t length = 0;
  const Result result = receiver->UnprotectRtp(packet.data(), packet.size(), &length);
  if (result == Result::kOk) packet.resize(length);
  if (plain != nullptr) *plain = packet;
  return result;
}

inline Result OpenRtcp(SrtpReceiver* receiver, Bytes packet, Bytes* plain = nullptr) {
  size_t length = 0;
  const Result result = receiver->UnprotectRtcp(packet.data(), packet.size(), &length);
  if (result == Result::kOk) packet.resize(length);
  if (plain != nullptr) *plain = packet;
  return result;
}

inline void ExpectDelivered(SrtpReceiver* receiver, const Bytes& wire, const Bytes& expected) {
  Bytes plain;
  EXPECT(Open(receiver, wire, &plain) == Result::kOk);
  EXPECT_EQUAL(plain, expected);
}

#endif  // LIVE_WEBRTC_TEST_SRTP_PACKETS_H_
