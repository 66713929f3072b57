// Settings of the Node-RED child. It listens on the loopback alone, and every request must carry a pass
// that the platform's gateway has signed: the editor is never open (see pass.ts).
const { createHmac, timingSafeEqual } = require('node:crypto');

const secret = process.env.QOIDA_RED_SECRET;
if (!secret) throw new Error('QOIDA_RED_SECRET is missing: Node-RED is started by the platform');

function userOf(token) {
  const [payload = '', signature = ''] = String(token).split('.');
  const expected = Buffer.from(createHmac('sha256', secret).update(payload).digest('base64url'));
  const given = Buffer.from(signature);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  const pass = JSON.parse(Buffer.from(payload, 'base64url').toString());
  if (pass.exp * 1000 <= Date.now()) return null;
  return { username: pass.user, permissions: pass.permissions };
}

module.exports = {
  uiHost: '127.0.0.1',
  uiPort: Number(process.env.QOIDA_RED_PORT),
  httpAdminRoot: '/red',
  httpNodeRoot: '/red/http',
  flowFile: 'flows.json',
  credentialSecret: secret,
  adminAuth: {
    type: 'credentials',
    users: () => Promise.resolve(null),
    authenticate: () => Promise.resolve(null),
    tokens: async (token) => userOf(token),
    tokenHeader: 'x-qoida-pass',
  },
  // Routes that flows open themselves stand behind the same pass.
  httpNodeMiddleware: (req, res, next) => {
    if (userOf(req.headers['x-qoida-pass']) === null) return res.status(401).end();
    next();
  },
  // Flows speak to the platform and to the network, not to this machine's shell and files.
  nodesExcludes: ['90-exec.js', '10-file.js', '23-watch.js'],
  functionExternalModules: false,
  externalModules: {
    palette: { allowInstall: false, allowUpload: false },
    modules: { allowInstall: false },
  },
  contextStorage: { default: { module: 'localfilesystem', config: { flushInterval: 1 } } },
  telemetry: { enabled: false, updateNotification: false },
  diagnostics: { enabled: false },
  editorTheme: {
    tours: false,
    projects: { enabled: false },
    page: { title: 'Qoida · Node-RED' },
    header: { title: 'Qoida · Node-RED' },
  },
  logging: { console: { level: 'info', metrics: false, audit: false } },
};
