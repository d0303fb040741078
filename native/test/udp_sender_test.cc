// The sender against the kernel: both families, segmentation, and what goes wrong.
#include "../src/udp_sender.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "../src/counters.h"
#include "check.h"
#include "sockets.h"

namespace {

struct Fixture {
  explicit Fixture(TestSocket bound, bool segmentation = true)
      : socket(std::move(bound)), udp(socket.fd(), segmentation, counters) {}

  TestSocket socket;
  double counters[kCounterCount] = {};
  UdpSender udp;
};

// `length` bytes in datagrams of `segment_length`, each of which starts with its number.
Bytes MakeData(size_t length, size_t segment_length) {
  Bytes data(length);
  for (size_t i = 0; i < length; ++i) {
    data[i] = static_cast<uint8_t>(i % segment_length == 0 ? i / segment_length : i);
  }
  return data;
}

SendMessage MakeMessage(const SendTarget& target, const Bytes& data, size_t segment_length) {
  const size_t segments = (data.size() + segment_length - 1) / segment_length;
  return {&target, data.data(), data.size(), static_cast<uint16_t>(segment_length), static_cast<uint16_t>(segments), 0,
          0};
}

std::vector<Bytes> Split(const Bytes& data, size_t segment_length) {
  std::vector<Bytes> parts;
  for (size_t offset = 0; offset < data.size(); offset += segment_length) {
    const size_t end = std::min(offset + segment_length, data.size());
    parts.emplace_back(data.begin() + static_cast<long>(offset), data.begin() + static_cast<long>(end));
  }
  return parts;
}

// Sends one message of 10 datagrams, the last one shorter, and one single datagram, and checks what arrives.
void ExpectDelivery(Fixture* fixture, TestSocket* receiver, const SendTarget& target) {
  const Bytes run = MakeData(9 * 1200 + 333, 1200);
  const Bytes single = MakeData(700, 700);
  SendMessage messages[] = {MakeMessage(target, run, 1200), MakeMessage(target, single, 700)};
  fixture->udp.Send(messages, 2);
  EXPECT_EQUAL(messages[0].sent, 0x3ffu);
  EXPECT_EQUAL(messages[1].sent, 1u);
  std::vector<Bytes> expected = Split(run, 1200);
  expected.push_back(single);
  EXPECT(receiver->Receive(11) == expected);
}

void UseSource4(SendTarget* target, const char* address) {
  target->source_family = AF_INET;
  inet_pton(AF_INET, address, &target->source_v4);
}

}  // namespace

TEST("fan-out: the same datagrams arrive with and without segmentation, on both families") {
  for (const bool segmentation : {true, false}) {
    for (const int kind : {0, 1, 2, 3}) {
      Fixture fixture(kind == 0 ? TestSocket::Udp4() : kind == 1 ? TestSocket::Udp6() : TestSocket::DualStack(),
                      segmentation);
      TestSocket receiver = kind == 0 || kind == 2 ? TestSocket::Udp4() : TestSocket::Udp6();
      ExpectDelivery(&fixture, &receiver, kind == 2 ? receiver.MappedTarget() : receiver.Target());
      EXPECT(segmentation || !fixture.udp.segmentation());
      EXPECT_EQUAL(fixture.counters[kSegmentedSends], fixture.udp.segmentation() ? 1 : 0);
      EXPECT_EQUAL(fixture.counters[kDatagramsSent], 11);
      EXPECT_EQUAL(fixture.counters[kBytesSent], 9 * 1200 + 333 + 700);
      EXPECT_EQUAL(fixture.counters[kSendCalls], fixture.udp.segmentation() ? 1 : 2);
    }
  }
}

TEST("fan-out: datagrams leave from the address that the target names") {
  for (const bool dual_stack : {false, true}) {
    sockaddr_in any{};
    any.sin_family = AF_INET;
    const int fd = socket(AF_INET, SOCK_DGRAM, 0);
    TestSocket probe = TestSocket::Udp4();
    // A socket bound to no address in particular may send from all of 127.0.0.0/8.
    Fixture fixture(dual_stack ? TestSocket::DualStack() : TestSocket::Udp4());
    if (!dual_stack) REQUIRE(bind(fd, reinterpret_cast<sockaddr*>(&any), sizeof any) == 0);
    UdpSender unbound(fd, true, fixture.counters);
    SendTarget target = dual_stack ? probe.MappedTarget() : probe.Target();
    UseSource4(&target, "127.0.0.77");
    const Bytes data = MakeData(500, 100);
    SendMessage message = MakeMessage(target, data, 100);
    (dual_stack ? fixture.udp : unbound).Send(&message, 1);
    EXPECT(probe.Receive(5) == Split(data, 100));
    sockaddr_in source;
    std::memcpy(&source, &probe.source(), sizeof source);
    char text[INET_ADDRSTRLEN] = {};
    inet_ntop(AF_INET, &source.sin_addr, text, sizeof text);
    EXPECT_EQUAL(std::string(text), "127.0.0.77");
    ::close(fd);
  }
  Fixture fixture(TestSocket::DualStack());
  TestSocket receiver = TestSocket::Udp6();
  SendTarget target = receiver.Target();
  target.source_family = AF_INET6;
  target.source_v6 = in6addr_loopback;
  ExpectDelivery(&fixture, &receiver, target);
}

