// The methods of the JavaScript class Transport, as src/native/addon.ts declares them.
#ifndef LIVE_WEBRTC_TRANSPORT_METHODS_H_
#define LIVE_WEBRTC_TRANSPORT_METHODS_H_

#include <vector>

#include "js_value.h"

std::vector<napi_property_descriptor> TransportMethods();

#endif  // LIVE_WEBRTC_TRANSPORT_METHODS_H_
