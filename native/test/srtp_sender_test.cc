// What a sender refuses: indexes used before, too many streams, too little space.
#include "../src/srtp_session.h"

#include "check.h"
#include "srtp_packets.h"

TEST("srtp: no space is refused without using the index up") {
  for (const SrtpProfile profile : kProfiles) {
    const auto sender = MakeSender(profile);
    const Bytes packet = MakeRtp(1, 20);
    const size_t needed = packet.size() + sender->rtp_overhead();
    for (size_t capacity = 0; capacity < needed; ++capacity) {
      Bytes out(capacity);
      EXPECT_EQUAL(sender->ProtectRtp(packet.data(), 12, packet.data() + 12, 20, false, out.data(), capacity), 0u);
      EXPECT(sender->refusal() == Refusal::kNoSpace);
    }
    Bytes out(needed);
    EXPECT_EQUAL(sender->ProtectRtp(packet.data(), 12, packet.data() + 12, 20, false, out.data(), needed), needed);
    EXPECT(sender->refusal() == Refusal::kNone);
    const Bytes report = MakeRtcp();
    for (size_t capacity = 0; capacity < report.size() + sender->rtcp_overhead(); ++capacity) {
      Bytes room(capacity);
      EXPECT_EQUAL(sender->ProtectRtcp(report.data(), report.size(), room.data(), capacity), 0u);
    }
    EXPECT_EQUAL(sender->ProtectRtp(packet.data(), 11, packet.data(), 0, false, out.data(), needed), 0u);
    EXPECT(sender->refusal() == Refusal::kMalformed);
    EXPECT_EQUAL(sender->ProtectRtcp(report.data(), 7, out.data(), needed), 0u);
    EXPECT(sender->refusal() == Refusal::kMalformed);
  }
}

TEST("srtp: an index encrypts once, unless it is declared a retransmission") {
  for (const SrtpProfile profile : kProfiles) {
    const auto sender = MakeSender(profile);
    const Bytes first = Protect(sender.get(), MakeRtp(5000));
    EXPECT(!first.empty());
    EXPECT(Protect(sender.get(), MakeRtp(5000)).empty());
    EXPECT(sender->refusal() == Refusal::kReusedIndex);
    EXPECT_EQUAL(Protect(sender.get(), MakeRtp(5000), true), first);
    // One never sent may come late, once.
    EXPECT(!Protect(sender.get(), MakeRtp(5100)).empty());
    EXPECT(!Protect(sender.get(), MakeRtp(5050)).empty());
    EXPECT(Protect(sender.get(), MakeRtp(5050)).empty());
    // The last packet inside the window, and the first outside, which is refused either way.
    const uint16_t newest = 5100;
    const auto oldest = static_cast<uint16_t>(newest - (kSendWindowPackets - 1));
    EXPECT(!Protect(sender.get(), MakeRtp(oldest)).empty());
    EXPECT(Protect(sender.get(), MakeRtp(oldest)).empty());
    EXPECT(Protect(sender.get(), MakeRtp(static_cast<uint16_t>(oldest - 1))).empty());
    EXPECT(Protect(sender.get(), MakeRtp(static_cast<uint16_t>(oldest - 1)), true).empty());
    EXPECT(sender->refusal() == Refusal::kReusedIndex);
    // Before the first index of all.
    EXPECT(!Protect(sender.get(), MakeRtp(0, 50, 7)).empty());
    EXPECT(Protect(sender.get(), MakeRtp(65535, 50, 7)).empty());
  }
}

TEST("srtp: retransmissions around a wrap are byte for byte the first packets") {
  for (const SrtpProfile profile : kProfiles) {
    const auto sender = MakeSender(profile);
    Bytes wires[20];
    for (int i = 0; i < 20; ++i) wires[i] = Protect(sender.get(), MakeRtp(static_cast<uint16_t>(65526 + i)));
    for (int i = 19; i >= 0; --i) {
      EXPECT_EQUAL(Protect(sender.get(), MakeRtp(static_cast<uint16_t>(65526 + i)), true), wires[i]);
      EXPECT(Protect(sender.get(), MakeRtp(static_cast<uint16_t>(65526 + i))).empty());
    }
  }
}

TEST("srtp: a sender refuses more streams than it can keep, and goes on with those it has") {
  const auto sender = MakeSender(SrtpProfile::kAeadAes128Gcm);
  for (uint32_t ssrc = 1; ssrc <= kMaxSrtpStreams; ++ssrc) EXPECT(!Protect(sender.get(), MakeRtp(1, 10, ssrc)).empty());
  EXPECT(Protect(sender.get(), MakeRtp(1, 10, 1000)).empty());
  EXPECT(sender->refusal() == Refusal::kTooManyStreams);
  EXPECT(!Protect(sender.get(), MakeRtp(2, 10, 1)).empty());
}

TEST("srtp: the index spaces end") {
  for (const SrtpProfile profile : kProfiles) {
    const auto sender = MakeSender(profile);
    sender->streams_for_test().StartForTest(kSsrc, kMaxSrtpIndex - 1);
    EXPECT(!Protect(sender.get(), MakeRtp(65535)).empty());
    EXPECT(Protect(sender.get(), MakeRtp(0)).empty());
    EXPECT(sender->refusal() == Refusal::kReusedIndex);
    sender->set_next_rtcp_index_for_test(0x7fffffff);
    EXPECT(!ProtectRtcp(sender.get(), MakeRtcp()).empty());
    EXPECT(ProtectRtcp(sender.get(), MakeRtcp()).empty());
    EXPECT(sender->refusal() == Refusal::kReusedIndex);
  }
}
