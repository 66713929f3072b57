import type { ServerAddress } from './client.mts';
import { call } from './client.mts';
import type { Red, RedNode } from './red.mts';

export interface ServerNode extends RedNode {
  address(): ServerAddress | undefined;
}

/** The platform that the other nodes speak to. Without a URL it is the one that runs this Node-RED. */
export default function register(RED: Red): void {
  function QoidaServer(this: ServerNode, config: Record<string, unknown>) {
    RED.nodes.createNode(this, config);
    this.address = () => {
      const url = text(config.url) ?? process.env.QOIDA_URL;
      const token =
        text(this.credentials?.token) ??
        (text(config.url) === undefined ? process.env.QOIDA_TOKEN : undefined);
      return url !== undefined && token !== undefined ? { url, token } : undefined;
    };
  }
  RED.nodes.registerType('qoida-server', QoidaServer, {
    credentials: { token: { type: 'password' } },
  });

  // The editor asks what the platform can do, to offer its events and operations by name.
  RED.httpAdmin.get('/qoida/meta/:server', RED.auth.needsPermission('flows.read'), (req, res) => {
    const server = RED.nodes.getNode(req.params.server ?? '') as ServerNode | null;
    const address = server?.address() ?? ownAddress();
    if (address === undefined) {
      res.status(404).json({ message: 'deploy the server node first' });
      return;
    }
    call(address, 'GET', '/meta').then(
      ({ body }) => res.status(200).json(body),
      (error: Error) => res.status(502).json({ message: error.message }),
    );
  });
}

function ownAddress(): ServerAddress | undefined {
  const { QOIDA_URL: url, QOIDA_TOKEN: token } = process.env;
  return url !== undefined && token !== undefined ? { url, token } : undefined;
}

const text = (value: unknown) =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
