// Calls WeChat once for each line that it is sent, and says with which token.
'use strict';

const readline = require('readline');
const WechatAPI = require('co-wechat-api');

const [wxtoken, wechat, appid, key] = process.argv.slice(2);

const api = new WechatAPI(appid, key);

// The recipe: the token comes from wxtoken, which is asked again when WeChat refuses it.
api.getAccessToken = async function () {
  const query = new URLSearchParams({ grant_type: 'client_credential', appid, secret: key });
  const data = await this.request(`${wxtoken}/cgi-bin/token?${query}`);
  const token = { accessToken: data.access_token, expireTime: Date.now() + data.expires_in * 1000 };
  await this.saveToken(token);
  return token;
};

// For the test only: where WeChat is.
api.prefix = `${wechat}/cgi-bin/`;

readline.createInterface({ input: process.stdin }).on('line', async () => {
  try {
    await api.getIp();
    console.log(`called with ${(await api.getToken()).accessToken}`);
  } catch (e) {
    console.log(`failed: ${e.message}`);
  }
});