TEST("fan-out: where the kernel refuses segmentation at run time, single datagrams go instead") {
  Fixture fixture(TestSocket::Udp4());
  if (!fixture.udp.segmentation()) return;
  TestSocket receiver = TestSocket::Udp4();
  // Without checksums there is no segmentation: EINVAL.
  const int on = 1;
  REQUIRE(setsockopt(fixture.socket.fd(), SOL_SOCKET, SO_NO_CHECK, &on, sizeof on) == 0);
  for (int i = 0; i < 8; ++i) {
    EXPECT(fixture.udp.segmentation());
    ExpectDelivery(&fixture, &receiver, receiver.Target());
  }
  EXPECT(!fixture.udp.segmentation());
  const double calls = fixture.counters[kSendCalls];
  ExpectDelivery(&fixture, &receiver, receiver.Target());
  EXPECT_EQUAL(fixture.counters[kSendCalls] - calls, 2);
  EXPECT_EQUAL(fixture.counters[kSegmentedSends], 0);
  EXPECT_EQUAL(fixture.counters[kSendErrors], 0);
  EXPECT_EQUAL(fixture.counters[kDatagramsSent], 9 * 11);
}

TEST("fan-out: segmentation turned off within a batch") {
  Fixture fixture(TestSocket::Udp4());
  if (!fixture.udp.segmentation()) return;
  TestSocket receiver = TestSocket::Udp4();
  const int on = 1;
  REQUIRE(setsockopt(fixture.socket.fd(), SOL_SOCKET, SO_NO_CHECK, &on, sizeof on) == 0);
  const SendTarget target = receiver.Target();
  const Bytes data = MakeData(450, 100);
  std::vector<SendMessage> messages(20, MakeMessage(target, data, 100));
  fixture.udp.Send(messages.data(), messages.size());
  for (const SendMessage& message : messages) EXPECT_EQUAL(message.sent, 0x1fu);
  // Eight messages were tried in both ways, the others not.
  EXPECT_EQUAL(fixture.counters[kSendCalls], 8 * 2 + 12);
  const std::vector<Bytes> parts = Split(data, 100);
  const std::vector<Bytes> received = receiver.Receive(100);
  REQUIRE(received.size() == 100);
  for (size_t i = 0; i < 100; ++i) EXPECT(received[i] == parts[i % 5]);
}

TEST("fan-out: one segmented message that went through proves segmentation again") {
  Fixture fixture(TestSocket::Udp4());
  if (!fixture.udp.segmentation()) return;
  TestSocket receiver = TestSocket::Udp4();
  for (int i = 0; i < 14; ++i) {
    const int no_check = i == 7 ? 0 : 1;
    REQUIRE(setsockopt(fixture.socket.fd(), SOL_SOCKET, SO_NO_CHECK, &no_check, sizeof no_check) == 0);
    ExpectDelivery(&fixture, &receiver, receiver.Target());
  }
  EXPECT(fixture.udp.segmentation());
  EXPECT_EQUAL(fixture.counters[kSegmentedSends], 1);
}

TEST("fan-out: segments above the path's MTU go as single datagrams, others stay segmented") {
  Fixture fixture(TestSocket::Udp6());
  if (!fixture.udp.segmentation()) return;
  TestSocket receiver = TestSocket::Udp6();
  const int mtu = 1280;
  REQUIRE(setsockopt(fixture.socket.fd(), IPPROTO_IPV6, IPV6_MTU, &mtu, sizeof mtu) == 0);
  const SendTarget target = receiver.Target();
  const Bytes large = MakeData(4000, 1300);
  const Bytes small = MakeData(4000, 1200);
  for (int i = 0; i < 10; ++i) {
    SendMessage messages[] = {MakeMessage(target, small, 1200), MakeMessage(target, large, 1300),
                              MakeMessage(target, small, 1200)};
    fixture.udp.Send(messages, 3);
    for (const SendMessage& message : messages) EXPECT_EQUAL(message.sent, 0xfu);
    std::vector<Bytes> expected = Split(small, 1200);
    for (const Bytes& part : Split(large, 1300)) expected.push_back(part);
    for (const Bytes& part : Split(small, 1200)) expected.push_back(part);
    EXPECT(receiver.Receive(12) == expected);
  }
  EXPECT(fixture.udp.segmentation());
  EXPECT_EQUAL(fixture.counters[kSegmentedSends], 20);
}

