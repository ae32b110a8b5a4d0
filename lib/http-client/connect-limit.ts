import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { afterSockets } from '#lib/runtime/clock.ts';

/** The function of Node's `http` or `https` that makes a request. */
interface Transport {
  request(options: RequestOptions, onAnswer: (answer: IncomingMessage) => void): ClientRequest;
}

/**
 * Makes a transport that ends a request with `ETIMEDOUT` if its connection, with TLS and proxies, is not made within
 * `connectMs`.
 */
export function transportWithin(connectMs: number, isSecure: boolean): Transport {
  return {
    request(options, onAnswer) {
      // A request to an HTTP proxy is sent by HTTP, whatever the final address is.
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
