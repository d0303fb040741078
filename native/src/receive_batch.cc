#include "receive_batch.h"

#include <cerrno>

ReceiveBatch::ReceiveBatch(uint8_t* slots) : slots_(slots) {
  for (size_t slot = 0; slot < kSlotCount; ++slot) {
    vectors_[slot] = {datagram(slot), kMaxDatagramBytes};
    headers_[slot].msg_hdr.msg_iov = &vectors_[slot];
    headers_[slot].msg_hdr.msg_iovlen = 1;
    headers_[slot].msg_hdr.msg_name = &names_[slot];
    headers_[slot].msg_hdr.msg_control = &controls_[slot];
  }
}

size_t ReceiveBatch::Read(int fd) {
  for (mmsghdr& header : headers_) {  // The kernel has overwritten both lengths.
    header.msg_hdr.msg_namelen = sizeof(sockaddr_storage);
    header.msg_hdr.msg_controllen = sizeof(Control);
  }
  int received;
  do {
    received = recvmmsg(fd, headers_, kSlotCount, MSG_DONTWAIT, nullptr);
  } while (received < 0 && errno == EINTR);
  return received < 0 ? 0 : static_cast<size_t>(received);
}
