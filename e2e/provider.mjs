// An OpenID Connect provider that others wrote, on loopback. Its first line of
// output is its issuer. Then it answers every line of input with one line:
//
//	machine AUDIENCE  an access token of a program (client_credentials)
//	person AUDIENCE   an access token of ann, who signs in with a browser's cookies (authorization code, PKCE)
//	leave             ann signs out: the provider tells whoever is to know; the answer says whom, and how it went
//	tell URL          where logouts are to be told
//	rotate            it signs with another key from now on, and publishes no other
import { createHash, randomBytes, generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import Provider from 'oidc-provider';

console.info = console.warn; // what the provider remarks goes to standard error
const secret = 'a secret of the test, and of nobody else';
const redirect = 'http://127.0.0.1/signed-in';
const base64url = (bytes) => Buffer.from(bytes).toString('base64url');

let callback; // of the provider as it is now
const server = createServer((req, res) => callback(req, res));
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const issuer = `http://127.0.0.1:${server.address().port}`;

let told = []; // how logouts went
let logouts = 'http://127.0.0.1:1/';
let key = newKey('first');
renew();

function newKey(kid) {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' };
}

// renew makes the provider anew, with the key and the clients of now. What it
// remembers of sessions stays.
function renew() {
  const provider = new Provider(issuer, {
    jwks: { keys: [key] },
    cookies: { keys: [secret] },
    clients: [
      { client_id: 'machine', client_secret: secret, grant_types: ['client_credentials'], redirect_uris: [], response_types: [] },
      {
        client_id: 'portal', client_secret: secret, application_type: 'native', redirect_uris: [redirect],
        backchannel_logout_uri: logouts, backchannel_logout_session_required: true,
      },
    ],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      backchannelLogout: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_, resource) => ({
          scope: '', audience: resource.replace('urn:audience:', ''), accessTokenFormat: 'jwt', accessTokenTTL: 600, jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
    fetch: (url, { dispatcher, ...options }) => fetch(url, options), // its own would not talk to loopback
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    async extraTokenClaims(_, token) {
      const session = token.sessionUid && await provider.Session.findByUid(token.sessionUid);
      return session ? { sid: session.sidFor(token.clientId) } : undefined;
    },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  });
  provider.on('backchannel.success', (_, client) => told.push(`${client.clientId} ok`));
  provider.on('backchannel.error', (_, err, client) => told.push(`${client.clientId} ${err.message}`));
  const rest = provider.callback();
  callback = async (req, res) => {
    if (!req.url.startsWith('/interaction/')) return rest(req, res);
    // Ann is who she says, and agrees to everything.
    const { params, grantId } = await provider.interactionDetails(req, res);
    const grant = grantId ? await provider.Grant.find(grantId) : new provider.Grant({ accountId: 'ann', clientId: params.client_id });
    grant.addOIDCScope('openid');
    grant.addResourceScope(params.resource, '');
    return provider.interactionFinished(req, res, { login: { accountId: 'ann' }, consent: { grantId: await grant.save() } }, { mergeWithLastSubmission: true });
  };
}

const jar = new Map(); // ann's cookies

// browse is what ann's browser does: it keeps cookies and follows the provider.
async function browse(url, init = {}) {
  for (;;) {
    const res = await fetch(url, { ...init, redirect: 'manual', headers: { ...init.headers, cookie: [...jar].map(([k, v]) => `${k}=${v}`).join('; ') } });
    for (const line of res.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      if (value === '') jar.delete(name); else jar.set(name, value);
    }
    const next = res.headers.get('location') && new URL(res.headers.get('location'), url);
    if (!next || !next.href.startsWith(issuer)) return { res, next };
    [url, init] = [next, {}];
  }
}

const form = (client, fields) => ({
  method: 'POST',
  headers: { authorization: `Basic ${Buffer.from(`${client}:${encodeURIComponent(secret)}`).toString('base64')}`, 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams(fields),
});

async function issued(res) {
  const body = await res.json();
  if (!body.access_token) throw new Error(JSON.stringify(body));
  return body;
}

let idToken; // of ann's last sign-in

const verbs = {
  async machine(audience) {
    return (await issued(await fetch(`${issuer}/token`, form('machine', { grant_type: 'client_credentials', resource: `urn:audience:${audience}` })))).access_token;
  },
  async person(audience) {
    const resource = `urn:audience:${audience}`;
    const verifier = base64url(randomBytes(32));
    const query = new URLSearchParams({
      client_id: 'portal', response_type: 'code', redirect_uri: redirect, scope: 'openid', resource, state: 's',
      code_challenge: base64url(createHash('sha256').update(verifier).digest()), code_challenge_method: 'S256',
    });
    const { res, next } = await browse(`${issuer}/auth?${query}`);
    const code = next?.searchParams.get('code');
    if (!code) throw new Error(`${res.status} ${next} ${await res.text()}`);
    const body = await issued(await fetch(`${issuer}/token`, form('portal', { grant_type: 'authorization_code', code, redirect_uri: redirect, code_verifier: verifier, resource })));
    idToken = body.id_token;
    return body.access_token;
  },
  async leave() {
    told = [];
    const { res } = await browse(`${issuer}/session/end?${new URLSearchParams({ id_token_hint: idToken })}`);
    const page = await res.text();
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page);
    if (!xsrf) throw new Error(`${res.status} ${page}`);
    await browse(`${issuer}/session/end/confirm`, {
      method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams({ xsrf: xsrf[1], logout: 'yes' }),
    });
    return told.join(', ') || 'nobody was told';
  },
  async tell(url) {
    logouts = url;
    renew();
    return 'ok';
  },
  async rotate() {
    key = newKey(base64url(randomBytes(8)));
    renew();
    return 'ok';
  },
};

console.log(issuer);
for await (const line of createInterface({ input: process.stdin })) {
  const [verb, argument] = line.split(' ');
  try {
    console.log(await verbs[verb](argument));
  } catch (err) {
    console.log(`failed: ${String(err?.stack ?? err).replaceAll('\n', ' ')}`);
  }
}
process.exit(0);
