// SRTP sessions: round trips, roll-over, replay, tampering, malformed packets.
#include "../src/srtp_session.h"

#include <openssl/err.h>

#include <algorithm>

#include "check.h"
#include "srtp_packets.h"

TEST("srtp: RTP of every length comes back, headers stay readable") {
  const auto next = [](uint16_t length) { return static_cast<uint16_t>(length < 70 ? length + 1 : length + 113); };
  for (const SrtpProfile profile : kProfiles) {
    const auto sender = MakeSender(profile);
    const auto receiver = MakeReceiver(profile);
    REQUIRE(sender != nullptr && receiver != nullptr);
    for (uint16_t length = 0; length < 1300; length = next(length)) {
      const Bytes packet = MakeRtp(length, length);
      const Bytes wire = Protect(sender.get(), packet);
      EXPECT_EQUAL(wire.size(), packet.size() + sender->rtp_overhead());
      EXPECT(std::equal(packet.begin(), packet.begin() + 12, wire.begin()));
      if (length >= 16) EXPECT(!std::equal(packet.begin() + 12, packet.end(), wire.begin() + 12));
      ExpectDelivered(receiver.get(), wire, packet);
    }
  }
}

TEST("srtp: CSRCs, extension and padding come back, and are authenticated") {
  const Bytes packet = FromHex(
      "b2 e0 0001 00000001 12345678 aaaaaaaa bbbbbbbb bede0001 10ff0000 0102030405060708 00000004");
  for (const SrtpProfile profile : kProfiles) {
    const auto sender = MakeSender(profile);
    const auto receiver = MakeReceiver(profile);
    const Bytes wire = Protect(sender.get(), packet, false, 28);
    EXPECT(std::equal(packet.begin(), packet.begin() + 28, wire.begin()));
    ExpectDelivered(receiver.get(), wire, packet);
  }
}

TEST("srtp: in place, header and payload in their final position") {
  for (const SrtpProfile profile : kProfiles) {
    const auto sender = MakeSender(profile);
    const auto receiver = MakeReceiver(profile);
    const Bytes packet = MakeRtp(1, 1000);
    Bytes wire = packet;
    wire.resize(packet.size() + sender->rtp_overhead());
    EXPECT_EQUAL(sender->ProtectRtp(wire.data(), 12, wire.data() + 12, 1000, false, wire.data(), wire.size()),
                 wire.size());
    ExpectDelivered(receiver.get(), wire, packet);
    const Bytes report = MakeRtcp(60);
    Bytes protected_report = report;
    protected_report.resize(report.size() + sender->rtcp_overhead());
    EXPECT_EQUAL(sender->ProtectRtcp(protected_report.data(), report.size(), protected_report.data(),
                                     protected_report.size()),
                 protected_report.size());
    Bytes plain;
    EXPECT(OpenRtcp(receiver.get(), protected_report, &plain) == Result::kOk);
    EXPECT_EQUAL(plain, report);
  }
}

TEST("srtp: the roll-over counter counts over three wraps with reordering") {
  for (const SrtpProfile profile : kProfiles) {
    const auto sender = MakeSender(profile);
    const auto receiver = MakeReceiver(profile);
    // Blocks of eight packets, sent in one order and delivered in another; far from a wrap there are large gaps.
    const size_t order[8] = {3, 0, 1, 7, 2, 6, 5, 4};
    uint32_t number = 65500;
    while (number <= 3 * 65536 + 64) {
      Bytes wires[8];
      for (const size_t i : order) {
        wires[i] = Protect(sender.get(), MakeRtp(static_cast<uint16_t>(number + i), 9));
        EXPECT(!wires[i].empty());
      }
      for (size_t i = 8; i-- > 0;) {
        ExpectDelivered(receiver.get(), wires[order[i]], MakeRtp(static_cast<uint16_t>(number + order[i]), 9));
      }
      const uint32_t to_wrap = 65536 - number % 65536;
      number += to_wrap > 65472 || to_wrap <= 64 ? 8 : std::min(16000u, to_wrap - 60);
    }
    auto* stream = receiver->streams_for_test().Find(kSsrc);
    REQUIRE(stream != nullptr);
    EXPECT(stream->seen.highest() > 3 * 65536u);
  }
}

