// The npm package `oidc-provider`, set up as a provincial portal might be: PKCE demanded, back-channel logout on, the person's data under
// the portal's own names. Listens on a free port of loopback and prints it. Takes one JSON object a line: `{"gateway": ORIGIN}` first; then
// `{"rotate": true}`, answered with a line. Ends with its input.

import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { Provider } from 'oidc-provider';

const person = {
  sub: 'citizen-1',
  cn: '测试',
  papersnumber: '110101199003071233',
  paperstype: '1',
  authlevel: '2',
  usertype: '1',
  // Not as OpenID Connect Core §5.1 has them, and none of our business.
  email_verified: 'yes',
  updated_at: '2020-01-01',
};
const fields = Object.keys(person).filter((name) => name !== 'sub');

function signingKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), use: 'sig', alg: 'RS256' };
}

function start(issuer, gateway) {
  const provider = new Provider(issuer, {
    jwks: { keys: [signingKey()] },
    cookies: { keys: [randomUUID()] },
    clients: [
      {
        client_id: 'buzheng',
        client_secret: 'of the test: 100 % known & more',
        redirect_uris: [`${gateway}/sso/callback`],
        post_logout_redirect_uris: [`${gateway}/signed-out`],
        backchannel_logout_uri: `${gateway}/sso/backchannel-logout`,
        backchannel_logout_session_required: true,
      },
    ],
    claims: { profile: fields },
    // In the ID token too: it is there that odd standard claims hurt.
    conformIdTokenClaims: false,
    findAccount: (_, id) => ({ accountId: id, claims: () => person }),
    // Its own way refuses loopback, where the gateway of the tests is.
    fetch: (url, { dispatcher, ...options }) => fetch(url, options),
    pkce: { required: () => true },
    features: {
      backchannelLogout: { enabled: true },
      devInteractions: { enabled: true },
      rpInitiatedLogout: { enabled: true },
    },
  });
  for (const event of ['backchannel.error', 'server_error']) {
    provider.on(event, (...said) => console.error(event, ...said.filter((one) => one instanceof Error)));
  }
  return provider;
}

const server = createServer();
server.listen(0, '127.0.0.1', () => console.log(server.address().port));

let gateway;
let answer;
server.on('request', (request, response) => answer(request, response));
createInterface({ input: process.stdin })
  .on('line', (line) => {
    gateway = JSON.parse(line).gateway ?? gateway;
    answer = start(`http://127.0.0.1:${server.address().port}`, gateway).callback();
    console.log('ready');
  })
  .on('close', () => process.exit(0));
