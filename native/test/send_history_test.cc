// What is noted of packets with transport-wide numbers.
#include "../src/send_history.h"

#include "check.h"

namespace {

constexpr int64_t kSecond = 1000000000;

std::shared_ptr<uint32_t> MakeRing(size_t entries) {
  return std::shared_ptr<uint32_t>(new uint32_t[entries * SendHistory::kEntryWords](),
                                   std::default_delete<uint32_t[]>());
}

}  // namespace

TEST("fan-out: a send is noted at its place in the ring, in microseconds of the clock given") {
  const std::shared_ptr<uint32_t> ring = MakeRing(4);
  SendHistory history(3, ring, 4, 10 * kSecond);
  history.Note(5, 11 * kSecond + 2500, 1200, true);
  EXPECT_EQUAL(ring.get()[3], 0x10005u);
  EXPECT_EQUAL(ring.get()[4], 1000002u);
  EXPECT_EQUAL(ring.get()[5], 1200u);
  history.Note(9, 12 * kSecond, 100, false);
  EXPECT_EQUAL(ring.get()[3], 9u);
  history.Note(0xffff, 10 * kSecond + (int64_t{1} << 32) * 1000 + 7000, 100, true);
  EXPECT_EQUAL(ring.get()[9], 0x1ffffu);
  EXPECT_EQUAL(ring.get()[10], 7u);
  EXPECT_EQUAL(ring.get()[0] | ring.get()[6], 0u);
}

TEST("fan-out: a history that takes the place of another goes on with its numbers, modulo 2^16") {
  SendHistory history(3, MakeRing(2), 2, 0);
  for (int i = 0; i < 65535; ++i) history.UseNext();
  SendHistory after(4, MakeRing(8), 8, 0);
  after.GoOnFrom(history);
  EXPECT_EQUAL(int{after.next()}, 65535);
  after.UseNext();
  EXPECT_EQUAL(int{after.next()}, 0);
  EXPECT_EQUAL(int{after.extension_id()}, 4);
}

TEST("fan-out: the clock goes forward") {
  const int64_t before = MonotonicNanoseconds();
  EXPECT(before > 0);
  EXPECT(MonotonicNanoseconds() >= before);
}