TEST("fan-out: a message with an error is counted, and the next ones go on") {
  // Source addresses that give ENETUNREACH, and EINVAL as a lack of segmentation does.
  for (const char* source : {"192.0.2.1", "224.0.0.1"}) {
    Fixture fixture(TestSocket::Udp4());
    TestSocket receiver = TestSocket::Udp4();
    const SendTarget good = receiver.Target();
    SendTarget bad = good;
    UseSource4(&bad, source);
    const Bytes data = MakeData(500, 100);
    const Bytes single = MakeData(90, 90);
    const bool segmentation = fixture.udp.segmentation();
    for (int i = 0; i < 20; ++i) {
      SendMessage messages[] = {MakeMessage(bad, data, 100),   MakeMessage(good, single, 90),
                                MakeMessage(bad, single, 90),  MakeMessage(bad, single, 90),
                                MakeMessage(good, data, 100),  MakeMessage(bad, data, 100)};
      fixture.udp.Send(messages, 6);
      const uint64_t sent[] = {0, 1, 0, 0, 0x1f, 0};
      for (int j = 0; j < 6; ++j) {
        EXPECT_EQUAL(messages[j].sent, sent[j]);
        EXPECT_EQUAL(messages[j].dropped, 0u);
      }
      std::vector<Bytes> expected = Split(data, 100);
      expected.insert(expected.begin(), single);
      EXPECT(receiver.Receive(6) == expected);
    }
    EXPECT_EQUAL(fixture.counters[kSendErrors], 20 * 12);
    EXPECT_EQUAL(fixture.counters[kDatagramsSent], 20 * 6);
    EXPECT_EQUAL(fixture.counters[kDroppedSocketFull], 0);
    // The failures have nothing to do with segmentation.
    std::vector<SendMessage> messages(20, MakeMessage(bad, data, 100));
    fixture.udp.Send(messages.data(), messages.size());
    EXPECT_EQUAL(fixture.udp.segmentation(), segmentation);
  }
}

TEST("fan-out: a full socket drops the rest, counts it and returns at once") {
  Fixture fixture(TestSocket::Unix());
  EXPECT(!fixture.udp.segmentation());
  TestSocket receiver = TestSocket::Unix();
  const SendTarget target = receiver.Target();
  const Bytes data = MakeData(64 * 50, 50);
  // Unix sockets queue some ten datagrams for a receiver (net.unix.max_dgram_qlen), or a few hundred.
  std::vector<SendMessage> messages(30, MakeMessage(target, data, 50));
  fixture.udp.Send(messages.data(), messages.size());
  const auto sent = static_cast<size_t>(fixture.counters[kDatagramsSent]);
  EXPECT(sent > 0 && sent < 30 * 64);
  EXPECT_EQUAL(fixture.counters[kDroppedSocketFull], static_cast<double>(30 * 64 - sent));
  EXPECT_EQUAL(fixture.counters[kSendErrors], 0);
  EXPECT(fixture.counters[kSendCalls] <= 32);
  // Order is kept: what was sent is the beginning, what was dropped is the rest.
  for (size_t i = 0; i < 30 * 64; ++i) {
    EXPECT_EQUAL(messages[i / 64].sent >> i % 64 & 1, i < sent ? 1u : 0u);
    EXPECT_EQUAL(messages[i / 64].dropped >> i % 64 & 1, i < sent ? 0u : 1u);
  }
  const std::vector<Bytes> received = receiver.Receive(sent);
  EXPECT_EQUAL(received.size(), sent);
  for (size_t i = 0; i < received.size(); ++i) EXPECT_EQUAL(int{received[i][0]}, static_cast<int>(i % 64));
  // It goes on once there is room.
  EXPECT(fixture.udp.SendOne(target, data.data(), 50));
  EXPECT_EQUAL(receiver.Receive(1).size(), 1u);
}

TEST("fan-out: more messages than one sendmmsg takes") {
  Fixture fixture(TestSocket::Udp4());
  std::vector<TestSocket> receivers;
  std::vector<SendTarget> targets;
  for (int i = 0; i < 15; ++i) receivers.push_back(TestSocket::Udp4());
  for (const TestSocket& receiver : receivers) targets.push_back(receiver.Target());
  const Bytes data = MakeData(20, 20);
  std::vector<SendMessage> messages;
  for (size_t i = 0; i < 1500; ++i) messages.push_back(MakeMessage(targets[i % 15], data, 20));
  fixture.udp.Send(messages.data(), messages.size());
  EXPECT_EQUAL(fixture.counters[kSendCalls], 2);
  EXPECT_EQUAL(fixture.counters[kDatagramsSent], 1500);
  for (TestSocket& receiver : receivers) EXPECT_EQUAL(receiver.Receive(100).size(), 100u);
}

TEST("fan-out: single sends") {
  Fixture fixture(TestSocket::Udp4());
  TestSocket receiver = TestSocket::Udp4();
  SendTarget target = receiver.Target();
  const Bytes data = MakeData(65508, 65508);
  EXPECT(fixture.udp.SendOne(target, data.data(), 1400));
  EXPECT(fixture.udp.SendOne(target, data.data(), 0));
  EXPECT(receiver.Receive(2) == (std::vector<Bytes>{Bytes(data.begin(), data.begin() + 1400), Bytes()}));
  EXPECT(!fixture.udp.SendOne(target, data.data(), 65508));
  target.valid = false;
  EXPECT(!fixture.udp.SendOne(target, data.data(), 10));
  EXPECT_EQUAL(fixture.counters[kSendErrors], 2);
  EXPECT_EQUAL(fixture.counters[kSendCalls], 2);
}
