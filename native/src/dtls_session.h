// DTLS 1.2 with one peer, for the keys of SRTP (RFC 5763, RFC 5764).
#ifndef LIVE_WEBRTC_DTLS_SESSION_H_
#define LIVE_WEBRTC_DTLS_SESSION_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "certificate.h"
#include "dtls_alerts.h"
#include "dtls_context.h"
#include "openssl_guard.h"
#include "srtp_profile.h"

// Takes the datagrams that sessions send.
class DtlsOutput {
 public:
  virtual void SendDtls(const uint8_t* datagram, size_t length) = 0;

 protected:
  ~DtlsOutput() = default;
};

enum class DtlsRole : uint8_t { kClient, kServer };
enum class DtlsState : uint8_t { kIdle, kHandshaking, kConnected, kFailed, kClosed };
// DTLS_FAILURE in src/native/addon.ts.
enum class DtlsFailure : uint8_t { kNone = 0, kProtocol = 1, kFingerprint = 2, kNoSrtpProfile = 3 };

// What the handshake gave to SRTP.
struct SrtpKeyingMaterial {
  SrtpProfile profile;
  uint8_t local_key[kSrtpKeyLength];
  uint8_t remote_key[kSrtpKeyLength];
  uint8_t local_salt[kSrtpMaxSaltLength];
  uint8_t remote_salt[kSrtpMaxSaltLength];

  ~SrtpKeyingMaterial();
};

class DtlsSession {
 public:
  // `context` and `output` outlive this. OpenSSL's objects are made when the handshake begins.
  DtlsSession(const DtlsContext* context, DtlsOutput* output, DtlsRole role, const Fingerprint& fingerprint);
  ~DtlsSession();
  DtlsSession(const DtlsSession&) = delete;
  DtlsSession& operator=(const DtlsSession&) = delete;

  DtlsState state() const { return state_; }
  DtlsFailure failure() const { return failure_; }

  // Sends the first flight in the client role.
  void Start();
  // Takes one datagram. False where the session has no use for it.
  bool Receive(const uint8_t* datagram, size_t length);
  // Milliseconds to the next retransmission, 0 when due, -1 when none is pending.
  int64_t Timeout() const;
  // Retransmits the last flight if it is due.
  void HandleTimeout();
  // The peer is known to be done with the handshake too, because a packet of its SRTP was authentic: forgets what was
  // kept for retransmissions. Cheap when called again.
  void OnPeerReady() {
    if (!last_flight_.empty()) ForgetLastFlight();
  }
  // Sends close_notify where connected.
  void Close();
  // Makes a connected session a failed one: its keys were of no use.
  void Abort() { Fail(DtlsFailure::kProtocol); }
  // The keys, once, in kConnected: OpenSSL's objects go with them. False where there are none or OpenSSL fails.
  bool TakeKeys(SrtpKeyingMaterial* keys);

  // A peer that has missed the last flight so often has a way of no use.
  static constexpr uint8_t kMaxRepeats = 16;

  // For DtlsContext.
  static BioMethodPointer MakeBioMethod();
  static int VerifyCertificate(X509_STORE_CTX* store, void*);

 private:
  static int BioRead(BIO* bio, char* buffer, int capacity);
  static int BioWrite(BIO* bio, const char* datagram, int length);
  static long BioControl(BIO* bio, int command, long number, void* pointer);

  bool CreateSsl();
  void Handshake();
  void OnHandshakeComplete();
  void ReadConnected();
  void ReplaceSsl();
  void ForgetLastFlight();
  void ReceiveAfterSsl(const uint8_t* datagram, size_t length);
  void Fail(DtlsFailure failure);

  const DtlsContext* context_;
  DtlsOutput* output_;
  // Until TakeKeys.
  SslPointer ssl_;
  // Instead of ssl_ afterwards.
  std::unique_ptr<DtlsAlerts> alerts_;
  // What the newest step of the handshake sent. In the server role the last of it is sent again where the peer repeats
  // its own (RFC 6347 4.2.4), until OnPeerReady.
  std::vector<uint8_t> last_flight_;
  uint8_t repeats_left_ = kMaxRepeats;
  // The datagram that OpenSSL may read, while Receive runs.
  const uint8_t* incoming_ = nullptr;
  size_t incoming_length_ = 0;
  Fingerprint fingerprint_;
  DtlsRole role_;
  DtlsState state_ = DtlsState::kIdle;
  DtlsFailure failure_ = DtlsFailure::kNone;
};

#endif  // LIVE_WEBRTC_DTLS_SESSION_H_
