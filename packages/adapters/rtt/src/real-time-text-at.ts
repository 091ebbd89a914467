/** Real-time text in one line: an answerer with sockets of its own. */
import { UdpPlaces, type UdpPlacesOptions } from './node/udp-places.js';
import { RealTimeText, type RealTimeTextOptions } from './real-time-text.js';

/** How `realTimeText` is set up. */
export interface RealTimeTextAt extends UdpPlacesOptions, Omit<RealTimeTextOptions, 'datagrams'> {}

/**
 * An answerer for real-time text whose sockets are at this address.
 * @throws LocalProtocolError `bad-text-place`, which says what to write.
 */
export function realTimeText({ address, ports, most, ...options }: RealTimeTextAt): RealTimeText {
  const places = { address, ...(ports && { ports }), ...(most !== undefined && { most }) };
  return new RealTimeText({ ...options, datagrams: new UdpPlaces(places) });
}
