{
  'target_defaults': {
    'cflags': ['-Wall', '-Wextra', '-Werror', '-Wshadow=local', '-Wconversion', '-fvisibility=hidden'],
    'cflags!': ['-Wno-unused-parameter'],
    'configurations': {
      'Release': {'cflags': ['-O3']},
      # The sanitized build (scripts/test-asan.sh); it needs libasan in LD_PRELOAD.
      'Debug': {
        'cflags': ['-O1', '-g', '-fno-omit-frame-pointer', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'],
        'cflags!': ['-O0'],
        'ldflags': ['-fsanitize=address,undefined'],
      },
    },
  },
  'targets': [
    {
      'target_name': 'live_webrtc',
      'sources': [
        'src/addon.cc',
        'src/certificate.cc',
        'src/certificate_object.cc',
        'src/dtls_alerts.cc',
        'src/dtls_context.cc',
        'src/dtls_record.cc',
        'src/dtls_session.cc',
        'src/event_loop_watch.cc',
        'src/js_value.cc',
        'src/peer_table.cc',
        'src/receive_batch.cc',
        'src/route.cc',
        'src/transport.cc',
        'src/transport_methods.cc',
        'src/transport_object.cc',
        'src/udp_socket.cc',
      ],
      'dependencies': ['media'],
    },
    {
      # What the addon and its C++ tests share.
      'target_name': 'media',
      'type': 'static_library',
      'sources': [
        'src/fan_out.cc',
        'src/rtp_header.cc',
        'src/rtp_rewrite.cc',
        'src/srtp_aead.cc',
        'src/srtp_cipher_context.cc',
        'src/srtp_counter_mode.cc',
        'src/srtp_hmac.cc',
        'src/srtp_key_derivation.cc',
        'src/srtp_session.cc',
        'src/srtp_streams.cc',
        'src/srtp_transform.cc',
        'src/udp_sender.cc',
        'src/vp8_descriptor.cc',
      ],
    },
    {
      # C++ tests, run by src/native/srtp.test.ts and src/native/fan-out-internals.test.ts.
      'target_name': 'native_test',
      'sources': [
        'test/check.cc',
        'test/fan_out_test.cc',
        'test/rtp_header_test.cc',
        'test/rtp_rewrite_test.cc',
        'test/sockets.cc',
        'test/srtp_sender_test.cc',
        'test/srtp_session_test.cc',
        'test/srtp_streams_test.cc',
        'test/srtp_vectors_test.cc',
        'test/test_addon.cc',
        'test/udp_sender_test.cc',
        'test/vp8_descriptor_test.cc',
      ],
      'dependencies': ['media'],
    },
  ],
}
