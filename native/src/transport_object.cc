#include "transport_object.h"

#include <cerrno>
#include <climits>
#include <cstring>

#include "certificate_object.h"
#include "external_array.h"
#include "transport_methods.h"

namespace {

// Where in the array that held_ refers to each stands. Finding them by name was 8 % of what a worker without viewers
// does, by number it is 3 %.
enum Held : uint32_t { kSelf, kOnBatch, kOnStreamData, kHeldCount };

bool ReadProfiles(napi_env env, const Options& options, std::vector<SrtpProfile>* profiles) {
  napi_value value;
  if (!options.Get("srtpProfiles", &value)) return false;
  if (IsUndefined(env, value)) {
    *profiles = {SrtpProfile::kAeadAes128Gcm, SrtpProfile::kAes128CmHmacSha1_80};
    return true;
  }
  constexpr char kExpected[] = "srtpProfiles must be an array of SRTP_PROFILE values, each once.";
  uint32_t count = 0;
  if (napi_get_array_length(env, value, &count) != napi_ok || count == 0 || count > 2) {
    return ThrowTypeError(env, kExpected);
  }
  for (uint32_t i = 0; i < count; ++i) {
    napi_value element;
    uint32_t number = 0;
    if (napi_get_element(env, value, i, &element) != napi_ok) return false;
    const bool is_number = napi_get_value_uint32(env, element, &number) == napi_ok;
    const auto profile = static_cast<SrtpProfile>(number);
    const bool known = profile == SrtpProfile::kAeadAes128Gcm || profile == SrtpProfile::kAes128CmHmacSha1_80;
    if (!is_number || number > 0xffff || !known || (i == 1 && profiles->front() == profile)) {
      return ThrowTypeError(env, kExpected);
    }
    profiles->push_back(profile);
  }
  return true;
}

bool ReadSocketOptions(const Options& options, UdpSocketOptions* result) {
  uint32_t port;
  uint32_t receive_buffer_bytes;
  uint32_t send_buffer_bytes;
  if (!options.String("address", &result->address) || !options.Unsigned("port", 0xffff, &port) ||
      !options.Unsigned("receiveBufferBytes", INT_MAX, &receive_buffer_bytes) ||
      !options.Unsigned("sendBufferBytes", INT_MAX, &send_buffer_bytes)) {
    return false;
  }
  result->port = static_cast<uint16_t>(port);
  result->receive_buffer_bytes = static_cast<int>(receive_buffer_bytes);
  result->send_buffer_bytes = static_cast<int>(send_buffer_bytes);
  return true;
}

bool ThrowSocketError(napi_env env, const UdpSocketOptions& options, int error) {
  if (error == EINVAL) return ThrowTypeError(env, "address must be a numeric IPv4 or IPv6 address.");
  return ThrowError(env, uv_err_name(uv_translate_sys_error(error)),
                    "Cannot open UDP port " + std::to_string(options.port) + " on " + options.address + ": " +
                        uv_strerror(uv_translate_sys_error(error)) + ".");
}

bool IsFunction(napi_env env, napi_value value) {
  napi_valuetype type;
  return napi_typeof(env, value, &type) == napi_ok && type == napi_function;
}

}  // namespace

napi_value TransportObject::DefineClass(napi_env env) {
  const std::vector<napi_property_descriptor> methods = TransportMethods();
  napi_value result;
  if (napi_define_class(env, "Transport", NAPI_AUTO_LENGTH, Construct, nullptr, methods.size(), methods.data(),
                        &result) != napi_ok) {
    return nullptr;
  }
  return result;
}

TransportObject* TransportObject::Of(napi_env env, napi_value receiver) {
  void* object = nullptr;
  if (receiver == nullptr || napi_unwrap(env, receiver, &object) != napi_ok) return nullptr;
  return static_cast<TransportObject*>(object);
}

