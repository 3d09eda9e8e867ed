import type { ConnectorFactory } from 'botframework-connector';

/** An answer, or a turn that nobody asked for, would have gone to an address that is none of the channel's. The token was not asked for. */
export class ServiceAddressRefused extends Error {
  constructor() {
    super('A conversation’s service URL is no host of the channel: nothing is sent there.');
    this.name = 'ServiceAddressRefused';
  }
}

/** Connectors to the channel's own hosts only, whether the address came with an activity just now or was stored. */
export function connectorsWithin(factory: ConnectorFactory, isOurs: (serviceUrl: string) => boolean): ConnectorFactory {
  return {
    create: async (serviceUrl, audience) => {
      if (!isOurs(serviceUrl)) throw new ServiceAddressRefused();
      return factory.create(serviceUrl, audience);
    },
  };
}
