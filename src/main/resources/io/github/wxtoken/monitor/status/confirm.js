// The dialog that explains an order before it is placed.

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
  const cancel = el('button', { type: 'button', onclick: () => dialog.close() }, t.cancel);
  const go = el(
    'button', { class: action === 'revoke' ? 'danger' : 'primary', disabled: action === 'revoke' }, t[`${action}Now`]);
  const says = [...t[`${action}Says`](token.api)];
  if (token.budget) {
    says.push(t.costs(t.of(token.budget.spent, token.budget.limit)));
  }

  async function give(event) {
    event.preventDefault();
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

  dialog.replaceChildren(
    el('form', { onsubmit: give },
      el('h2', { id: 'dialog-title' }, t[`${action}Title`](account.name)),
      el('ul', { id: 'dialog-body' }, ...says.map((line) => el('li', null, line))),
      action === 'revoke'
        ? el('label', { class: 'sure', for: 'sure' }, sure, ' ', t.sure(account.name, token.appid)) : null,
      note,
      el('div', { class: 'buttons' }, cancel, go)));
  dialog.showModal();
}
