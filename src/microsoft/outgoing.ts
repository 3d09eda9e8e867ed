import { AsyncLocalStorage } from 'node:async_hooks';
import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction, Socket } from 'node:net';

import { isLoopbackAddress, isPublicAddress } from './networkAddress.ts';

export interface OutgoingRules {
  /** Whether this machine's own addresses may be called: for a cloud that lies on it whole. */
  readonly allowLoopback: boolean;
  /** Whose hosts these are: every name but theirs is refused, whatever it leads to. */
  readonly mayReach?: (host: string, port: number) => boolean;
  /** Where the machine gives out the bot's own identity; undefined when the bot proves itself otherwise. */
  readonly identityEndpoint?: URL | undefined;
  /** Names to addresses; the system's by default. */
  readonly lookup?: LookupFunction;
}

/** A connection that was not made, because of where it would have led. Nothing was sent. */
export class AddressError extends Error {
  readonly code = 'ERR_ADDRESS_REFUSED';
  override readonly name = 'AddressError';
}

function notPublic(host: string): AddressError {
  return new AddressError(`${host} is not an address of the public network: nothing is sent there.`);
}

const ownIdentity = new AsyncLocalStorage<true>();

/** Work that asks the machine for the bot's own identity; only its connections may reach the identity endpoint. */
export function asOwnIdentity<T>(work: () => T): T {
  return ownIdentity.run(true, work);
}

/** Of a TCP connection, or with a `path` of one in the file system. */
interface Options {
  readonly host?: string | undefined;
  readonly port?: number | string | undefined;
  readonly path?: string | undefined;
  readonly lookup?: LookupFunction | undefined;
}

/**
 * From now on no connection of this process leads anywhere but to the public network. It stands where every library has to pass, because several
 * bring agents of their own: in the making of a TCP connection. The address that was judged is the one that is connected to, so that a name cannot
 * change its meaning in between; of several addresses behind a name each has to pass. Sockets of the file system are left alone.
 * Answers with how to end it.
 */
export function guardOutgoing(rules: OutgoingRules): () => void {
  const connect = connecting.get();
  const guarded = function (this: Socket, ...given: unknown[]): Socket {
    const { options, listener } = argumentsOf(given);
    const checked = options.path ? options : judged(this, options, rules);
    return Reflect.apply(connect, this, listener ? [checked, listener] : [checked]);
  };
  connecting.set(guarded);
  return () => {
    if (Object.is(connecting.get(), guarded)) connecting.set(connect);
  };
}

/** What `net`, `tls`, `http`, `https`, `http2`, fetch and every agent go through. */
const connecting = {
  get: () => Reflect.get(Socket.prototype, 'connect'),
  set: (connect: (this: Socket, ...given: never[]) => Socket): void => void Reflect.set(Socket.prototype, 'connect', connect),
};

/** What is given to `connect`: options, a port and perhaps a host, a path, or what `net.connect` has made of them; then perhaps a listener. */
function argumentsOf(given: readonly unknown[]): { options: Options; listener: unknown } {
  const [first, second] = given;
  if (Array.isArray(first)) return argumentsOf(first);
  const listener = given.findLast((one) => typeof one === 'function');
  if (isOptions(first)) return { options: first, listener };
  if (typeof first === 'string' && Number.isNaN(Number(first))) return { options: { path: first }, listener };
  return { options: { port: Number(first), ...(typeof second === 'string' && { host: second }) }, listener };
}

function isOptions(value: unknown): value is Options {
  // Stryker disable next-line ConditionalExpression: Node itself refuses to connect to null.
  return typeof value === 'object' && value !== null;
}

function judged(socket: Socket, options: Options, rules: OutgoingRules): Options {
  const host = options.host ?? 'localhost';
  if (ownIdentity.getStore() && isIdentityEndpoint(host, options.port, rules.identityEndpoint)) {
    doNotReuse(socket);
    return options;
  }
  if (rules.mayReach?.(host, Number(options.port)) === false) return refused(options, new AddressError(`${host} is no host of this cloud: nothing is sent there.`));
  if (isIP(host) === 0) return { ...options, lookup: judging(rules, options.lookup) };
  return mayCall(host, rules) ? options : refused(options, notPublic(host));
}

function isIdentityEndpoint(host: string, port: Options['port'], endpoint: URL | undefined): boolean {
  if (endpoint?.hostname !== host) return false;
  return `${port}` === (endpoint.port || defaultPorts[endpoint.protocol]);
}

const defaultPorts: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/** An agent would hand the open connection to whoever asks next for the same host. */
function doNotReuse(socket: Socket): void {
  socket.once('free', () => socket.destroy());
}

function mayCall(address: string, { allowLoopback }: OutgoingRules): boolean {
  return isPublicAddress(address) || (allowLoopback && isLoopbackAddress(address));
}

function judging(rules: OutgoingRules, own: LookupFunction | undefined): LookupFunction {
  const lookup = own ?? rules.lookup ?? systemLookup;
  return (hostname, options, callback) => {
    lookup(hostname, options, (error, found, family) => {
      if (error || addressesIn(found).every((address) => mayCall(address, rules))) callback(error, found, family);
      else callback(notPublic(hostname), found, family);
    });
  };
}

function addressesIn(found: string | LookupAddress[]): string[] {
  return typeof found === 'string' ? [found] : found.map(({ address }) => address);
}

/** Lets Node report the refusal as it reports every name that leads nowhere. */
function refused(options: Options, error: AddressError): Options {
  return { ...options, host: 'refused.invalid', lookup: (_hostname, _options, callback) => callback(error, '', 0) };
}
