// One UDP socket with the peers behind it: what src/native/addon.ts calls Transport, without JavaScript.
#ifndef LIVE_WEBRTC_TRANSPORT_H_
#define LIVE_WEBRTC_TRANSPORT_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "batch_writer.h"
#include "counters.h"
#include "datagram_sender.h"
#include "dtls_context.h"
#include "fan_out.h"
#include "handshake_queue.h"
#include "peer_table.h"
#include "receive_batch.h"
#include "route.h"
#include "rtp_header.h"
#include "stream_outbox.h"
#include "udp_sender.h"
#include "udp_socket.h"

// What JavaScript sees of a transport. The same memory for the transport's life.
struct TransportMemory {
  alignas(64) uint8_t data[kSlotsBytes];
  Record records[kMaxRecords];
  double counters[kCounterCount];
};

class TransportListener {
 public:
  // `count` records are in the memory. May call anything of the transport, Close too.
  virtual void OnBatch(size_t count) = 0;
  // Datagrams wait in stream_outbox(). May call anything of the transport.
  virtual void OnStreamData() = 0;
  // Something happened outside a read: FlushEvents wants to be called from the event loop.
  virtual void OnEventPending() = 0;
  // Handshakes wait: OnReadable wants to be called in the next turn of the event loop, whether there is something or not.
  virtual void OnHandshakesWaiting() = 0;

 protected:
  ~TransportListener() = default;
};

class Transport {
 public:
  // All outlive this; `memory` is shared with the arrays of JavaScript. `streams` allows routes that are streams, whose
  // data the listener takes.
  Transport(std::unique_ptr<UdpSocket> socket, std::unique_ptr<DtlsContext> dtls_context, bool segmentation,
            bool streams, std::shared_ptr<TransportMemory> memory, TransportListener* listener);
  ~Transport();
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  const UdpSocket& socket() const { return *socket_; }
  bool closed() const { return socket_ == nullptr; }
  PeerTable& peers() { return *peers_; }
  StreamOutbox& stream_outbox() { return stream_outbox_; }
  // A listener's OnBatch runs, so that the memory must not be written to.
  bool in_batch() const { return in_batch_; }

  // The socket may be readable: reads a bounded number of batches and hands each to the listener; then goes on with the
  // handshakes that wait, as far as a turn of the event loop has time for them.
  void OnReadable();
  // Handles datagrams that came by a stream like a read of the socket: `datagrams` holds `count` (at most kSlotCount)
  // pairs of offset and length in `source`, all checked. Not in a batch.
  void ReceiveFromStream(const Route& route, const uint8_t* source, const uint32_t* datagrams, size_t count);
  // Tells the listener of data for streams, if there is some. It may close the transport.
  void FlushStreams();
  // Hands over what happened outside a read.
  void FlushEvents();

  void StartDtls(Peer* peer);
  void HandleDtlsTimeout(Peer* peer);
  void ClosePeer(Peer* peer);
  bool SelectRoute(Peer* peer, const Route& route);
  void RemoveRoute(const Route& route);
  bool SendDatagram(const Route& route, const uint8_t* datagram, size_t length);
  // From now on the peer's packets that have the transport-wide extension are numbered and noted.
  void TrackSends(Peer* peer, std::unique_ptr<SendHistory> history);
  bool SendRtp(Peer* peer, const uint8_t* packet, size_t length, bool retransmission);
  bool SendRtcp(Peer* peer, const uint8_t* packet, size_t length);
  size_t FanOutPackets(const uint8_t* source, size_t source_length, const uint32_t* packets, size_t packet_count,
                       uint8_t* rows, size_t row_count, bool retransmission);
  // Says close_notify to all peers and gives the socket back. Nothing else may be called afterwards but closed().
  void Close();

 private:
  void Count(Counter counter, double amount = 1) { memory_->counters[counter] += amount; }
  void ReadSocket();
  void ContinueHandshakes();
  void ProcessSlot(size_t slot);
  // `route` is null where the datagram cannot be used.
  void ProcessDatagram(size_t slot, size_t length, const Route* route);
  void ProcessStun(size_t slot, size_t length, const Route& route);
  void ProcessDtls(Peer* peer, const uint8_t* datagram, size_t length);
  // Returns the event to tell.
  RecordKind ReceiveDtls(Peer* peer, const uint8_t* datagram, size_t length);
  void ProcessRtp(Peer* peer, size_t slot, size_t received);
  void ProcessRtcp(Peer* peer, size_t slot, size_t received);
  // Whether the result is a plain packet; counts it otherwise.
  bool Accept(Peer* peer, SrtpReceiver::Result result);
  // Gives the records, if there are some, to the listener.
  void HandOver();
  void WriteEvents();
  // The event to tell after a call to the peer's DTLS, kNone for none. Makes a newly connected peer ready for SRTP.
  RecordKind EventAfter(Peer* peer, DtlsState before);
  // The same outside a read.
  void NoteEvent(Peer* peer, DtlsState before);
  void AddEvent(RecordKind kind, const Peer& peer);
  // The number in the transport-wide extension of the packet whose header is in outgoing_; null where it has none.
  uint8_t* FindTransportSequence(const RtpHeader& header, uint8_t id);
  bool TargetOf(const Route& route, SendTarget* target) const;
  bool SendProtected(const Peer& peer, size_t length);

  std::shared_ptr<TransportMemory> memory_;
  TransportListener* listener_;
  std::unique_ptr<UdpSocket> socket_;
  UdpSender udp_sender_;
  const bool has_streams_;
  StreamOutbox stream_outbox_;
  DatagramSender datagrams_;
  std::unique_ptr<DtlsContext> dtls_context_;
  std::unique_ptr<PeerTable> peers_;
  FanOut fan_out_;
  ReceiveBatch receive_batch_;
  BatchWriter writer_;
  HandshakeQueue handshakes_;
  bool in_batch_ = false;
  // Peers with a DTLS event outside a read, and the event.
  std::vector<std::pair<uint32_t, RecordKind>> events_;
  // One protected packet on its way to the socket.
  uint8_t outgoing_[kSlotBytes];
};

#endif  // LIVE_WEBRTC_TRANSPORT_H_
