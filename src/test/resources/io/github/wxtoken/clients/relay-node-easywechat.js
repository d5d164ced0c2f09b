// The recipe for node-easywechat at the relay, and one call of each kind.
'use strict';

const { OfficialAccount, MiniApp } = require('node-easywechat');
const { run, sha256 } = require('./relay-client');

const [relay, appid, key, image] = process.argv.slice(2);

const config = { app_id: appid, secret: key, http: { baseURL: `${relay}/` } };
const app = new OfficialAccount(config);
const mini = new MiniApp(config);
// The login of users has a host of its own.
const oauth = () => Object.assign(app.getOAuth(), { _baseUrl: `${relay}/sns` });

const upload = async (client) =>
  (await client.withFile(image, 'media').post('cgi-bin/media/upload', { params: { type: 'image' } })).toObject().media_id;
const download = async (client) =>
  sha256((await client.get('cgi-bin/media/get', { params: { media_id: 'm' }, responseType: 'arraybuffer' })).getContent());

run({
  token: () => app.getAccessToken().getToken(),
  template: async () =>
    (await app.getClient().postJson('cgi-bin/message/template/send', { touser: 'o', template_id: 't', data: {} })).toObject().msgid,
  upload: () => upload(app.getClient()),
  'ma-upload': () => upload(mini.getClient()),
  download: () => download(app.getClient()),
  'ma-download': () => download(mini.getClient()),
  login: async () => (await oauth().scopes(['snsapi_base']).tokenFromCode('code')).openid,
  ticket: () => app.getTicket().getTicket(),
  code: async () =>
    sha256((await mini.getClient().postJson('wxa/getwxacodeunlimit', { scene: 's' }, { responseType: 'arraybuffer' })).getContent()),
  session: async () => (await mini.getUtils().codeToSession('code')).openid,
});