TEST("srtp: a stream that starts just before a wrap, in any order of its first packets") {
  uint16_t sequences[4] = {65534, 65535, 0, 1};
  std::sort(sequences, sequences + 4);
  do {
    for (const SrtpProfile profile : kProfiles) {
      const auto sender = MakeSender(profile);
      const auto receiver = MakeReceiver(profile);
      Bytes wires[4];
      const uint16_t sent[4] = {65534, 65535, 0, 1};
      for (size_t i = 0; i < 4; ++i) wires[i] = Protect(sender.get(), MakeRtp(sent[i]));
      for (const uint16_t sequence : sequences) {
        const size_t i = static_cast<uint16_t>(sequence + 2);
        ExpectDelivered(receiver.get(), wires[i], MakeRtp(sequence));
      }
      for (const Bytes& wire : wires) EXPECT(Open(receiver.get(), wire) == Result::kReplay);
    }
  } while (std::next_permutation(sequences, sequences + 4));
}

TEST("srtp: a forged first packet leaves no stream behind and harms no later one") {
  for (const SrtpProfile profile : kProfiles) {
    const auto sender = MakeSender(profile);
    const auto receiver = MakeReceiver(profile);
    Bytes forged = MakeRtp(100, 100);
    EXPECT(Open(receiver.get(), forged) == Result::kAuthenticationFailure);
    EXPECT_EQUAL(receiver->streams_for_test().size(), 0u);
    ExpectDelivered(receiver.get(), Protect(sender.get(), MakeRtp(60000)), MakeRtp(60000));
    // A forgery far ahead does not move the window.
    EXPECT(Open(receiver.get(), MakeRtp(20000, 100)) == Result::kAuthenticationFailure);
    ExpectDelivered(receiver.get(), Protect(sender.get(), MakeRtp(60001)), MakeRtp(60001));
  }
}

TEST("srtp: replays are refused, 64 packets back are accepted once") {
  for (const SrtpProfile profile : kProfiles) {
    const auto sender = MakeSender(profile);
    const auto receiver = MakeReceiver(profile);
    Bytes wires[100];
    for (int i = 0; i < 100; ++i) wires[i] = Protect(sender.get(), MakeRtp(static_cast<uint16_t>(i)));
    EXPECT(Open(receiver.get(), wires[99]) == Result::kOk);
    for (int i = 99; i >= 0; --i) {
      const bool fresh = i < 99 && i > 99 - static_cast<int>(kReplayWindowPackets);
      EXPECT(Open(receiver.get(), wires[i]) == (fresh ? Result::kOk : Result::kReplay));
      EXPECT(Open(receiver.get(), wires[i]) == Result::kReplay);
    }
  }
}

TEST("srtp: RTCP comes back, each index once, in any order within the window") {
  for (const SrtpProfile profile : kProfiles) {
    const auto sender = MakeSender(profile);
    const auto receiver = MakeReceiver(profile);
    Bytes wires[100];
    for (size_t i = 0; i < 100; ++i) wires[i] = ProtectRtcp(sender.get(), MakeRtcp(i));
    for (size_t i = 0; i < 100; ++i) {
      EXPECT_EQUAL(wires[i].size(), 8 + i + sender->rtcp_overhead());
      const size_t other = i ^ 3;
      Bytes plain;
      EXPECT(OpenRtcp(receiver.get(), wires[other], &plain) == Result::kOk);
      EXPECT_EQUAL(plain, MakeRtcp(other));
      EXPECT(OpenRtcp(receiver.get(), wires[other]) == Result::kReplay);
    }
    EXPECT(OpenRtcp(receiver.get(), wires[0]) == Result::kReplay);
    // Another source's reports have a window of their own, though the index is shared.
    EXPECT(OpenRtcp(receiver.get(), ProtectRtcp(sender.get(), MakeRtcp(4, 99))) == Result::kOk);
  }
}

