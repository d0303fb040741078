// What the addon exports to src/native/load-addon.ts.
#include "certificate_object.h"
#include "js_value.h"
#include "transport_object.h"

NAPI_MODULE_INIT() {
  napi_value transport = TransportObject::DefineClass(env);
  napi_value generate = nullptr;
  if (transport == nullptr ||
      napi_create_function(env, "generateCertificate", NAPI_AUTO_LENGTH, GenerateCertificate, nullptr, &generate) !=
          napi_ok ||
      napi_set_named_property(env, exports, "Transport", transport) != napi_ok ||
      napi_set_named_property(env, exports, "generateCertificate", generate) != napi_ok) {
    return nullptr;
  }
  return exports;
}
