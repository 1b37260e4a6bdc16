// SPDX-License-Identifier: BSD-3-Clause
// What a program with node-routeros does, in one go. Its one argument is JSON: how to connect. It
// prints what it was told, as JSON, and leaves the judgement to test_node_routeros.py.
'use strict';

const { RouterOSAPI } = require('node-routeros');

const how = JSON.parse(process.argv[2]);

function open(more) {
  const tls = how.ca ? { tls: { ca: how.ca } } : {};
  return new RouterOSAPI({ host: '127.0.0.1', port: how.port, user: how.user,
    password: how.password, timeout: 20, ...tls, ...more });
}

async function refusal(promise) {
  try {
    await promise;
    return null;
  } catch (error) {
    return error.message;
  }
}

// Those that a listener is told of while `change` runs, until `enough` says so.
function listened(api, words, change, enough) {
  return new Promise((resolve, reject) => {
    const told = [];
    const stream = api.stream(words, (error, packet) => {
      if (error) {
        reject(error);
        return;
      }
      told.push(packet);
      if (enough(told)) stream.stop().then(() => resolve(told), reject);
    });
    change().catch(reject);
  });
}

async function main() {
  const said = {};
  const api = open();

  said.wrong = await refusal(open({ password: 'wrong' }).connect());
  await api.connect();
  said.identity = await api.write('/system/identity/print');
  said.none = await api.write('/ppp/secret/print', ['?name=nobody']);
  said.added = await api.write('/ppp/secret/add', ['=name=node', '=password=a=b',
    '=profile=for-pppoe', '=comment=two words']);
  const id = `=.id=${said.added[0].ret}`;
  said.set = await api.write('/ppp/secret/set', [id, '=comment=three = words',
    '=limit-bytes-in=1000']);
  said.disabled = await api.write('/ppp/secret/disable', [id]);
  said.found = await api.write('/ppp/secret/print', ['?name=node', '?disabled=true', '?#&']);
  said.listed = await api.write(['/ppp/secret/print', '=.proplist=name,disabled']);
  said.missing = await refusal(api.write('/ppp/secret/add', []));
  said.twice = await refusal(api.write('/ppp/secret/add', ['=name=node']));
  said.unknown = await refusal(api.write('/ppp/secret/set', [id, '=colour=red']));
  said.command = await refusal(api.write('/ppp/secret/dance'));
  said.menu = await refusal(api.write('/ip/hotspot/user/print'));
  said.six = await Promise.all([1, 2, 3, 4, 5, 6].map((number) =>
    api.write('/ppp/secret/print', [`?name=${number % 2 ? 'node' : 'MT-User'}`])));
  said.traffic = await api.write('/interface/monitor-traffic', ['=interface=core0', '=once=']);
  said.log = await api.write('/log/print', ['=.proplist=message']);
  const other = open();
  await other.connect();
  said.told = await listened(api, ['/ppp/secret/listen', '=.proplist=.id,name'], async () => {
    // Until the listener is there it is told nothing; so it is done again and again.
    for (let i = 0; i < 100 && !said.heard; i++) {
      await other.write('/ppp/secret/set', [id, `=comment=${i}`]);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await other.write('/ppp/secret/remove', [id]);
  }, (told) => {
    said.heard = true;
    return told[told.length - 1]['.dead'] !== undefined;
  });
  said.gone = await refusal(api.write('/ppp/secret/remove', [id]));
  said.after = await api.write('/ppp/secret/print', ['?name=node']);
  await other.close();
  await api.close();
  console.log(JSON.stringify(said));
}

main().then(() => process.exit(0), (error) => {
  console.error(error);
  process.exit(1);
});
