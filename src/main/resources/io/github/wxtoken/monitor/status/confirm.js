// The dialogs that explain an order before it is placed.

import { el, setText } from './dom.js';
import { order } from './client.js';
import { t } from './texts.js';

const dialog = document.getElementById('dialog');

/**
 * Asks for confirmation of a refresh or a revocation and places the order. A revocation needs one more step, which names
 * the account: it protects against revoking the wrong token, and it is quick if a token has leaked.
 *
 * @param finished receives the server's message
 * @param failed converts a failure to a message
 */
export function confirm(account, action, finished, failed) {
  const token = account.main;
  const sure = el('input', { type: 'checkbox', id: 'sure', onchange: () => (go.disabled = !sure.checked) });
  const note = el('p', { class: 'refused', role: 'alert' });
  const go = el(
    'button', { class: action === 'revoke' ? 'danger' : 'primary', disabled: action === 'revoke' }, t[`${action}Now`]);
  const says = action === 'revoke' ? revokeSays(token) : refreshSays(token);
  if (token.budget) {
    says.push(t.costs(t.of(token.budget.spent, token.budget.limit)));
  }

  async function give() {
    go.disabled = true;
    sure.disabled = true;
    setText(note, '');
    setText(go, t.underWay);
    try {
      const { answer } = await order(account.name, action);
      if (go.isConnected) {
        dialog.close();
      }
      finished(answer.detail ?? (answer.outcome === 'pending' ? t.pending : t.done));
    } catch (failure) {
      if (!dialog.open || !go.isConnected) {
        finished(failed(failure));
        return;
      }
      setText(note, failed(failure));
      setText(go, t[`${action}Now`]);
      go.disabled = false;
      sure.disabled = false;
    }
  }

  const step = action === 'revoke'
    ? el('label', { class: 'sure', for: 'sure' }, sure, ' ', t.sure(account.name, token.appid)) : null;
  show(t[`${action}Title`](account.name), says, give, go, step, note);
}

/** Asks for confirmation of a refresh of several accounts. */
export function confirmAll(count, atOnce, confirmed) {
  const go = el('button', { class: 'primary' }, t.refreshNow);
  const give = () => {
    dialog.close();
    confirmed();
  };
  show(t.refreshAllTitle(count), t.refreshAllSays(atOnce), give, go);
}

function show(title, says, give, go, ...more) {
  const submit = (event) => {
    event.preventDefault();
    give();
  };
  const cancel = el('button', { type: 'button', onclick: () => dialog.close() }, t.cancel);
  dialog.replaceChildren(
    el('form', { onsubmit: submit },
      el('h2', { id: 'dialog-title' }, title),
      el('ul', { id: 'dialog-body' }, ...says.map((line) => el('li', null, line))),
      ...more,
      el('div', { class: 'buttons' }, cancel, go)));
  dialog.showModal();
}

/** Returns what a refresh does, as far as it is known of the current token. */
function refreshSays(token) {
  const failing = token.lastError ? [t.refreshSays.failing] : [];
  if (token.doubt === 'DEAD') {
    return [t.refreshSays.dead, ...failing];
  }
  if (!token.servedUntil) {
    return [t.refreshSays.none, ...failing];
  }
  return [token.doubt ? t.refreshSays.unsure : t.refreshSays.served, t.refreshSays.older, ...failing];
}

/** Returns what a revocation does, as far as it is known of the current token. */
function revokeSays(token) {
  if (token.doubt === 'DEAD') {
    return [t.refreshSays.dead];
  }
  return token.fingerprint ? [t.revokeSays.served(token.api), t.revokeSays.callers] : [t.refreshSays.none];
}
