// What the addon keeps of one WebRTC connection.
#ifndef LIVE_WEBRTC_PEER_H_
#define LIVE_WEBRTC_PEER_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "datagram_sender.h"
#include "dtls_session.h"
#include "route.h"
#include "send_history.h"
#include "send_target.h"
#include "srtp_session.h"

class Peer final : public DtlsOutput {
 public:
  // `context` and `datagrams` outlive this.
  Peer(uint32_t handle, const DtlsContext* context, DatagramSender* datagrams, DtlsRole role,
       const Fingerprint& fingerprint)
      : handle(handle), dtls(context, this, role, fingerprint), datagrams_(datagrams) {}

  void SendDtls(const uint8_t* datagram, size_t length) override {
    if (target.valid) (void)datagrams_->SendOne(target, datagram, length);
  }

  const uint32_t handle;
  DtlsSession dtls;
  SrtpProfile profile{};
  // Both null until the handshake is complete.
  std::unique_ptr<SrtpSender> sender;
  std::unique_ptr<SrtpReceiver> receiver;
  // Null where its packets have no transport-wide numbers.
  std::unique_ptr<SendHistory> sends;
  // The selected route.
  SendTarget target;
  // Where datagrams may come from.
  std::vector<RemoteKey> remotes;

 private:
  DatagramSender* datagrams_;
};

#endif  // LIVE_WEBRTC_PEER_H_