napi_value TransportObject::Construct(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  napi_value target;
  if (napi_get_new_target(env, info, &target) != napi_ok || target == nullptr) {
    ThrowTypeError(env, "Transport must be called with new.");
    return nullptr;
  }
  Options options;
  if (!Options::Read(env, arguments.at(0), &options)) return nullptr;
  napi_value on_batch;
  napi_value on_stream_data;
  if (!options.Get("onBatch", &on_batch) || !options.Get("onStreamData", &on_stream_data)) return nullptr;
  if (!IsFunction(env, on_batch)) {
    ThrowTypeError(env, "onBatch must be a function.");
    return nullptr;
  }
  if (!IsUndefined(env, on_stream_data) && !IsFunction(env, on_stream_data)) {
    ThrowTypeError(env, "onStreamData must be a function.");
    return nullptr;
  }
  std::unique_ptr<TransportObject> object(new TransportObject(env));
  if (!object->Open(options, !IsUndefined(env, on_stream_data)) || !object->DefineProperties(arguments.receiver())) return nullptr;
  if (napi_wrap(env, arguments.receiver(), object.get(), Finalize, nullptr, nullptr) != napi_ok) return nullptr;
  TransportObject* attached = object.release();  // Finalize deletes it.
  if (!attached->Attach(arguments.receiver(), on_batch, on_stream_data)) {
    attached->Close();
    ThrowError(env, "ERR_TRANSPORT", "The event loop refused the socket.");
    return nullptr;
  }
  return arguments.receiver();
}

bool TransportObject::Open(const Options& options, bool streams) {
  UdpSocketOptions socket_options;
  std::vector<SrtpProfile> profiles;
  bool segmentation = true;
  napi_value certificate_value;
  if (!ReadSocketOptions(options, &socket_options) || !ReadProfiles(env_, options, &profiles) ||
      !options.OptionalBoolean("segmentationOffload", &segmentation) ||
      !options.Get("certificate", &certificate_value)) {
    return false;
  }
  std::shared_ptr<Certificate> certificate = CertificateFromObject(env_, certificate_value);
  if (!certificate) return ThrowTypeError(env_, "certificate must come from generateCertificate().");
  std::unique_ptr<DtlsContext> context = DtlsContext::Create(std::move(certificate), profiles);
  if (!context) return ThrowError(env_, "ERR_TRANSPORT", "OpenSSL could not make a DTLS context.");
  int error = 0;
  std::unique_ptr<UdpSocket> socket = UdpSocket::Open(socket_options, &error);
  if (!socket) return ThrowSocketError(env_, socket_options, error);
  memory_ = std::make_shared<TransportMemory>();
  transport_ = std::make_unique<Transport>(std::move(socket), std::move(context), segmentation, streams, memory_,
                                             this);
  return true;
}

bool TransportObject::DefineProperties(napi_value self) {
  napi_value data;
  napi_value records;
  napi_value counters;
  if (!MakeExternalArray(env_, memory_, memory_->data, sizeof memory_->data, napi_uint8_array, kSlotsBytes, &data) ||
      !MakeExternalArray(env_, memory_, memory_->records, sizeof memory_->records, napi_uint32_array,
                         kMaxRecords * kRecordWords, &records) ||
      !MakeExternalArray(env_, memory_, memory_->counters, sizeof memory_->counters, napi_float64_array, kCounterCount,
                         &counters)) {
    return ThrowError(env_, "ERR_TRANSPORT", "The engine refused the transport's arrays.");
  }
  const auto property = [](const char* name, napi_value value) {
    return napi_property_descriptor{name, nullptr, nullptr, nullptr, nullptr, value, napi_enumerable, nullptr};
  };
  const UdpSocket& socket = transport_->socket();
  const napi_property_descriptor properties[] = {
      property("data", data),
      property("records", records),
      property("counters", counters),
      property("port", MakeUnsigned(env_, socket.port())),
      property("family", MakeUnsigned(env_, socket.family() == AF_INET6 ? 6 : 4)),
  };
  return napi_define_properties(env_, self, sizeof properties / sizeof *properties, properties) == napi_ok;
}

