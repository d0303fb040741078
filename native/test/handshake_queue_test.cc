// DTLS datagrams that wait for their turn.
#include "../src/handshake_queue.h"

#include "check.h"

namespace {

bool Add(HandshakeQueue* queue, uint32_t peer, const Bytes& datagram) {
  return queue->Add(peer, datagram.data(), datagram.size());
}

}  // namespace

TEST("handshakes: datagrams wait in their order, as they were") {
  HandshakeQueue queue;
  EXPECT(queue.empty());
  Bytes first = {1, 2, 3};
  EXPECT(Add(&queue, 7, first));
  first = {9, 9, 9};
  EXPECT(Add(&queue, 8, {4}));
  EXPECT(Add(&queue, 7, {5, 6}));
  const HandshakeQueue::Waiting oldest = queue.Take();
  EXPECT_EQUAL(oldest.peer, 7u);
  EXPECT_EQUAL(oldest.datagram, (Bytes{1, 2, 3}));
  EXPECT_EQUAL(queue.Take().peer, 8u);
  EXPECT_EQUAL(queue.Take().datagram, (Bytes{5, 6}));
  EXPECT(queue.empty());
}

TEST("handshakes: one peer cannot fill the queue") {
  HandshakeQueue queue;
  for (size_t i = 0; i < HandshakeQueue::kMaxOfPeer; ++i) EXPECT(Add(&queue, 1, {0}));
  EXPECT(!Add(&queue, 1, {0}));
  EXPECT(Add(&queue, 2, {0}));
  (void)queue.Take();
  EXPECT(Add(&queue, 1, {0}));
  EXPECT(!Add(&queue, 1, {0}));
}

TEST("handshakes: what waits is bounded in bytes") {
  HandshakeQueue queue;
  const Bytes datagram(64 * 1024);
  uint32_t peer = 0;
  while (Add(&queue, ++peer, datagram)) REQUIRE(peer <= HandshakeQueue::kMaxBytes / datagram.size());
  EXPECT_EQUAL(peer, HandshakeQueue::kMaxBytes / datagram.size() + 1);
  (void)queue.Take();
  EXPECT(Add(&queue, peer, datagram));
}

TEST("handshakes: a turn of the loop has only so much time for them") {
  HandshakeBudget budget;
  EXPECT(!budget.IsSpent());
  budget.Spend(HandshakeBudget::kNanosecondsPerTurn - 1);
  EXPECT(!budget.IsSpent());
  budget.Spend(1);
  EXPECT(budget.IsSpent());
}
