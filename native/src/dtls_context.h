// What all DTLS sessions of a transport share.
#ifndef LIVE_WEBRTC_DTLS_CONTEXT_H_
#define LIVE_WEBRTC_DTLS_CONTEXT_H_

#include <memory>
#include <vector>

#include "certificate.h"
#include "openssl_guard.h"
#include "srtp_profile.h"

class DtlsContext {
 public:
  // `profiles` are offered and accepted, the preferred one first. Null where OpenSSL fails.
  static std::unique_ptr<DtlsContext> Create(std::shared_ptr<Certificate> certificate,
                                             const std::vector<SrtpProfile>& profiles);

  SSL_CTX* context() const { return context_.get(); }
  // Of the BIO whose data is the DtlsSession.
  const BIO_METHOD* bio_method() const { return bio_method_.get(); }

 private:
  DtlsContext() = default;
  bool Configure(const std::vector<SrtpProfile>& profiles);

  std::shared_ptr<Certificate> certificate_;
  // After the method, so that it goes first: sessions' BIOs point to the method.
  BioMethodPointer bio_method_;
  SslContextPointer context_;
};

#endif  // LIVE_WEBRTC_DTLS_CONTEXT_H_