bool TransportObject::Attach(napi_value self, napi_value on_batch, napi_value on_stream_data) {
  napi_value held;
  napi_value name;
  if (napi_create_array_with_length(env_, kHeldCount, &held) != napi_ok ||
      napi_set_element(env_, held, kSelf, self) != napi_ok ||
      napi_set_element(env_, held, kOnBatch, on_batch) != napi_ok ||
      napi_set_element(env_, held, kOnStreamData, on_stream_data) != napi_ok ||
      napi_create_reference(env_, held, 1, &held_) != napi_ok ||
      napi_create_string_utf8(env_, "LiveWebrtcTransport", NAPI_AUTO_LENGTH, &name) != napi_ok ||
      napi_async_init(env_, self, name, &async_context_) != napi_ok) {
    return false;
  }
  watch_ = EventLoopWatch::Start(env_, transport_->socket().fd(), this);
  return watch_ != nullptr;
}

void TransportObject::OnBatch(size_t count) {
  napi_handle_scope scope;
  if (napi_open_handle_scope(env_, &scope) != napi_ok) return;
  Call(kOnBatch, MakeUnsigned(env_, static_cast<uint32_t>(count)));
  (void)napi_close_handle_scope(env_, scope);
}

void TransportObject::OnStreamData() {
  const std::vector<uint8_t> data = transport_->stream_outbox().Take();
  napi_handle_scope scope;
  if (held_ == nullptr || napi_open_handle_scope(env_, &scope) != napi_ok) return;
  napi_value copy;
  napi_value array;
  void* bytes;
  if (napi_create_arraybuffer(env_, data.size(), &bytes, &copy) == napi_ok) {
    std::memcpy(bytes, data.data(), data.size());
    if (napi_create_typedarray(env_, napi_uint8_array, data.size(), copy, 0, &array) == napi_ok) {
      Call(kOnStreamData, array);
    }
  }
  (void)napi_close_handle_scope(env_, scope);
}

void TransportObject::Call(uint32_t callback, napi_value argument) {
  napi_value held;
  napi_value self;
  napi_value function;
  if (napi_get_reference_value(env_, held_, &held) != napi_ok ||
      napi_get_element(env_, held, kSelf, &self) != napi_ok ||
      napi_get_element(env_, held, callback, &function) != napi_ok) {
    return;
  }
  const napi_status status = napi_make_callback(env_, async_context_, self, function, 1, &argument, nullptr);
  napi_value exception;
  if (status == napi_pending_exception && napi_get_and_clear_last_exception(env_, &exception) == napi_ok) {
    (void)napi_fatal_exception(env_, exception);
  }
}

void TransportObject::OnEventPending() {
  if (watch_ != nullptr) watch_->Wake();
}

void TransportObject::OnHandshakesWaiting() {
  if (watch_ != nullptr) watch_->WakeLater();
}

void TransportObject::OnSocketReadable() {
  transport_->OnReadable();
  transport_->FlushStreams();
}

void TransportObject::OnWoken() {
  OnSocketReadable();
}

void TransportObject::OnTeardown() {
  CloseTransport();
  Release();
}

void TransportObject::Close() {
  if (transport_->closed()) return;
  CloseTransport();
  transport_->FlushStreams();
  Release();
}

void TransportObject::CloseTransport() {
  if (watch_ != nullptr) watch_->Stop();
  watch_ = nullptr;
  transport_->Close();
}

void TransportObject::Release() {
  if (held_ != nullptr) (void)napi_delete_reference(env_, held_);
  held_ = nullptr;
  if (async_context_ != nullptr) (void)napi_async_destroy(env_, async_context_);
  async_context_ = nullptr;
}

void TransportObject::Finalize(napi_env, void* data, void*) { delete static_cast<TransportObject*>(data); }

TransportObject::~TransportObject() {
  if (!transport_) return;
  CloseTransport();
  Release();
}