TEST("srtp: every flipped bit fails, and the packet still opens afterwards") {
  for (const SrtpProfile profile : kProfiles) {
    const auto sender = MakeSender(profile);
    const auto receiver = MakeReceiver(profile);
    ERR_clear_error();
    // Known streams first, so that a changed sequence number is judged by the window and not as a new stream.
    EXPECT(Open(receiver.get(), Protect(sender.get(), MakeRtp(300))) == Result::kOk);
    const Bytes packet = MakeRtp(301, 33);
    const Bytes wire = Protect(sender.get(), packet);
    const Bytes report = ProtectRtcp(sender.get(), MakeRtcp(20));
    for (size_t i = 0; i < 8 * wire.size(); ++i) {
      Bytes changed = wire;
      changed[i / 8] ^= static_cast<uint8_t>(1 << i % 8);
      EXPECT(Open(receiver.get(), changed) != Result::kOk);
    }
    for (size_t i = 0; i < 8 * report.size(); ++i) {
      Bytes changed = report;
      changed[i / 8] ^= static_cast<uint8_t>(1 << i % 8);
      EXPECT(OpenRtcp(receiver.get(), changed) != Result::kOk);
    }
    for (size_t length = 0; length < wire.size(); ++length) {
      EXPECT(Open(receiver.get(), Bytes(wire.begin(), wire.begin() + static_cast<long>(length))) != Result::kOk);
    }
    for (size_t length = 0; length < report.size(); ++length) {
      EXPECT(OpenRtcp(receiver.get(), Bytes(report.begin(), report.begin() + static_cast<long>(length))) !=
             Result::kOk);
    }
    ExpectDelivered(receiver.get(), wire, packet);
    EXPECT(OpenRtcp(receiver.get(), report) == Result::kOk);
    EXPECT_EQUAL(receiver->streams_for_test().size(), 1u);
    // Node's own TLS reads the same error queue.
    EXPECT_EQUAL(ERR_peek_error(), 0ul);
  }
}

TEST("srtp: a packet under other keys or another profile fails") {
  for (const SrtpProfile profile : kProfiles) {
    for (const SrtpProfile other : kProfiles) {
      uint8_t key[16] = {};
      const auto sender = SrtpSender::Create(profile, key, kMasterSalt);
      const auto receiver = MakeReceiver(other);
      EXPECT(Open(receiver.get(), Protect(sender.get(), MakeRtp(1, 100))) == Result::kAuthenticationFailure);
      EXPECT(OpenRtcp(receiver.get(), ProtectRtcp(sender.get(), MakeRtcp(100))) != Result::kOk);
    }
  }
}

TEST("srtp: short and malformed packets of every length") {
  for (const SrtpProfile profile : kProfiles) {
    const auto receiver = MakeReceiver(profile);
    uint32_t random = 1;
    for (int round = 0; round < 200; ++round) {
      for (size_t length = 0; length <= 40; ++length) {
        Bytes packet(length);
        for (uint8_t& byte : packet) {
          random = random * 1664525 + 1013904223;
          byte = static_cast<uint8_t>(random >> 24);
        }
        // Most of them are RTP at first sight.
        if (length > 0 && round % 4 != 0) packet[0] = static_cast<uint8_t>(0x80 | (packet[0] & 0x3f));
        EXPECT(Open(receiver.get(), packet) != Result::kOk);
        EXPECT(OpenRtcp(receiver.get(), packet) != Result::kOk);
      }
    }
    for (size_t length = 0; length <= 40; ++length) {
      for (const int fill : {0x00, 0x80, 0x90, 0xff}) {
        EXPECT(Open(receiver.get(), Bytes(length, static_cast<uint8_t>(fill))) != Result::kOk);
        EXPECT(OpenRtcp(receiver.get(), Bytes(length, static_cast<uint8_t>(fill))) != Result::kOk);
      }
    }
    EXPECT_EQUAL(receiver->streams_for_test().size(), 0u);
  }
}

TEST("srtp: a receiver keeps the streams in use when there are too many") {
  for (const SrtpProfile profile : kProfiles) {
    const auto sender = MakeSender(profile);
    const auto other_sender = MakeSender(profile);
    const auto receiver = MakeReceiver(profile);
    for (uint32_t ssrc = 1; ssrc <= kMaxSrtpStreams; ++ssrc) {
      EXPECT(Open(receiver.get(), Protect(sender.get(), MakeRtp(1, 10, ssrc))) == Result::kOk);
    }
    EXPECT(Open(receiver.get(), Protect(sender.get(), MakeRtp(2, 10, 1))) == Result::kOk);
    EXPECT(Open(receiver.get(), MakeRtp(1, 50, 77)) == Result::kAuthenticationFailure);
    EXPECT(receiver->streams_for_test().Find(2) != nullptr);
    EXPECT(Open(receiver.get(), Protect(other_sender.get(), MakeRtp(1, 10, 77))) == Result::kOk);
    EXPECT_EQUAL(receiver->streams_for_test().size(), kMaxSrtpStreams);
    EXPECT(receiver->streams_for_test().Find(1) != nullptr);
    EXPECT(receiver->streams_for_test().Find(2) == nullptr);
    EXPECT(receiver->streams_for_test().Find(77) != nullptr);
  }
}
