// Packet indexes and windows against a plain model.
#include "../src/srtp_streams.h"

#include <set>

#include "check.h"

TEST("srtp: the estimated index is the nearest one") {
  uint64_t index = 0;
  EXPECT(EstimateSrtpIndex(10, 11, &index));
  EXPECT_EQUAL(index, 11u);
  EXPECT(EstimateSrtpIndex(65535, 0, &index));
  EXPECT_EQUAL(index, 65536u);
  EXPECT(EstimateSrtpIndex(65536, 65535, &index));
  EXPECT_EQUAL(index, 65535u);
  EXPECT(EstimateSrtpIndex(3 * 65536 + 100, 65000, &index));
  EXPECT_EQUAL(index, 2 * 65536u + 65000u);
  EXPECT(EstimateSrtpIndex(0, 32767, &index));
  EXPECT_EQUAL(index, 32767u);
  EXPECT(!EstimateSrtpIndex(0, 65535, &index));
  EXPECT(!EstimateSrtpIndex(100, 40000, &index));
  EXPECT(EstimateSrtpIndex(kMaxSrtpIndex, 65535, &index));
  EXPECT(!EstimateSrtpIndex(kMaxSrtpIndex, 0, &index));
}

TEST("srtp: windows agree with a set that forgets nothing") {
  using Window = IndexWindow<64>;
  uint32_t random = 7;
  for (int round = 0; round < 50; ++round) {
    Window window(1000);
    std::set<uint64_t> seen = {1000};
    for (int step = 0; step < 2000; ++step) {
      random = random * 1664525 + 1013904223;
      // Mostly near the newest, at times a leap of about the window's size.
      const uint32_t spread = (random >> 4) % 16 == 0 ? 200 : 40;
      const uint64_t index = window.highest() + (random >> 12) % spread - 30;
      const auto place = window.Look(index);
      const bool too_old = index + 64 <= *seen.rbegin();
      const auto expected = too_old ? Window::Place::kTooOld
                            : seen.count(index) != 0 ? Window::Place::kSeen
                                                     : Window::Place::kNew;
      EXPECT(place == expected);
      if (place != Window::Place::kNew) continue;
      window.Mark(index);
      seen.insert(index);
      EXPECT_EQUAL(window.highest(), *seen.rbegin());
    }
  }
}
