// The JavaScript side of a transport: the class Transport of the addon.
#ifndef LIVE_WEBRTC_TRANSPORT_OBJECT_H_
#define LIVE_WEBRTC_TRANSPORT_OBJECT_H_

#include <memory>

#include "event_loop_watch.h"
#include "js_value.h"
#include "transport.h"

class TransportObject final : public TransportListener, public EventLoopWatcher {
 public:
  // The class itself. Null with an exception pending where the engine refuses.
  static napi_value DefineClass(napi_env env);
  // The object behind the receiver of a method call; the engine has checked the receiver's class.
  static TransportObject* Of(napi_env env, napi_value receiver);

  ~TransportObject();
  TransportObject(const TransportObject&) = delete;
  TransportObject& operator=(const TransportObject&) = delete;

  Transport& transport() { return *transport_; }
  // Idempotent. Calls JavaScript where it still takes data for streams.
  void Close();

  void OnBatch(size_t count) override;
  void OnStreamData() override;
  void OnEventPending() override;
  void OnHandshakesWaiting() override;
  void OnSocketReadable() override;
  void OnWoken() override;
  void OnTeardown() override;

 private:
  explicit TransportObject(napi_env env) : env_(env) {}
  static napi_value Construct(napi_env env, napi_callback_info info);
  static void Finalize(napi_env env, void* data, void*);

  // Each returns false with an exception pending.
  bool Open(const Options& options, bool streams);
  bool Attach(napi_value self, napi_value on_batch, napi_value on_stream_data);
  bool DefineProperties(napi_value self);
  // Stops everything but for the references to JavaScript.
  void CloseTransport();
  void Release();
  void Call(uint32_t callback, napi_value argument);

  napi_env env_;
  std::shared_ptr<TransportMemory> memory_;
  std::unique_ptr<Transport> transport_;
  EventLoopWatch* watch_ = nullptr;
  // While the transport is open: an object that holds the JavaScript object and its callbacks, so that none is collected.
  napi_ref held_ = nullptr;
  napi_async_context async_context_ = nullptr;
};

#endif  // LIVE_WEBRTC_TRANSPORT_OBJECT_H_
