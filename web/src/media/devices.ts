/** The cameras and microphones of this machine, kept up to date. */
import { signal, type ReadonlySignal } from '@preact/signals';
import { mediaDevices } from './capture.ts';

export interface DeviceList {
  cameras: MediaDeviceInfo[];
  microphones: MediaDeviceInfo[];
}

const list = signal<DeviceList>({ cameras: [], microphones: [] });

/** What is plugged in. Before permission is given, browsers tell neither names nor ids. */
export const devices: ReadonlySignal<DeviceList> = list;

/** Asks the browser again; names appear once permission was given. */
export async function refreshDevices(): Promise<void> {
  const all = (await mediaDevices()?.enumerateDevices()) ?? [];
  const ofKind = (kind: MediaDeviceKind): MediaDeviceInfo[] =>
    all.filter((device) => device.kind === kind && device.deviceId !== '' && device.deviceId !== 'default');
  list.value = { cameras: ofKind('videoinput'), microphones: ofKind('audioinput') };
}

/** Refreshes now and whenever something is plugged in or out. */
export function watchDevices(): void {
  mediaDevices()?.addEventListener('devicechange', () => void refreshDevices());
  void refreshDevices();
}
