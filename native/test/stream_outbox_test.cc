// Datagrams framed for streams (RFC 4571 2).
#include "../src/stream_outbox.h"

#include <cstring>

#include "../src/counters.h"
#include "check.h"

namespace {

bool Add(StreamOutbox* outbox, uint32_t stream, const Bytes& datagram) {
  return outbox->Add(stream, datagram.data(), datagram.size());
}

// An entry's header, then its frames.
Bytes Entry(uint32_t stream, const char* frames) {
  const Bytes content = FromHex(frames);
  const uint32_t header[] = {stream, static_cast<uint32_t>(content.size())};
  Bytes bytes(sizeof header + content.size());
  std::memcpy(bytes.data(), header, sizeof header);
  for (size_t i = 0; i < content.size(); ++i) bytes[sizeof header + i] = content[i];
  return bytes;
}

Bytes Join(Bytes first, const Bytes& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

}  // namespace

TEST("fan-out: datagrams to one stream in a row share an entry, each in a frame") {
  double counters[kCounterCount] = {};
  StreamOutbox outbox(counters);
  EXPECT(outbox.empty());
  EXPECT(Add(&outbox, 5, {1, 2, 3}));
  EXPECT(Add(&outbox, 5, {}));
  EXPECT(Add(&outbox, 6, {4}));
  EXPECT(Add(&outbox, 5, {9}));
  EXPECT_EQUAL(outbox.Take(), Join(Join(Entry(5, "0003 010203 0000"), Entry(6, "0001 04")), Entry(5, "0001 09")));
  EXPECT(outbox.empty());
  EXPECT_EQUAL(counters[kDatagramsSent], 4);
  EXPECT_EQUAL(counters[kBytesSent], 5);
  // What was taken is no part of the next.
  EXPECT(Add(&outbox, 5, {7}));
  EXPECT_EQUAL(outbox.Take(), Entry(5, "0001 07"));
}

TEST("fan-out: a blocked stream takes nothing until it is unblocked") {
  double counters[kCounterCount] = {};
  StreamOutbox outbox(counters);
  outbox.SetBlocked(5, true);
  outbox.SetBlocked(5, true);
  EXPECT(!Add(&outbox, 5, {1}));
  EXPECT(outbox.empty());
  EXPECT(Add(&outbox, 6, {2}));
  EXPECT_EQUAL(counters[kDroppedStreamFull], 1);
  outbox.SetBlocked(5, false);
  EXPECT(Add(&outbox, 5, {3}));
  EXPECT_EQUAL(outbox.Take(), Join(Entry(6, "0001 02"), Entry(5, "0001 03")));
}

TEST("fan-out: a datagram that no frame can hold is refused") {
  double counters[kCounterCount] = {};
  StreamOutbox outbox(counters);
  EXPECT(!Add(&outbox, 5, Bytes(65536)));
  EXPECT(outbox.empty());
  EXPECT_EQUAL(counters[kSendErrors], 1);
  EXPECT(Add(&outbox, 5, Bytes(65535)));
  EXPECT_EQUAL(outbox.Take().size(), 8u + 2 + 65535);
}
