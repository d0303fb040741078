// Owners of OpenSSL objects, and the guard of its error queue.
#ifndef LIVE_WEBRTC_OPENSSL_GUARD_H_
#define LIVE_WEBRTC_OPENSSL_GUARD_H_

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>

// Calls `function` to free what a unique_ptr owns.
template <auto function>
struct FreeBy {
  template <typename T>
  void operator()(T* object) const {
    function(object);
  }
};

using SslPointer = std::unique_ptr<SSL, FreeBy<SSL_free>>;
using SslContextPointer = std::unique_ptr<SSL_CTX, FreeBy<SSL_CTX_free>>;
using BioMethodPointer = std::unique_ptr<BIO_METHOD, FreeBy<BIO_meth_free>>;
using PrivateKeyPointer = std::unique_ptr<EVP_PKEY, FreeBy<EVP_PKEY_free>>;
using X509Pointer = std::unique_ptr<X509, FreeBy<X509_free>>;

// The error queue belongs to the thread, so Node's own TLS reads it too. This leaves it empty, and SSL_get_error needs
// it empty at the start.
class ErrorQueueGuard {
 public:
  ErrorQueueGuard() { ERR_clear_error(); }
  ~ErrorQueueGuard() { ERR_clear_error(); }
  ErrorQueueGuard(const ErrorQueueGuard&) = delete;
  ErrorQueueGuard& operator=(const ErrorQueueGuard&) = delete;
};

#endif  // LIVE_WEBRTC_OPENSSL_GUARD_H_
