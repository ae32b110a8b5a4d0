import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { afterSockets } from '#lib/runtime/clock.ts';

/** What makes a request of Node. */
interface Transport {
  request(options: RequestOptions, onAnswer: (answer: IncomingMessage) => void): ClientRequest;
}

/** Ends a request with `ETIMEDOUT` whose connection, with TLS and proxies, does not stand after so long. */
export function transportWithin(connectMs: number, isSecure: boolean): Transport {
  return {
    request(options, onAnswer) {
      // A request to a proxy by HTTP goes out by HTTP, whatever is behind it.
      const secure = options.protocol === undefined ? isSecure : options.protocol === 'https:';
      const request = (secure ? https : http).request(options, onAnswer);
      const stands = afterSockets(connectMs, () => {
        request.destroy(Object.assign(new Error('no connection in time'), { code: 'ETIMEDOUT' }));
      });
      request.once('close', stands);
      request.once('response', stands);
      request.once('socket', (socket: Socket) => {
        if (!socket.connecting && !secure) stands();
        else socket.once(secure ? 'secureConnect' : 'connect', stands);
      });
      return request;
    },
  };
}
