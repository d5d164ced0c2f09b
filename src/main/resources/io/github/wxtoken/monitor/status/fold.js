// A part of the page that is folded until a person or a search opens it.

export class Fold {
  #details;
  #before;

  constructor(details) {
    this.#details = details;
  }

  /** Opens the part as long as a search finds something in it. Afterwards it is as it was before. */
  search(found) {
    if (found && this.#before === undefined) {
      this.#before = this.#details.open;
      this.#details.open = true;
    } else if (!found && this.#before !== undefined) {
      this.#details.open = this.#before;
      this.#before = undefined;
    }
  }
}
