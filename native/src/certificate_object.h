// The JavaScript side of a certificate: Certificate in src/native/addon.ts.
#ifndef LIVE_WEBRTC_CERTIFICATE_OBJECT_H_
#define LIVE_WEBRTC_CERTIFICATE_OBJECT_H_

#include <memory>

#include "certificate.h"
#include "js_value.h"

// generateCertificate() of the addon.
napi_value GenerateCertificate(napi_env env, napi_callback_info info);

// Null where the value is not an object of GenerateCertificate.
std::shared_ptr<Certificate> CertificateFromObject(napi_env env, napi_value value);

#endif  // LIVE_WEBRTC_CERTIFICATE_OBJECT_H_
