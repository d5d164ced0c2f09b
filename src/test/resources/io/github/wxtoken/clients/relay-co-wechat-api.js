// The recipe for co-wechat-api at the relay, and one call of each kind.
'use strict';

const WechatAPI = require('co-wechat-api');
const { run, sha256 } = require('./relay-client');

const [relay, appid, key, image] = process.argv.slice(2);

const api = new WechatAPI(appid, key);
api.prefix = `${relay}/cgi-bin/`;
api.snsPrefix = `${relay}/sns/`;
api.wxaPrefix = `${relay}/wxa/`;

run({
  token: async () => (await api.ensureAccessToken()).accessToken,
  template: async () => (await api.sendTemplate('o', 't', null, null, {})).msgid,
  upload: async () => (await api.uploadMedia(image, 'image')).media_id,
  download: async () => sha256(await api.getMedia('m')),
  ticket: async () => (await api.getTicket('jsapi')).ticket,
  code: async () => sha256(await api.getWXACodeUnlimit('scene', 'pages/index')),
  session: async () => (await api.code2Session('code')).openid,
});
