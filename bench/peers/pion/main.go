// A server on Pion with WHIP and WHEP and nothing else, for `npm run bench:compare`: one broadcast, any number of
// viewers, each track forwarded as Pion's own means do it (TrackLocalStaticRTP, default interceptors).
//
// build.sh makes it from the packages of Debian.
package main

import (
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"

	"github.com/pion/interceptor"
	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v3"
)

type broadcast struct {
	api       *webrtc.API
	mutex     sync.Mutex
	publisher *webrtc.PeerConnection
	tracks    []*webrtc.TrackLocalStaticRTP
	// The SSRC of the publisher's picture, for keyframe requests.
	videoSSRC atomic.Value
}

func main() {
	address := "127.0.0.1:8099"
	if len(os.Args) > 1 {
		address = os.Args[1]
	}
	api, err := newAPI()
	if err != nil {
		log.Fatal(err)
	}
	b := &broadcast{api: api}
	http.HandleFunc("/whip", b.handle(b.publish))
	http.HandleFunc("/whep", b.handle(b.play))
	http.HandleFunc("/session", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusOK) })
	log.Fatal(http.ListenAndServe(address, nil))
}

func newAPI() (*webrtc.API, error) {
	media := &webrtc.MediaEngine{}
	if err := media.RegisterDefaultCodecs(); err != nil {
		return nil, err
	}
	registry := &interceptor.Registry{}
	if err := webrtc.RegisterDefaultInterceptors(media, registry); err != nil {
		return nil, err
	}
	settings := webrtc.SettingEngine{}
	settings.SetIncludeLoopbackCandidate(true)
	settings.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	settings.SetIPFilter(func(address net.IP) bool { return address.IsLoopback() })
	return webrtc.NewAPI(
		webrtc.WithMediaEngine(media), webrtc.WithInterceptorRegistry(registry), webrtc.WithSettingEngine(settings),
	), nil
}

// handle answers an offer with what `attach` makes of the connection.
func (b *broadcast) handle(attach func(*webrtc.PeerConnection) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			return
		}
		offer, err := io.ReadAll(r.Body)
		if err == nil {
			var answer string
			if answer, err = b.connect(string(offer), attach); err == nil {
				w.Header().Set("Content-Type", "application/sdp")
				w.Header().Set("Location", "/session")
				w.WriteHeader(http.StatusCreated)
				fmt.Fprint(w, answer)
				return
			}
		}
		http.Error(w, err.Error(), http.StatusBadRequest)
	}
}

func (b *broadcast) connect(offer string, attach func(*webrtc.PeerConnection) error) (string, error) {
	connection, err := b.api.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		return "", err
	}
	if err := attach(connection); err != nil {
		return "", err
	}
	description := webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer}
	if err := connection.SetRemoteDescription(description); err != nil {
		return "", err
	}
	answer, err := connection.CreateAnswer(nil)
	if err != nil {
		return "", err
	}
	gathered := webrtc.GatheringCompletePromise(connection)
	if err := connection.SetLocalDescription(answer); err != nil {
		return "", err
	}
	<-gathered
	return connection.LocalDescription().SDP, nil
}

func (b *broadcast) publish(connection *webrtc.PeerConnection) error {
	kinds := []struct {
		id         string
		capability webrtc.RTPCodecCapability
	}{
		{"video", webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8, ClockRate: 90000}},
		{"audio", webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2}},
	}
	tracks := map[string]*webrtc.TrackLocalStaticRTP{}
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.publisher, b.tracks = connection, nil
	for _, kind := range kinds {
		track, err := webrtc.NewTrackLocalStaticRTP(kind.capability, kind.id, "broadcast")
		if err != nil {
			return err
		}
		tracks[kind.id] = track
		b.tracks = append(b.tracks, track)
	}
	connection.OnTrack(func(remote *webrtc.TrackRemote, _ *webrtc.RTPReceiver) {
		if remote.Kind() == webrtc.RTPCodecTypeVideo {
			b.videoSSRC.Store(uint32(remote.SSRC()))
		}
		forward(remote, tracks[remote.Kind().String()])
	})
	return nil
}

func forward(remote *webrtc.TrackRemote, local *webrtc.TrackLocalStaticRTP) {
	buffer := make([]byte, 1500)
	for {
		length, _, err := remote.Read(buffer)
		if err != nil {
			return
		}
		// An error is a viewer that has gone.
		_, _ = local.Write(buffer[:length])
	}
}

func (b *broadcast) play(connection *webrtc.PeerConnection) error {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	for _, track := range b.tracks {
		sender, err := connection.AddTrack(track)
		if err != nil {
			return err
		}
		go b.readReports(sender)
	}
	connection.OnConnectionStateChange(func(state webrtc.PeerConnectionState) {
		switch state {
		case webrtc.PeerConnectionStateConnected:
			b.requestKeyframe()
		case webrtc.PeerConnectionStateDisconnected, webrtc.PeerConnectionStateFailed:
			_ = connection.Close()
		}
	})
	return nil
}

func (b *broadcast) readReports(sender *webrtc.RTPSender) {
	for {
		packets, _, err := sender.ReadRTCP()
		if err != nil {
			return
		}
		for _, packet := range packets {
			if _, isRequest := packet.(*rtcp.PictureLossIndication); isRequest {
				b.requestKeyframe()
			}
		}
	}
}

func (b *broadcast) requestKeyframe() {
	b.mutex.Lock()
	publisher := b.publisher
	b.mutex.Unlock()
	if ssrc, isKnown := b.videoSSRC.Load().(uint32); isKnown && publisher != nil {
		_ = publisher.WriteRTCP([]rtcp.Packet{&rtcp.PictureLossIndication{MediaSSRC: ssrc}})
	}
}
